//! The simulated RDMA subsystem, where the contract cannot go: hardware, users, namespaces.
#![cfg(feature = "sim")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use sriov_host::seam::{
    Availability, HostEvent, HostPath, RdmaChange, RdmaDevice, RdmaError, RdmaEventKind,
    RdmaSystem, RdmaUsage, RdmaWake, Sysfs, Uevents, Wake,
};
use sriov_host::sim::{Hold, Machine, NamespaceMachine, SimHost};
use sriov_host::{Errno, Netns, NetnsMode, RdmaIndex};

const SOON: Duration = Duration::from_secs(5);

const ONE_CARD: &str = "
rdma: { netnsMode: exclusive }
pfs:
  - { pci: 0000:3b:00.0, driver: mlx5_core, name: ens1f0np0, numVfs: 1 }
";

fn machine(yaml: &str) -> SimHost {
    SimHost::new(&Machine::from_yaml(yaml).unwrap()).unwrap()
}

fn devices(host: &SimHost) -> Vec<RdmaDevice> {
    host.rdma_devices().unwrap().available().unwrap()
}

fn names(host: &SimHost) -> Vec<String> {
    devices(host).iter().map(|device| device.name.to_string()).collect()
}

fn index(host: &SimHost, name: &str) -> RdmaIndex {
    devices(host).iter().find(|device| device.name.as_str() == name).unwrap().index
}

fn change(host: &SimHost, change: &RdmaChange) -> Result<(), RdmaError> {
    host.change_rdma(change, SOON)
}

fn refusal(host: &SimHost, wanted: &RdmaChange) -> Errno {
    change(host, wanted).unwrap_err().errno().unwrap()
}

fn set_mode(host: &SimHost, mode: NetnsMode) -> Result<(), RdmaError> {
    change(host, &RdmaChange::NetnsMode(mode))
}

fn netns(text: &str) -> Netns {
    text.parse().unwrap()
}

fn read(host: &SimHost, path: &str) -> String {
    host.read(&HostPath::new(path)).unwrap()
}

fn list(host: &SimHost, path: &str) -> Vec<String> {
    host.list(&HostPath::new(path)).unwrap()
}

fn named(name: &str) -> NamespaceMachine {
    NamespaceMachine { name: Some(name.to_owned()), ..NamespaceMachine::default() }
}

fn counts(usage: &RdmaUsage) -> Vec<(&str, u64)> {
    let not_zero = usage.counts.iter().filter(|(_, count)| **count > 0);
    not_zero.map(|(kind, count)| (kind.as_str(), *count)).collect()
}

#[test]
fn a_machine_has_rdma_if_a_driver_of_it_has() {
    assert_eq!(names(&machine(ONE_CARD)), ["mlx5_0", "mlx5_1"]);
    let igb = SimHost::with_igb_pair();
    assert_eq!(igb.rdma_devices().unwrap(), Availability::NotLoaded);
    assert_eq!(refusal(&igb, &RdmaChange::NetnsMode(NetnsMode::Shared)), Errno::PROTONOSUPPORT);
    let none = machine("rdma: { supported: false }");
    assert_eq!(none.rdma_settings().unwrap(), Availability::Unsupported);
    assert!(none.list(&HostPath::new("/sys/class/infiniband")).unwrap_err().is_not_found());
}

#[test]
fn netlink_and_sysfs_tell_the_same_guid_and_protocol() {
    let host = machine(ONE_CARD);
    for device in devices(&host) {
        let path = format!("/sys/class/infiniband/{}/node_guid", device.name);
        assert_eq!(read(&host, &path).parse(), Ok(device.node_guid.unwrap()));
        assert_eq!(device.protocol.as_deref(), Some("roce"));
        assert!(device.ports[0].netdev.is_some());
    }
}

#[test]
fn any_namespace_keeps_the_mode_whatever_keeps_it() {
    let kinds = [
        "{ name: blue }",
        "{ pid: 4242, comm: containerd-shim }",
        "{ descriptorOf: 4711 }",
        "{ mount: /run/docker/netns/x }",
    ];
    for kind in kinds {
        let host = machine(&format!("rdma: {{ loaded: true }}\nnamespaces: [ {kind} ]"));
        let exclusive = RdmaChange::NetnsMode(NetnsMode::Exclusive);
        assert_eq!(refusal(&host, &exclusive), Errno::BUSY, "{kind}");
        for pid in [4242, 4711] {
            host.end_process(pid);
        }
        host.remove_namespace(&netns("blue"));
        host.remove_namespace(&netns("/run/docker/netns/x"));
        assert_eq!(refusal(&host, &exclusive), Errno::BUSY, "the teardown takes a moment: {kind}");
        host.advance(Duration::from_secs(1));
        set_mode(&host, NetnsMode::Exclusive).unwrap();
    }
}

#[test]
fn a_namespace_lives_as_long_as_anything_keeps_it() {
    let host = machine("rdma: { loaded: true }\nnamespaces: [ { name: blue, pid: 4242 } ]");
    assert!(host.remove_namespace(&netns("blue")));
    assert!(!host.remove_namespace(&netns("blue")));
    host.advance(SOON);
    assert!(set_mode(&host, NetnsMode::Exclusive).is_err(), "a process lives in it");
    assert!(host.remove_namespace(&netns("4242")));
    host.advance(SOON);
    set_mode(&host, NetnsMode::Exclusive).unwrap();
}

#[test]
fn proc_tells_what_keeps_a_namespace() {
    let host = machine(
        "
namespaces:
  - { name: blue }
  - { pid: 4242, comm: containerd-shim, cgroup: /kubepods.slice/x.scope }
  - { descriptorOf: 4711 }
  - { mount: /run/docker/netns/x }
",
    );
    let link = |path: &str| host.read_link(&HostPath::new(path)).unwrap();
    assert_eq!(link("/proc/1/ns/net"), "net:[4026531840]");
    assert_eq!(link("/proc/self/ns/net"), "net:[4026531840]");
    assert_eq!(link("/proc/4242/ns/net"), "net:[4026532201]");
    assert_eq!(link("/proc/4711/ns/net"), "net:[4026531840]");
    assert_eq!(link("/proc/4711/fd/3"), "net:[4026532202]");
    assert_eq!(read(&host, "/proc/1/comm"), "systemd");
    assert_eq!(read(&host, "/proc/4242/cgroup"), "0::/kubepods.slice/x.scope");
    let mounts = read(&host, "/proc/1/mountinfo");
    let mounts: Vec<_> = mounts.lines().filter(|line| line.contains("nsfs")).collect();
    assert_eq!(
        mounts,
        [
            "400 26 0:4 net:[4026532200] /run/netns/blue rw shared:100 - nsfs nsfs rw",
            "401 26 0:4 net:[4026532203] /run/docker/netns/x rw shared:100 - nsfs nsfs rw",
        ]
    );
    assert_eq!(list(&host, "/run/netns"), ["blue"]);
    assert_eq!(list(&host, "/run/docker/netns"), ["x"]);
    host.remove_namespace(&netns("blue"));
    assert!(list(&host, "/run/netns").is_empty(), "the folder stays");
}

#[test]
fn without_the_capability_every_change_is_refused_and_reading_works() {
    let host = machine("capable: false\nrdma: { loaded: true }");
    let same = RdmaChange::NetnsMode(NetnsMode::Shared);
    assert_eq!(refusal(&host, &same), Errno::PERM);
    assert!(host.rdma_settings().unwrap().available().is_some());
    let status = read(&host, "/proc/self/status");
    assert!(status.ends_with("CapEff:\t000001ffffffefff"), "{status}");
}

#[test]
fn users_are_told_apart_from_an_idle_device() {
    let host = machine(&format!(
        "{ONE_CARD}
holders: [ {{ pid: 77, comm: app, pf: 0000:3b:00.0, vf: 0, holds: uverbs }} ]
kernelUsers: [ {{ pf: 0000:3b:00.0, name: nvme-rdma }} ]
"
    ));
    let of = |name: &str| host.rdma_usage(index(&host, name)).unwrap();
    let (pf, vf) = (of("mlx5_0"), of("mlx5_1"));
    assert_eq!(counts(&pf), [("cq", 2), ("pd", 2), ("qp", 2)]);
    assert!(pf.owners.iter().any(|owner| owner.kernel.as_deref() == Some("nvme-rdma")));
    assert_eq!(counts(&vf), [("cq", 2), ("ctx", 1), ("mr", 1), ("pd", 2), ("qp", 2)]);
    assert!(vf.owners.iter().any(|owner| owner.pid == Some(77)));

    host.start_process(77, "app", "0000:3b:00.2".parse().unwrap(), Hold::UverbsOpen);
    assert_eq!(counts(&of("mlx5_1")), [("cq", 1), ("pd", 1), ("qp", 1)]);
    let open = host.read_link(&HostPath::new("/proc/77/fd/3")).unwrap();
    assert_eq!(open, "/dev/infiniband/uverbs1");
}

#[test]
fn a_moved_device_is_out_of_sight_and_comes_back_with_its_namespace() {
    let host = machine(ONE_CARD);
    host.add_namespace(&named("pod")).unwrap();
    host.start_process(77, "app", "0000:3b:00.2".parse().unwrap(), Hold::Uverbs);
    let (device, before) = (index(&host, "mlx5_1"), devices(&host));
    let there = RdmaChange::Move { device, from: None, to: netns("pod") };
    change(&host, &there).unwrap();
    assert_eq!(names(&host), ["mlx5_0"]);
    assert_eq!(list(&host, "/sys/class/infiniband"), ["mlx5_0"]);
    assert!(list(&host, "/sys/bus/pci/devices/0000:3b:00.2/infiniband").is_empty());
    assert!(host.rdma_usage(device).unwrap_err().is_not_found());
    assert_eq!(refusal(&host, &there), Errno::INVAL, "it is not in the host's namespace");
    let back = RdmaChange::Move { device, from: Some(netns("pod")), to: netns("1") };
    change(&host, &back).unwrap();
    assert_eq!(devices(&host), before);
    assert_eq!(host.rdma_usage(device).unwrap().counts["ctx"], 0, "its user was thrown out");

    change(&host, &there).unwrap();
    host.remove_namespace(&netns("pod"));
    assert_eq!(names(&host), ["mlx5_0"], "the teardown takes a moment");
    host.advance(Duration::from_secs(1));
    assert_eq!(devices(&host), before);
}

#[test]
fn a_move_to_nowhere_is_refused() {
    let host = machine(ONE_CARD);
    host.put_file(&HostPath::new("/etc/hosts"), b"");
    let device = index(&host, "mlx5_0");
    let to = |to: &str| RdmaChange::Move { device, from: None, to: netns(to) };
    assert_eq!(refusal(&host, &to("nonesuch")), Errno::NOENT);
    assert_eq!(refusal(&host, &to("99")), Errno::NOENT);
    assert_eq!(refusal(&host, &to("/etc/hosts")), Errno::INVAL);
}

#[test]
fn names_are_unique() {
    let host = machine(ONE_CARD);
    let device = index(&host, "mlx5_1");
    let rename = |name: &str| RdmaChange::Rename { device, name: name.parse().unwrap() };
    assert_eq!(refusal(&host, &rename("mlx5_0")), Errno::EXIST);
    change(&host, &rename("rdma_vf")).unwrap();
    assert_eq!(names(&host), ["mlx5_0", "rdma_vf"]);
    assert_eq!(read(&host, "/sys/class/infiniband_verbs/uverbs1/ibdev"), "rdma_vf");
}

#[test]
fn a_driver_that_goes_takes_its_device_along() {
    let host = machine(ONE_CARD);
    let mut events = host.watch_rdma().unwrap();
    let numvfs = HostPath::pci("0000:3b:00.0".parse().unwrap()).join("sriov_numvfs");
    host.write(&numvfs, "0", SOON).unwrap();
    let mut told = Vec::new();
    while let RdmaWake::Event(event) = events.next(Duration::ZERO).unwrap() {
        told.push((event.kind, event.device));
    }
    assert_eq!(told, [(RdmaEventKind::Unregistered, RdmaIndex::new(1))]);
    assert_eq!(names(&host), ["mlx5_0"]);
}

#[test]
fn a_soft_device_goes_with_its_netdev() {
    let host = machine(
        "
rdma:
  loaded: true
  softLinks: [ { name: rxe0, kind: rxe, netdev: ens1f0 }, { name: siw0, kind: siw, netdev: lo } ]
pfs: [ { pci: 0000:01:00.0, driver: igb, name: ens1f0 } ]
",
    );
    assert_eq!(names(&host), ["rxe0", "siw0"]);
    assert_eq!(read(&host, "/sys/class/infiniband/rxe0/parent"), "ens1f0");
    assert!(host.read(&HostPath::new("/sys/class/infiniband/siw0/parent")).is_err());
    let unbind = HostPath::new("/sys/bus/pci/drivers/igb/unbind");
    host.write(&unbind, "0000:01:00.0", SOON).unwrap();
    assert_eq!(names(&host), ["siw0"]);
}

#[test]
fn a_deletion_that_waits_survives_saving() {
    let host =
        machine("rdma: { loaded: true, softLinks: [ { name: rxe0, kind: rxe, netdev: lo } ] }");
    assert!(host.open_rdma(9, "app", &"rxe0".parse().unwrap(), Hold::Uverbs));
    let delete = RdmaChange::DeleteLink { device: index(&host, "rxe0") };
    assert!(change(&host, &delete).unwrap_err().is_still_running());
    let host = SimHost::load(&host.save().unwrap()).unwrap();
    let (name, kind) = ("rxe1".parse().unwrap(), "rxe".parse().unwrap());
    let again = RdmaChange::AddLink { name, kind, netdev: "lo".parse().unwrap() };
    assert_eq!(refusal(&host, &again), Errno::EXIST);
    host.end_process(9);
    change(&host, &again).unwrap();
    assert_eq!(names(&host), ["rxe1"]);
}

#[test]
fn lost_events_are_told() {
    let host = machine("rdma: { loaded: true }\nkernel: { eventBuffer: 1 }");
    let mut events = host.watch_rdma().unwrap();
    let (name, kind) = ("rxe0".parse().unwrap(), "rxe".parse().unwrap());
    change(&host, &RdmaChange::AddLink { name, kind, netdev: "lo".parse().unwrap() }).unwrap();
    assert_eq!(events.next(SOON).unwrap(), RdmaWake::Lost);
    let deaf = machine("rdma: { loaded: true, monitor: false }");
    assert!(deaf.watch_rdma().is_err());
    assert_eq!(deaf.rdma_settings().unwrap().available().unwrap().monitor, None);
}

#[test]
fn a_move_is_a_removal_for_the_namespace_it_leaves() {
    let host = machine(ONE_CARD);
    host.add_namespace(&named("pod")).unwrap();
    let mut events = host.subscribe().unwrap();
    let device = index(&host, "mlx5_0");
    change(&host, &RdmaChange::Move { device, from: None, to: netns("pod") }).unwrap();
    let Wake::Event(HostEvent::Kernel(first)) = events.next(SOON).unwrap() else {
        panic!("nothing was announced")
    };
    assert_eq!(first.action, "remove");
    assert!(first.devpath.ends_with("0000:3b:00.0/infiniband_verbs/uverbs0"), "{first:?}");
}
