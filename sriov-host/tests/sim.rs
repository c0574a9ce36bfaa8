//! The simulated machine as a whole: it boots, and does what an administrator sees.
#![cfg(feature = "sim")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use sriov_host::Errno;
use sriov_host::seam::{Clock, HostEvent, HostPath, Sysfs, Uevents, VfLink, Wake};
use sriov_host::sim::SimHost;

const LONG: Duration = Duration::from_mins(1);

fn pf() -> HostPath {
    HostPath::pci("0000:01:00.0".parse().unwrap())
}

#[test]
fn the_igb_pair_is_as_qemu_has_it() {
    let host = SimHost::with_igb_pair();
    assert_eq!(host.read(&pf().join("sriov_totalvfs")).unwrap(), "7");
    assert_eq!(host.read(&pf().join("vendor")).unwrap(), "0x8086");
    assert_eq!(host.list(&pf().join("net")).unwrap(), ["enp1s0"]);
    assert_eq!(host.read(&pf().join("net/enp1s0/operstate")).unwrap(), "up");
    assert_eq!(host.read(&HostPath::new("/sys/class/net/enp1s0/device/device")).unwrap(), "0x10c9");
    let before = host.now();
    host.write(&pf().join("sriov_numvfs"), "7", LONG).unwrap();
    let took = host.now().saturating_sub(before);
    assert!((Duration::from_millis(600)..Duration::from_millis(900)).contains(&took), "{took:?}");
    let links: Vec<_> =
        (0..7).map(|n| host.read_link(&pf().join(format!("virtfn{n}"))).unwrap()).collect();
    let expected = ["10.0", "10.2", "10.4", "10.6", "11.0", "11.2", "11.4"];
    assert_eq!(links, expected.map(|end| format!("../0000:01:{end}")));
    assert_eq!(host.list(&pf().join("virtfn6/net")).unwrap().len(), 1);
    let error = host.write(&pf().join("sriov_numvfs"), "3", LONG).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::BUSY));
}

#[test]
fn udev_names_the_vfs_late() {
    let host = SimHost::with_igb_pair();
    let mut events = host.subscribe().unwrap();
    host.write(&pf().join("sriov_numvfs"), "2", LONG).unwrap();
    let mut moved = Vec::new();
    loop {
        match events.next(Duration::from_secs(2)).unwrap() {
            Wake::Event(HostEvent::Kernel(event)) if event.action == "move" => {
                moved.push(event.interface.unwrap().to_string());
            }
            Wake::Event(_) => {}
            Wake::Lost => panic!("nothing was lost"),
            Wake::TimedOut => break,
        }
    }
    moved.sort();
    assert_eq!(moved, ["enp1s0v0", "enp1s0v1"]);
    let link = host.links().unwrap().into_iter().find(|link| link.name.as_str() == "enp1s0v1");
    let index = link.unwrap().index;
    let entry = host.read(&HostPath::new(format!("/run/udev/data/n{index}"))).unwrap();
    assert!(entry.contains("E:ID_NET_NAME=enp1s0v1") && !entry.contains("ID_RENAMING"), "{entry}");
}

#[test]
fn the_demo_machine_makes_sense() {
    let host = SimHost::demo();
    let devices = host.list(&HostPath::new("/sys/bus/pci/devices")).unwrap();
    assert_eq!(devices.len(), 5 + 4);
    let pf = HostPath::pci("0000:3b:00.1".parse().unwrap());
    assert_eq!(host.read(&pf.join("sriov_numvfs")).unwrap(), "4");
    assert!(host.list(&pf.join("virtfn2/net")).unwrap_err().is_not_found());
    assert!(host.list(&pf.join("virtfn3/net")).unwrap().is_empty());
    assert!(host.read(&HostPath::new("/proc/net/route")).unwrap().contains("ens3f0"));
    let mut processes = host.list(&HostPath::new("/proc")).unwrap();
    processes.retain(|name| name.parse::<u32>().is_ok());
    assert_eq!(processes, ["1", "4711"]);
}

#[test]
fn a_vfio_holder_blocks_until_it_exits() {
    let host = SimHost::demo();
    let pf = HostPath::pci("0000:3b:00.1".parse().unwrap());
    let numvfs = pf.join("sriov_numvfs");
    let error = host.write(&numvfs, "0", Duration::from_secs(5)).unwrap_err();
    assert!(error.is_still_running());
    assert!(host.read(&numvfs).unwrap_err().is_still_running());
    host.end_process(4711);
    assert_eq!(host.read(&numvfs).unwrap(), "0");
}

#[test]
fn a_saved_machine_goes_on() {
    let host = SimHost::demo();
    let numvfs = pf().join("sriov_numvfs");
    let first = SimHost::with_igb_pair();
    first.write(&numvfs, "3", Duration::from_millis(300)).unwrap_err();
    let second = SimHost::load(&first.save().unwrap()).unwrap();
    assert_eq!(second.read(&numvfs).unwrap(), "3");
    assert_eq!(second.read(&numvfs).unwrap(), first.read(&numvfs).unwrap());
    let state = host.save().unwrap();
    assert_eq!(SimHost::load(&state).unwrap().save().unwrap(), state);
}
