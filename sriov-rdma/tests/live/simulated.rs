//! The same on the simulated kernel, which has rules of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use sriov_host::decorate::{Call, FaultSpec, Faulty, Recorder};
use sriov_host::plan::Guard;
use sriov_host::seam::{Clock, RdmaSystem};
use sriov_host::sim::{Hold, Machine, NamespaceMachine, SimHost};
use sriov_host::{Errno, Netns, NetnsMode, PciAddress, RdmaDeviceName};
use sriov_rdma::devices::devices;
use sriov_rdma::doctor::checks;
use sriov_rdma::moving::{MoveError, MoveOptions, move_device};
use sriov_rdma::netns_mode::{
    HolderKind, Lacks, SetError, SetOptions, SetOutcome, get, get_from_module, holders, set,
};

const CARD: &str = "pfs: [{ pci: 0000:3b:00.0, driver: mlx5_core, device: 101d }]";

fn machine(more: &str) -> SimHost {
    SimHost::new(&Machine::from_yaml(&format!("{CARD}\n{more}")).unwrap()).unwrap()
}

fn exclusive(host: &SimHost) -> Result<SetOutcome, SetError> {
    set(host, host, NetnsMode::Exclusive, SetOptions::default())
}

fn first_device(host: &SimHost) -> RdmaDeviceName {
    host.rdma_devices().unwrap().available().unwrap()[0].name.clone()
}

fn blue() -> Netns {
    "blue".parse().unwrap()
}

#[test]
fn a_quiet_host_switches_and_both_ways_of_reading_agree() {
    let host = machine("");
    assert_eq!(get(&host).unwrap().available(), Some(NetnsMode::Shared));
    assert_eq!(exclusive(&host).unwrap(), SetOutcome::Changed);
    assert_eq!(get(&host).unwrap().available(), Some(NetnsMode::Exclusive));
    assert_eq!(get_from_module(&host).unwrap().available(), Some(NetnsMode::Exclusive));
    assert_eq!(exclusive(&host).unwrap(), SetOutcome::Unchanged);
}

#[test]
fn every_kind_of_holder_is_named() {
    let scope = format!("/kubepods.slice/cri-containerd-{}.scope", "ab".repeat(32));
    let pod = format!("{{ pid: 100, comm: pause, cgroup: {scope} }}");
    let cases = [
        (pod.as_str(), HolderKind::Container, Some(100)),
        (
            "{ pid: 200, comm: bluetoothd, cgroup: /system.slice/b.service }",
            HolderKind::Process,
            Some(200),
        ),
        ("{ name: blue }", HolderKind::Named, None),
        ("{ mount: /run/docker/netns/1 }", HolderKind::BindMount, None),
        ("{ descriptorOf: 300, comm: agent }", HolderKind::Descriptor, Some(300)),
    ];
    for (namespace, kind, pid) in cases {
        let host = machine(&format!("namespaces: [{namespace}]"));
        let started = host.now();
        let error = exclusive(&host).unwrap_err();
        let SetError::Busy { seen, .. } = &error else { panic!("{error:?}") };
        let found: Vec<_> = seen.holders.iter().map(|it| (it.kind, it.pid)).collect();
        assert_eq!(found, [(kind, pid)], "{namespace}: {error}");
        assert!(host.now().saturating_sub(started) < Duration::from_millis(100), "no retries");
        assert_eq!(*seen, holders(&host).unwrap());
    }
}

#[test]
fn a_namespace_that_is_taken_down_is_waited_for() {
    let host = machine("namespaces: [{ name: blue }]");
    exclusive(&host).unwrap_err();
    assert!(host.remove_namespace(&blue()));
    let recorder = Recorder::new(host.clone());
    let started = host.now();
    set(&recorder, &recorder, NetnsMode::Exclusive, SetOptions::default()).unwrap();
    let spent = host.now().saturating_sub(started);
    // The simulated kernel takes 300 ms.
    assert!((250..600).contains(&spent.as_millis()), "{spent:?}");
    assert!(recorder.mutations() > 1, "the first try met the namespace");
}

#[test]
fn who_may_not_is_told_so() {
    let host = machine("capable: false");
    let error = exclusive(&host).unwrap_err();
    assert!(matches!(error, SetError::NotPermitted { lacks: Lacks::Capability, .. }), "{error:?}");
}

#[test]
fn a_device_is_lent_and_comes_back_even_after_a_panic() {
    let host = machine("rdma: { netnsMode: exclusive }");
    host.add_namespace(&NamespaceMachine { name: Some("blue".to_owned()), ..Default::default() })
        .unwrap();
    let device = first_device(&host);
    let lend = || move_device(&host, &host, &device, &blue(), &MoveOptions::default()).unwrap();
    let here = || !host.rdma_devices().unwrap().available().unwrap().is_empty();

    let moved = lend();
    assert!(!here());
    moved.give_back(Duration::from_secs(5)).unwrap();
    assert!(here());

    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _moved = lend();
        assert!(here(), "the panic of this test");
    }));
    assert!(panicked.is_err() && here());

    lend().leave_it();
    assert!(!here());
}

#[test]
fn a_device_whose_namespace_ended_is_back_without_a_request() {
    let host = machine("rdma: { netnsMode: exclusive }");
    host.add_namespace(&NamespaceMachine { name: Some("blue".to_owned()), ..Default::default() })
        .unwrap();
    let recorder = Recorder::new(host.clone());
    let device = first_device(&host);
    let moved =
        move_device(&recorder, &recorder, &device, &blue(), &MoveOptions::default()).unwrap();
    host.remove_namespace(&blue());
    host.advance(Duration::from_secs(1));
    moved.give_back(Duration::from_secs(5)).unwrap();
    assert_eq!(recorder.mutations(), 1, "{:?}", recorder.lines());
}

#[test]
fn moves_that_cannot_be_are_told_apart() {
    let try_move = |host: &SimHost, device: &str, to: &str| {
        let (device, to) = (device.parse().unwrap(), to.parse().unwrap());
        move_device(host, host, &device, &to, &MoveOptions::default()).map(drop).unwrap_err()
    };
    let shared = machine("namespaces: [{ name: blue }]");
    let device = first_device(&shared);
    assert!(matches!(try_move(&shared, device.as_str(), "blue"), MoveError::NeedsExclusive));

    let soft = "softLinks: [{ name: rxe0, kind: rxe, netdev: lo }]";
    let more = format!("rdma: {{ netnsMode: exclusive, {soft} }}\nnamespaces: [{{ name: blue }}]");
    let host = machine(&more);
    let device = device.as_str();
    assert!(matches!(try_move(&host, "rxe0", "blue"), MoveError::DriverCannot { .. }));
    assert!(matches!(try_move(&host, "rxe9", "blue"), MoveError::NotHere { .. }));
    assert!(matches!(try_move(&host, device, "green"), MoveError::NoSuchNamespace { .. }));
    assert!(matches!(try_move(&host, device, "1"), MoveError::SameNamespace { .. }));
}

#[test]
fn an_open_device_is_in_use_and_stays() {
    let host = machine("rdma: { netnsMode: exclusive }\nnamespaces: [{ name: blue }]");
    let pf: PciAddress = "0000:3b:00.0".parse().unwrap();
    for (pid, hold) in [(4711, Hold::UverbsOpen), (4712, Hold::Uverbs)] {
        host.start_process(pid, "perftest", pf, hold);
        let device = first_device(&host);
        let error = move_device(&host, &host, &device, &blue(), &MoveOptions::default());
        let error = error.map(drop).unwrap_err();
        let MoveError::InUse { users, .. } = &error else { panic!("{error:?}") };
        let [(Guard::RdmaUser, holder)] = users.as_slice() else { panic!("{users:?}") };
        assert_eq!(holder.pid, Some(pid));
        let reports = devices(&host, &host).unwrap().available().unwrap();
        assert!(reports[0].in_use);
        host.end_process(pid);
        let reports = devices(&host, &host).unwrap().available().unwrap();
        assert!(!reports[0].in_use);
    }
}

#[test]
fn the_demo_machine_is_fit() {
    let host = SimHost::demo();
    let ailing: Vec<_> = checks(&host, &host).into_iter().filter(|check| !check.ok).collect();
    assert!(ailing.is_empty(), "{ailing:?}");
    let names = devices(&host, &host).unwrap().available().unwrap();
    assert!(!names.is_empty() && names.iter().all(|report| !report.in_use));
}

#[test]
fn a_refusal_is_told_also_if_the_mode_cannot_be_read_behind_it() {
    let second = FaultSpec::new(Call::GetRdma, "*", 2, Errno::IO);
    let host = Faulty::new(machine("capable: false")).failing(second);
    let refused = set(&host, &host, NetnsMode::Exclusive, SetOptions::default());
    assert!(matches!(refused, Err(SetError::NotPermitted { .. })), "{refused:?}");
}
