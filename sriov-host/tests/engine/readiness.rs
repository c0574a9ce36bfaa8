use std::time::Duration;

use sriov_host::readiness::{Awaited, Readiness, Stage, WaitOptions, wait};
use sriov_host::seam::{Clock, HostPath, Sysfs};
use sriov_host::sim::SimHost;
use sriov_host::{PciAddress, VfCount};

use crate::support::{first_pf, machine};

const PF: &str = "0000:01:00.0";

fn create(host: &SimHost, count: u16) {
    let pf: PciAddress = PF.parse().unwrap();
    let deadline = Duration::from_mins(10);
    host.write(&HostPath::pci(pf).join("sriov_numvfs"), &count.to_string(), deadline).unwrap();
}

fn await_first(host: &SimHost, count: u16, options: &WaitOptions<'_>) -> Readiness {
    wait(host, &Awaited::first(PF.parse().unwrap(), VfCount::new(count)), options).unwrap()
}

#[test]
fn ready_means_the_final_name() {
    let host = machine(
        "{ udev: { minMs: 4000, maxMs: 9000 }, pfs: [{ pci: 0000:01:00.0, driver: mlx5_core, vfProbeMs: 1 }] }",
    );
    create(&host, 8);
    let found = await_first(&host, 8, &WaitOptions::default());
    assert!(found.ready, "{found:?}");
    host.advance(Duration::from_mins(1));
    for (vf, later) in found.vfs.iter().zip(first_pf(&host).vfs) {
        assert_eq!(vf.name, later.name, "renamed after it was called ready");
        assert_eq!(vf.ifindex, later.ifindex);
        assert!(vf.ready_after.unwrap() >= Duration::from_secs(1), "{vf}: too early");
    }
}

#[test]
fn without_udev_a_steady_name_will_do() {
    let host =
        machine("{ udev: { present: false }, pfs: [{ pci: 0000:01:00.0, driver: mlx5_core }] }");
    create(&host, 2);
    let found = await_first(&host, 2, &WaitOptions::default());
    assert!(found.ready, "{found:?}");
    assert!(found.vfs.iter().all(|vf| vf.ready_after.unwrap() >= Duration::from_millis(300)));
}

#[test]
fn a_timeout_names_the_late_vf_and_its_stage() {
    let host = machine("{ pfs: [{ pci: 0000:01:00.0, driver: mlx5_core, autoprobe: false }] }");
    create(&host, 2);
    let begun = host.now();
    let found = await_first(&host, 3, &WaitOptions::default());
    assert!(!found.ready);
    let stages: Vec<Stage> = found.vfs.iter().map(|vf| vf.stage).collect();
    assert_eq!(stages, [Stage::Pci, Stage::Pci, Stage::Missing]);
    assert!(found.vfs[0].to_string().contains("waiting for driver"), "{}", found.vfs[0]);
    let waited = host.now().saturating_sub(begun);
    assert!(waited >= Duration::from_secs(30) && waited < Duration::from_mins(1), "{waited:?}");
}

#[test]
fn progress_extends_the_deadline() {
    // Each VF takes 5 s, all of them 160 s: far more than the time without progress.
    let host = machine(
        "{ pfs: [{ pci: 0000:01:00.0, driver: mlx5_core, totalVfs: 32, asynchronous: true, vfProbeMs: 5000 }] }",
    );
    create(&host, 32);
    let short =
        WaitOptions { without_progress: Some(Duration::from_secs(20)), ..Default::default() };
    let found = await_first(&host, 32, &short);
    assert!(found.ready, "{:?}", found.late().map(ToString::to_string).collect::<Vec<_>>());
}

#[test]
fn after_the_last_event_nothing_is_waited_for() {
    for count in [1_u16, 7, 64, 256] {
        let host = machine(
            "{ pfs: [{ pci: 0000:01:00.0, driver: mlx5_core, totalVfs: 256, asynchronous: true, vfProbeMs: 100 }] }",
        );
        create(&host, count);
        let found = await_first(&host, count, &WaitOptions::default());
        assert!(found.ready);
        let allowed = Duration::from_millis(5) + Duration::from_micros(50) * u32::from(count);
        let late = host.now().saturating_sub(host.last_event_at());
        assert!(late <= allowed, "{count} VFs: {late:?} after the last event, allowed {allowed:?}");
    }
}

#[test]
fn lost_events_are_made_up_for() {
    let host = machine(
        "
kernel: { eventBuffer: 2 }
pfs: [{ pci: 0000:01:00.0, driver: mlx5_core, totalVfs: 32, asynchronous: true, vfProbeMs: 10 }]
",
    );
    create(&host, 32);
    assert!(await_first(&host, 32, &WaitOptions::default()).ready);
}

#[test]
fn waiting_is_not_polling() {
    let host = machine(
        "
udev: { minMs: 60000, maxMs: 60000 }
pfs: [{ pci: 0000:01:00.0, driver: mlx5_core, vfProbeMs: 1 }]
",
    );
    create(&host, 4);
    let before = host.call_count();
    assert!(
        await_first(
            &host,
            4,
            &WaitOptions { without_progress: Some(Duration::from_secs(90)), ..Default::default() }
        )
        .ready
    );
    // A look at everything each second, and one for each of a handful of events.
    let calls = host.call_count() - before;
    assert!(calls < 60 * 4 * 20, "{calls} calls in a minute of waiting for 4 VFs");
}
