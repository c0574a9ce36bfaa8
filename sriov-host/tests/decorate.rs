//! Decorators around a simulated host.
#![cfg(feature = "sim")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use sriov_host::decorate::{Call, DryRun, FaultSpec, Faulty, Recorder};
use sriov_host::seam::{
    Clock, Devlink, DevlinkDevice, Files, Host, HostPath, LinkChange, ParameterMode,
    ParameterValue, Sysfs, Uevents, VfChange, VfLink, VfSetting,
};
use sriov_host::sim::SimHost;
use sriov_host::{Errno, IfIndex, MacAddr, Mtu, PciAddress, VfIndex};

const LONG: Duration = Duration::from_mins(1);

fn pf() -> HostPath {
    HostPath::pci("0000:01:00.0".parse().unwrap())
}

fn pf_index(host: &dyn Host) -> IfIndex {
    host.read(&HostPath::new("/sys/class/net/enp1s0/ifindex")).unwrap().parse().unwrap()
}

/// Two VFs, a MAC, an MTU, a journal: everything that changes something.
fn work(host: &dyn Host) -> Result<(), Box<dyn std::error::Error>> {
    let journal = HostPath::new("/var/lib/sriov/journal");
    host.write_file(&journal, b"creating")?;
    host.write(&pf().join("sriov_numvfs"), "2", LONG)?;
    let mac = VfSetting::Mac(MacAddr::new([2, 0, 0, 0, 0, 1]));
    host.set_vfs(pf_index(host), &[VfChange { vf: VfIndex::new(1), set: mac }])?;
    host.set_link(pf_index(host), &LinkChange::Mtu(Mtu::new(9000).unwrap()))?;
    host.remove_file(&journal)?;
    Ok(())
}

#[test]
fn a_recording_reads_like_the_work() {
    let host = Recorder::new(SimHost::with_igb_pair());
    work(&host).unwrap();
    assert_eq!(
        host.lines(),
        [
            "write-file /var/lib/sriov/journal 8 bytes -> ok",
            r#"write /sys/bus/pci/devices/0000:01:00.0/sriov_numvfs "2" -> ok"#,
            "set-vfs link 2 vf 1 mac 02:00:00:00:00:01 -> ok",
            "set-link link 2 mtu 9000 -> ok",
            "remove-file /var/lib/sriov/journal -> ok",
        ]
    );
    assert_eq!((host.mutations(), host.count(Call::Read)), (5, 2));
    host.clear();
    assert_eq!((host.lines().len(), host.mutations()), (0, 0));
}

#[test]
fn a_full_recording_has_reads_and_events() {
    let host = Recorder::with_reads(SimHost::with_igb_pair());
    let mut events = host.subscribe().unwrap();
    host.set_link(pf_index(&host), &LinkChange::AdminUp(false)).unwrap();
    events.next(LONG).unwrap();
    assert_eq!(
        host.lines(),
        [
            "subscribe events -> ok",
            "read /sys/class/net/enp1s0/ifindex -> ok",
            "set-link link 2 down -> ok",
            "event link 2 changed",
        ]
    );
}

#[test]
fn a_dry_run_changes_nothing() {
    let machine = SimHost::with_igb_pair();
    let host = Recorder::new(DryRun::new(machine.clone()));
    work(&host).unwrap();
    assert_eq!(host.mutations(), 5);
    assert_eq!(machine.read(&pf().join("sriov_numvfs")).unwrap(), "0");
    assert_eq!(machine.link(pf_index(&machine)).unwrap().mtu, Mtu::new(1500));
    let journal = HostPath::new("/var/lib/sriov/journal");
    assert_eq!(machine.read_file(&journal).unwrap(), None);
    let _held = host.lock(&journal, "dry").unwrap();
    drop(machine.lock(&journal, "real").unwrap());
}

#[test]
fn parameters_pass_through_wrappers() {
    let device = DevlinkDevice::from("0000:01:00.0".parse::<PciAddress>().unwrap());
    let set = |host: &dyn Host| {
        let (mode, value) = (ParameterMode::Permanent, ParameterValue::U32(16));
        host.set_parameter(&device, "total_vfs", mode, &value, LONG)
    };
    let host = Recorder::new(SimHost::with_igb_pair());
    assert_eq!(set(&host).unwrap_err().errno(), Some(Errno::NODEV));
    assert_eq!(host.parameter(&device, "total_vfs").unwrap(), None);
    assert_eq!(host.lines(), ["set-parameter pci/0000:01:00.0/total_vfs permanent 16 -> ENODEV"]);
    assert_eq!((host.mutations(), host.count(Call::GetParameter)), (1, 1));
    set(&DryRun::new(SimHost::with_igb_pair())).unwrap();
    let fault = FaultSpec::new(Call::GetParameter, "*/total_vfs", 1, Errno::PERM);
    let host = Faulty::new(SimHost::with_igb_pair()).failing(fault);
    assert_eq!(host.parameter(&device, "enable_sriov").unwrap(), None);
    let error = host.parameter(&device, "total_vfs").unwrap_err();
    assert_eq!(error.errno(), Some(Errno::PERM));
    assert_eq!(host.parameter(&device, "total_vfs").unwrap(), None);
}

#[test]
fn a_named_call_fails_once() {
    let fault = FaultSpec::new(Call::SetVfs, "link *", 1, Errno::NOMEM);
    let host = Recorder::new(Faulty::new(SimHost::with_igb_pair()).failing(fault));
    work(&host).unwrap_err();
    assert!(host.lines().last().unwrap().ends_with("-> ENOMEM"), "{:?}", host.lines());
    host.write(&pf().join("sriov_numvfs"), "0", LONG).unwrap();
    work(&host).unwrap();
}

#[test]
fn a_kill_ends_every_effect() {
    for nth in 1..=5 {
        let machine = SimHost::with_igb_pair();
        let host = Faulty::new(Recorder::new(machine.clone())).killed_at(nth);
        let mut events = host.subscribe().unwrap();
        work(&host).unwrap_err();
        assert!(host.is_killed());
        assert_eq!(host.host().mutations(), nth - 1, "those before the kill reached the host");
        assert!(events.next(LONG).is_err());
        assert!(host.read(&pf().join("vendor")).is_err());
        assert!(host.lock(&HostPath::new("/run/lock"), "dead").is_err());
        host.sleep(LONG);
        assert_eq!(host.host().mutations(), nth - 1);
    }
    let host = Faulty::new(SimHost::with_igb_pair()).killed_at(6);
    work(&host).unwrap();
    assert!(!host.is_killed());
}

#[test]
fn a_kill_during_a_write_leaves_the_kernel_to_it() {
    let machine = SimHost::with_igb_pair();
    let host = Faulty::new(machine.clone()).killed_during(2);
    let before = machine.now();
    work(&host).unwrap_err();
    assert!(machine.now().saturating_sub(before) < Duration::from_millis(1), "nobody waited");
    assert_eq!(machine.read(&pf().join("sriov_numvfs")).unwrap(), "2");
}

#[test]
fn durable_writes_are_counted_for_a_crash() {
    let machine = SimHost::with_igb_pair();
    let counts = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let (seen, inner) = (counts.clone(), machine.clone());
    machine.on_durable_write(move |count| {
        // The hook can save the machine: it is not locked meanwhile.
        assert!(inner.save().is_ok());
        seen.lock().unwrap().push(count);
    });
    for _ in 0..3 {
        machine.write_file(&HostPath::new("/var/lib/x"), b"record").unwrap();
    }
    assert_eq!(*counts.lock().unwrap(), [1, 2, 3]);
}
