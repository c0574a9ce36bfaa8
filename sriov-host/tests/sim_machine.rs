//! Descriptions of machines: what is refused, and that a seed fixes everything.
#![cfg(feature = "sim")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use sriov_host::seam::{Clock, EventStream, HostPath, Sysfs, Uevents, VfLink, Wake};
use sriov_host::sim::{Machine, SimHost};
use sriov_host::{Errno, MacAddr, PciAddress};

const LONG: Duration = Duration::from_mins(2);

fn refusal(text: &str) -> String {
    match Machine::from_yaml(text) {
        Err(error) => error.to_string(),
        Ok(machine) => SimHost::new(&machine).unwrap_err().to_string(),
    }
}

#[test]
fn an_unknown_key_is_named_with_its_line() {
    let text = "seed: 1\npfs:\n  - pci: 0000:01:00.0\n    driver: igb\n    numVFs: 2\n";
    let message = refusal(text);
    assert!(message.contains("numVFs") && message.contains("line 5"), "{message}");
}

#[test]
fn nonsense_is_refused_with_its_object() {
    for (text, words) in [
        ("pfs: [{ pci: 0000:01:00.0, driver: e1000 }]", "driver e1000"),
        ("pfs: [{ pci: 0000:01:00.0, driver: igb, numVfs: 8 }]", "8 VFs of 7"),
        ("pfs: [{ pci: 0000:01:00.0, driver: igb, vfs: [{ range: 0 }] }]", "VFs 0"),
        ("pfs: [{ pci: 0000:01:00.0, driver: igb }, { pci: 0000:01:00.0, driver: igb }]", "twice"),
        ("defaultRoute: { pf: 0000:01:00.0 }", "no such function"),
        (
            "pfs: [{ pci: 0000:01:00.0, driver: igb, numVfs: 1, vfs: [{ range: 0, driver: vfio-pci }] }]",
            "cannot be bound",
        ),
        ("faults: [{ call: write, errno: EWHAT }]", "EWHAT"),
    ] {
        let message = refusal(text);
        assert!(message.contains(words), "{text}: {message}");
    }
}

#[test]
fn a_described_vf_is_as_described() {
    let text = "
pfs:
  - pci: 0000:01:00.0
    driver: igb
    name: ens9f0
    numVfs: 3
    vfs:
      - { range: 0-1, mac: '02:00:00:00:00:10', vlan: 100, vlanQos: 3, trust: true, mtu: 1400 }
      - { range: 2, driver: none }
";
    let host = SimHost::new(&Machine::from_yaml(text).unwrap()).unwrap();
    let links = host.links().unwrap();
    let find = |name: &str| links.iter().find(|link| link.name.as_str() == name).unwrap();
    let pf = find("ens9f0").index;
    let second = &host.vfs(pf).unwrap().vfs[1];
    let mac = Some(MacAddr::new([2, 0, 0, 0, 0, 0x11]));
    assert_eq!((second.mac, second.trust), (mac, Some(true)));
    assert_eq!(second.vlan.unwrap().id.unwrap().get(), 100);
    assert_eq!((find("ens9f0v1").mac, find("ens9f0v1").mtu.unwrap().get()), (mac, 1400));
    let unbound = HostPath::pci("0000:01:10.4".parse().unwrap());
    assert!(host.read_link(&unbound.join("driver")).unwrap_err().is_not_found());
}

/// Everything that a run shows: its events and its times.
fn trace(seed: u64) -> Vec<String> {
    let host = SimHost::random(seed);
    let mut lines = Vec::new();
    let mut events = host.subscribe().unwrap();
    for name in host.list(&HostPath::new("/sys/bus/pci/devices")).unwrap() {
        let function = HostPath::pci(name.parse().unwrap());
        let Ok(total) = host.read(&function.join("sriov_totalvfs")) else { continue };
        for value in ["0", total.as_str()] {
            let outcome = host.write(&function.join("sriov_numvfs"), value, LONG);
            lines.push(format!("{:?} {:?}", host.now(), outcome.err().and_then(|e| e.errno())));
        }
    }
    loop {
        match events.next(Duration::from_secs(20)).unwrap() {
            Wake::TimedOut => return lines,
            wake => lines.push(format!("{wake:?}")),
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_run() {
    for seed in 0..20 {
        assert_eq!(trace(seed), trace(seed), "seed {seed}");
    }
    assert_ne!(trace(1), trace(2));
}

#[test]
fn random_machines_make_sense() {
    let mut drivers = std::collections::BTreeSet::new();
    for seed in 0..300 {
        let machine = Machine::random(seed);
        let host = SimHost::new(&machine).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        for pf in &machine.pfs {
            drivers.insert(pf.driver.clone());
            let numvfs = host.read(&HostPath::pci(pf.pci).join("sriov_numvfs")).unwrap();
            assert_eq!(numvfs, pf.num_vfs.to_string(), "seed {seed}");
        }
    }
    assert_eq!(drivers.len(), 6);
}

#[test]
fn full_queues_lose_events_once() {
    let text = "kernel: { eventBuffer: 5 }\npfs: [{ pci: 0000:01:00.0, driver: igb }]";
    let host = SimHost::new(&Machine::from_yaml(text).unwrap()).unwrap();
    let mut events = host.subscribe().unwrap();
    let next = |events: &mut Box<dyn EventStream>| events.next(Duration::ZERO).unwrap();
    let pf = HostPath::pci("0000:01:00.0".parse().unwrap());
    host.write(&pf.join("sriov_numvfs"), "4", LONG).unwrap();
    assert_eq!(next(&mut events), Wake::Lost);
    for _ in 0..5 {
        assert!(matches!(next(&mut events), Wake::Event(_)));
    }
    assert_eq!(next(&mut events), Wake::TimedOut);
}

#[test]
fn a_fault_hits_the_call_it_names() {
    let text = "
pfs: [{ pci: 0000:01:00.0, driver: igb }]
faults: [{ call: write, target: '*/sriov_numvfs', nth: 2, errno: EIO }]
";
    let host = SimHost::new(&Machine::from_yaml(text).unwrap()).unwrap();
    let address: PciAddress = "0000:01:00.0".parse().unwrap();
    let numvfs = HostPath::pci(address).join("sriov_numvfs");
    host.write(&numvfs, "1", LONG).unwrap();
    assert_eq!(host.write(&numvfs, "0", LONG).unwrap_err().errno(), Some(Errno::IO));
    assert_eq!(host.read(&numvfs).unwrap(), "1");
    host.write(&numvfs, "0", LONG).unwrap();
}
