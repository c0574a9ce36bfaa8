//! What blocks in the kernel, what comes later, and what is held.
#![cfg(feature = "sim")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use sriov_host::Errno;
use sriov_host::seam::{Clock, HostPath, Sysfs, SysfsError};
use sriov_host::sim::{Hold, Machine, SimHost};

const LONG: Duration = Duration::from_mins(1);

fn pf() -> HostPath {
    HostPath::pci("0000:01:00.0".parse().unwrap())
}

fn machine(text: &str) -> SimHost {
    SimHost::new(&Machine::from_yaml(text).unwrap()).unwrap()
}

fn held(hold: Hold) -> SimHost {
    let host = machine(
        "
iommu: true
pfs:
  - pci: 0000:01:00.0
    driver: igb
    numVfs: 3
    vfs: [{ range: 1, driver: vfio-pci }]
",
    );
    host.start_process(77, "qemu", "0000:01:10.2".parse().unwrap(), hold);
    host
}

#[test]
fn a_write_that_is_not_awaited_goes_on() {
    let host = SimHost::with_igb_pair();
    let numvfs = pf().join("sriov_numvfs");
    let before = host.now();
    let error = host.write(&numvfs, "7", Duration::from_millis(250)).unwrap_err();
    assert!(matches!(error, SysfsError::StillRunning { after, .. } if after.as_millis() == 250));
    assert!(host.now().saturating_sub(before) < Duration::from_millis(251));
    // The links can be counted meanwhile; the number itself is behind the device lock.
    assert!(host.read_link(&pf().join("virtfn0")).is_ok());
    assert!(host.read_link(&pf().join("virtfn6")).is_err());
    assert_eq!(host.read(&numvfs).unwrap(), "7");
    assert!(host.now().saturating_sub(before) > Duration::from_millis(600));
    assert!(host.read_link(&pf().join("virtfn6")).is_ok());
}

#[test]
fn a_second_write_waits_for_the_first() {
    let host = SimHost::with_igb_pair();
    let numvfs = pf().join("sriov_numvfs");
    host.write(&numvfs, "2", Duration::from_millis(10)).unwrap_err();
    let error = host.write(&numvfs, "3", LONG).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::BUSY));
    assert_eq!(host.read(&numvfs).unwrap(), "2");
}

#[test]
fn an_open_vfio_device_holds_the_disable_halfway() {
    let host = held(Hold::Vfio);
    let numvfs = pf().join("sriov_numvfs");
    assert!(host.write(&numvfs, "0", LONG).unwrap_err().is_still_running());
    // Those before it are gone, the later ones are still there.
    assert!(host.read_link(&pf().join("virtfn0")).unwrap_err().is_not_found());
    assert!(host.read_link(&pf().join("virtfn2")).is_ok());
    assert!(host.read(&numvfs).unwrap_err().is_still_running());
    host.end_process(77);
    assert_eq!(host.read(&numvfs).unwrap(), "0");
    assert!(host.read_link(&pf().join("virtfn2")).unwrap_err().is_not_found());
}

#[test]
fn an_open_vfio_device_holds_its_unbinding() {
    let host = held(Hold::Vfio);
    let unbind = HostPath::new("/sys/bus/pci/drivers/vfio-pci/unbind");
    assert!(host.write(&unbind, "0000:01:10.2", LONG).unwrap_err().is_still_running());
    host.end_process(77);
    host.advance(Duration::from_millis(10));
    assert!(host.read_link(&pf().join("virtfn1/driver")).unwrap_err().is_not_found());
}

#[test]
fn an_open_vfio_group_holds_nothing() {
    let host = held(Hold::VfioGroup);
    host.write(&pf().join("sriov_numvfs"), "0", LONG).unwrap();
}

#[test]
fn a_holder_is_seen_in_proc() {
    let host = held(Hold::Vfio);
    let fds = HostPath::new("/proc/77/fd");
    let open: Vec<_> =
        host.list(&fds).unwrap().iter().map(|fd| host.read_link(&fds.join(fd)).unwrap()).collect();
    let group = host.read_link(&pf().join("virtfn1/iommu_group")).unwrap();
    let group = group.rsplit('/').next().unwrap();
    assert!(open.contains(&format!("/dev/vfio/{group}")), "{open:?}");
    assert_eq!(host.read(&HostPath::new("/proc/77/comm")).unwrap(), "qemu");
}

#[test]
fn a_module_with_a_held_vf_stays_going() {
    let host = held(Hold::Vfio);
    let igb = "igb".parse().unwrap();
    let state = HostPath::new("/sys/module/igb/initstate");
    assert_eq!(host.read(&state).unwrap(), "live");
    assert!(!host.remove_module(&igb, LONG));
    assert_eq!(host.read(&state).unwrap(), "going");
    host.end_process(77);
    host.advance(LONG);
    assert!(host.read(&state).unwrap_err().is_not_found());
    assert!(host.read_link(&pf().join("driver")).unwrap_err().is_not_found());
    assert!(host.insert_module(&igb, LONG));
    assert_eq!(host.read(&pf().join("sriov_numvfs")).unwrap(), "0");
    assert_eq!(host.list(&pf().join("net")).unwrap().len(), 1);
}

#[test]
fn a_holder_may_exit_by_itself() {
    let host = machine(
        "
iommu: true
pfs: [{ pci: 0000:01:00.0, driver: igb, numVfs: 1, vfs: [{ range: 0, driver: vfio-pci }] }]
holders: [{ pid: 9, comm: dpdk, pf: 0000:01:00.0, vf: 0, holds: vfio, exitsAfterMs: 4000 }]
",
    );
    let before = host.now();
    host.write(&pf().join("sriov_numvfs"), "0", LONG).unwrap();
    let took = host.now().saturating_sub(before);
    assert!((Duration::from_secs(4)..Duration::from_secs(6)).contains(&took), "{took:?}");
}

#[test]
fn vfs_of_some_platforms_come_after_the_write() {
    let host = machine(
        "pfs: [{ pci: 0000:01:00.0, driver: mlx5_core, asynchronous: true, vfProbeMs: 20 }]",
    );
    host.write(&pf().join("sriov_numvfs"), "4", LONG).unwrap();
    assert_eq!(host.read(&pf().join("sriov_numvfs")).unwrap(), "4");
    let count =
        || (0..4).filter(|n| host.list(&pf().join(format!("virtfn{n}/net"))).is_ok()).count();
    assert_eq!(count(), 0);
    host.advance(Duration::from_secs(2));
    assert_eq!(count(), 4);
}

#[test]
fn fewer_vfs_may_be_made_than_asked_for() {
    let host = machine("pfs: [{ pci: 0000:01:00.0, driver: ice, enablesAtMost: 3 }]");
    host.write(&pf().join("sriov_numvfs"), "8", LONG).unwrap();
    assert_eq!(host.read(&pf().join("sriov_numvfs")).unwrap(), "3");
    assert!(host.read_link(&pf().join("virtfn3")).is_err());
}

#[test]
fn making_vfs_may_fail() {
    let host = machine("pfs: [{ pci: 0000:01:00.0, driver: ice, enableFails: ENOMEM }]");
    let error = host.write(&pf().join("sriov_numvfs"), "8", LONG).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::NOMEM));
    assert_eq!(host.read(&pf().join("sriov_numvfs")).unwrap(), "0");
}

#[test]
fn a_call_costs_what_the_machine_says() {
    let host = machine("kernel: { callUs: 50 }\npfs: [{ pci: 0000:01:00.0, driver: igb }]");
    let (before, calls) = (host.now(), host.call_count());
    host.read(&pf().join("sriov_totalvfs")).unwrap();
    assert_eq!(host.now().saturating_sub(before), Duration::from_micros(100));
    assert_eq!(host.call_count() - calls, 2);
}
