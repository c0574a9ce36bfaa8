//! The seam over replayed kernels: absence, refusals, devices that vanish, moves and events.
#![cfg(all(feature = "linux", target_os = "linux"))]
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test")]

mod nldev_support;

use std::fs;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use nldev_support::{counters, device, dump, nla, owners, port, reply, strz, summary, u8_, u32_};
use sriov_host::netlink::{Message, Netlink, Received, Replay, Wire};
use sriov_host::seam::{
    Availability, NetlinkFault, RdmaChange, RdmaEventKind, RdmaEvents, RdmaPort, RdmaResource,
    RdmaSystem, RdmaWake,
};
use sriov_host::{Errno, Netns, NetnsMode, RdmaIndex};
use sriov_rdma::LinuxRdma;
use tempfile::TempDir;

const LONG: Duration = Duration::from_secs(20);

type Step = fn(&Message) -> Vec<u8>;
type Log = Arc<Mutex<Vec<Message>>>;

/// A root where `ib_core` is loaded.
fn loaded() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir_all(root.path().join("sys/module/ib_core/parameters")).unwrap();
    root
}

fn no_events() -> io::Result<Box<dyn Wire>> {
    Err(Errno::PROTONOSUPPORT.to_io())
}

/// A subsystem that plays these answers, once, and notes what it was asked.
fn play(steps: &'static [Step]) -> (LinuxRdma, Log, TempDir) {
    let root = loaded();
    let log = Log::default();
    let asked = Arc::clone(&log);
    let netlink = Netlink::over(move || {
        let asked = Arc::clone(&asked);
        // Each session opens a wire of its own: it goes on where the last one ended.
        let done = asked.lock().unwrap().len();
        Ok(Box::new(steps.iter().skip(done).fold(Replay::new(), |replay, step| {
            let asked = Arc::clone(&asked);
            replay.answer(move |request| {
                asked.lock().unwrap().push(request.clone());
                step(request)
            })
        })))
    });
    (LinuxRdma::below(root.path()).over(netlink, no_events), log, root)
}

fn kinds(log: &Log) -> Vec<u16> {
    log.lock().unwrap().iter().map(|request| request.kind).collect()
}

fn index() -> RdmaIndex {
    RdmaIndex::new(7)
}

/// Counts how often a socket is opened; it never can be.
fn unopened(root: &TempDir) -> (LinuxRdma, Arc<AtomicUsize>) {
    let opened = Arc::new(AtomicUsize::new(0));
    let open = |count: Arc<AtomicUsize>| {
        move || {
            count.fetch_add(1, Ordering::SeqCst);
            Err(Errno::PROTONOSUPPORT.to_io())
        }
    };
    let netlink = Netlink::over(open(Arc::clone(&opened)));
    (LinuxRdma::below(root.path()).over(netlink, open(Arc::clone(&opened))), opened)
}

fn rename() -> RdmaChange {
    RdmaChange::Rename { device: index(), name: "mlx5_9".parse().unwrap() }
}

#[test]
fn nothing_is_opened_while_ib_core_is_not_loaded() {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir_all(root.path().join("sys/module/mlx5_core")).unwrap();
    let (rdma, opened) = unopened(&root);
    assert_eq!(rdma.rdma_settings().unwrap(), Availability::NotLoaded);
    assert_eq!(rdma.rdma_devices().unwrap(), Availability::NotLoaded);
    let errors = [
        rdma.rdma_usage(index()).unwrap_err(),
        rdma.rdma_counters(index(), 1).unwrap_err(),
        rdma.change_rdma(&rename(), LONG).unwrap_err(),
        rdma.watch_rdma().err().unwrap(),
    ];
    for error in errors {
        assert_eq!(error.errno(), Some(Errno::PROTONOSUPPORT), "{error}");
        assert!(!error.is_not_found());
    }
    assert_eq!(opened.load(Ordering::SeqCst), 0, "opening it would load the module");
}

#[test]
fn nothing_is_opened_while_it_cannot_be_told_whether_ib_core_is_loaded() {
    let root = tempfile::tempdir().unwrap();
    let (rdma, opened) = unopened(&root);
    let error = rdma.rdma_settings().unwrap_err();
    let source = std::error::Error::source(&error).unwrap();
    let cause = std::error::Error::source(source).unwrap();
    assert_eq!(error.to_string(), "cannot read the RDMA settings");
    assert_eq!(cause.to_string(), "cannot list /sys/module");
    assert!(rdma.rdma_devices().is_err());
    assert_eq!(opened.load(Ordering::SeqCst), 0);
}

/// The kernel that this runs on: what it has not loaded it has not loaded afterwards.
#[test]
fn the_running_kernel_is_asked_without_loading_anything() {
    let loaded = || fs::exists("/sys/module/ib_core").unwrap();
    let before = loaded();
    let settings = LinuxRdma::system().rdma_settings().unwrap();
    assert_eq!(before, loaded());
    assert_eq!(settings == Availability::NotLoaded, !before);
}

#[test]
fn a_kernel_without_the_protocol_has_no_rdma() {
    let root = loaded();
    let (rdma, opened) = unopened(&root);
    assert_eq!(rdma.rdma_settings().unwrap(), Availability::Unsupported);
    assert_eq!(rdma.rdma_devices().unwrap(), Availability::Unsupported);
    assert_eq!(opened.load(Ordering::SeqCst), 2);
    assert_eq!(rdma.rdma_usage(index()).unwrap_err().errno(), Some(Errno::PROTONOSUPPORT));
}

#[test]
fn a_kernel_older_than_the_settings_has_none() {
    let (rdma, _, _root) = play(&[|request| Message::refusal(request, 22)]);
    assert_eq!(rdma.rdma_settings().unwrap(), Availability::Unsupported);
    let (rdma, _, _root) = play(&[|request| reply(request, u8_(93, 1))]);
    let settings = rdma.rdma_settings().unwrap().available().unwrap();
    assert_eq!((settings.netns_mode, settings.copy_on_fork), (None, Some(true)));
    // Any other refusal is one.
    let (rdma, _, _root) = play(&[|request| Message::refusal(request, 1)]);
    assert_eq!(rdma.rdma_settings().unwrap_err().errno(), Some(Errno::PERM));
}

#[test]
fn settings_are_one_request() {
    let (rdma, log, _root) = play(&[|request| reply(request, u8_(66, 0))]);
    let settings = rdma.rdma_settings().unwrap().available().unwrap();
    assert_eq!(settings.netns_mode, Some(NetnsMode::Exclusive));
    assert_eq!(kinds(&log), [0x1406]);
}

#[test]
fn a_reply_without_a_message_is_an_error() {
    let (rdma, _, _root) = play(&[Message::ack]);
    let error = rdma.rdma_settings().unwrap_err();
    assert!(matches!(error.source, NetlinkFault::Malformed { .. }), "{error:?}");
}

#[test]
fn devices_come_with_their_ports_by_number() {
    let (rdma, log, _root) = play(&[
        |request| {
            let devices = vec![
                device(9, "mlx5_9", Some(1)),
                device(7, "mlx5_7", Some(2)),
                device(8, "switch", None),
            ];
            dump(request, devices)
        },
        |request| dump(request, vec![port(9, 1)]),
        |request| dump(request, vec![port(7, 2), port(7, 1)]),
    ]);
    let devices = rdma.rdma_devices().unwrap().available().unwrap();
    let seen: Vec<_> = devices
        .iter()
        .map(|device| {
            let ports: Vec<u32> = device.ports.iter().map(|port| port.number).collect();
            (device.index.get(), device.name.as_str(), ports)
        })
        .collect();
    assert_eq!(seen, [(7, "mlx5_7", vec![1, 2]), (8, "switch", vec![]), (9, "mlx5_9", vec![1])]);
    let asked = log.lock().unwrap();
    let asked: Vec<_> = asked.iter().map(|m| (m.kind, m.flags, m.payload.clone())).collect();
    let ports = |index| (0x1405, 0x305, u32_(1, index));
    assert_eq!(asked, [(0x1401, 0x305, vec![]), ports(9), ports(7)]);
}

#[test]
fn a_device_that_vanishes_in_between_is_left_out() {
    let (rdma, _, _root) = play(&[
        |request| {
            dump(
                request,
                vec![
                    device(1, "gone", Some(1)),
                    device(2, "moved", Some(1)),
                    device(3, "here", Some(1)),
                ],
            )
        },
        |request| Message::refusal(request, 22),
        |request| Message::refusal(request, 19),
        |request| dump(request, vec![port(3, 1)]),
    ]);
    let devices = rdma.rdma_devices().unwrap().available().unwrap();
    let names: Vec<_> = devices.iter().map(|device| device.name.as_str()).collect();
    assert_eq!(names, ["here"]);
}

#[test]
fn what_else_a_device_answers_is_an_error_that_names_it() {
    let (rdma, _, _root) = play(&[
        |request| dump(request, vec![device(4, "rxe0", Some(1))]),
        |request| Message::refusal(request, 5),
    ]);
    let error = rdma.rdma_devices().unwrap_err();
    assert_eq!((error.errno(), error.device), (Some(Errno::IO), Some(RdmaIndex::new(4))));
}

#[test]
fn a_port_that_is_not_told_exists_and_is_not_known() {
    let (rdma, _, _root) = play(&[
        |request| dump(request, vec![device(1, "mlx5_0", Some(3))]),
        |request| dump(request, vec![port(1, 1)]),
    ]);
    let devices = rdma.rdma_devices().unwrap().available().unwrap();
    let [device] = devices.as_slice() else { panic!("{devices:?}") };
    let [first, second, third] = device.ports.as_slice() else { panic!("{device:?}") };
    assert!(first.state.is_some());
    assert_eq!(second, &RdmaPort { number: 2, ..RdmaPort::default() });
    assert_eq!(third, &RdmaPort { number: 3, ..RdmaPort::default() });
}

#[test]
fn an_announced_number_of_ports_does_not_take_all_memory() {
    let (rdma, _, _root) = play(&[
        |request| dump(request, vec![device(1, "odd", Some(u32::MAX))]),
        |request| dump(request, vec![]),
    ]);
    let devices = rdma.rdma_devices().unwrap().available().unwrap();
    assert!(devices.iter().all(|device| device.ports.len() <= 4096));
}

#[test]
fn a_device_with_an_odd_name_does_not_hide_the_others() {
    let (rdma, _, _root) = play(&[|request| {
        dump(request, vec![device(1, "two words", None), device(2, "rxe0", None)])
    }]);
    let devices = rdma.rdma_devices().unwrap().available().unwrap();
    assert_eq!(devices.len(), 1);
    let (rdma, _, _root) = play(&[|request| dump(request, vec![u32_(1, 1)])]);
    assert!(rdma.rdma_devices().is_err(), "a device without a name");
}

#[test]
fn usage_is_the_summary_and_every_list_the_driver_has() {
    let (rdma, log, _root) = play(&[
        |request| reply(request, summary(&[("qp", 2), ("ctx", 0)])),
        |request| dump(request, vec![owners(19, 20, &[strz(29, "ib_core"), u32_(28, 4711)])]),
        |request| Message::refusal(request, 95),
        |request| dump(request, vec![]),
        |request| Message::refusal(request, 22),
        |request| {
            dump(request, vec![owners(46, 47, &[u32_(28, 1)]), owners(46, 47, &[u32_(28, 2)])])
        },
    ]);
    let usage = rdma.rdma_usage(index()).unwrap();
    assert_eq!(usage.counts.get("qp"), Some(&2));
    assert_eq!(usage.counts.get("ctx"), Some(&0));
    assert_eq!(usage.counts.get("mr"), None);
    let owners: Vec<_> = usage
        .owners
        .iter()
        .map(|owner| (owner.resource, owner.pid, owner.kernel.as_deref()))
        .collect();
    let (qp, pd) = (RdmaResource::QueuePair, RdmaResource::ProtectionDomain);
    assert_eq!(
        owners,
        [
            (qp, None, Some("ib_core")),
            (qp, Some(4711), None),
            (pd, Some(1), None),
            (pd, Some(2), None)
        ]
    );
    assert_eq!(kinds(&log), [0x1409, 0x140a, 0x140b, 0x140c, 0x140d, 0x140e]);
    assert!(log.lock().unwrap().iter().all(|request| request.payload == u32_(1, 7)));
}

#[test]
fn usage_that_cannot_be_told_is_an_error() {
    let (rdma, _, _root) = play(&[|request| Message::refusal(request, 22)]);
    let error = rdma.rdma_usage(index()).unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.device, Some(index()));
    let (rdma, _, _root) =
        play(&[|request| reply(request, summary(&[])), |request| Message::refusal(request, 12)]);
    assert_eq!(rdma.rdma_usage(index()).unwrap_err().errno(), Some(Errno::NOMEM));
}

#[test]
fn counters_are_those_of_the_port() {
    let (rdma, log, _root) = play(&[
        |request| reply(request, counters(&[("sent_pkts", 9)])),
        |request| Message::refusal(request, 95),
    ]);
    let told = rdma.rdma_counters(index(), 2).unwrap();
    assert_eq!(
        told.iter().map(|c| (c.name.as_str(), c.value)).collect::<Vec<_>>(),
        [("sent_pkts", 9)]
    );
    assert_eq!(log.lock().unwrap()[0].payload, [u32_(1, 7), u32_(3, 2)].concat());
    let error = rdma.rdma_counters(index(), 2).unwrap_err();
    assert_eq!(error.to_string(), "cannot read the counters of port 2 of RDMA device 7");
    assert_eq!(error.errno(), Some(Errno::OPNOTSUPP));
}

#[test]
fn each_change_is_one_message() {
    let (rdma, log, _root) = play(&[Message::ack, Message::ack, Message::ack, Message::ack]);
    let changes = [
        RdmaChange::NetnsMode(NetnsMode::Exclusive),
        rename(),
        RdmaChange::AddLink {
            name: "rxe0".parse().unwrap(),
            kind: "rxe".parse().unwrap(),
            netdev: "lo".parse().unwrap(),
        },
        RdmaChange::DeleteLink { device: index() },
    ];
    for change in &changes {
        rdma.change_rdma(change, LONG).unwrap();
    }
    let sent = log.lock().unwrap();
    let sent: Vec<_> = sent.iter().map(|m| (m.kind, m.flags, m.payload.clone())).collect();
    let link = [strz(2, "rxe0"), strz(65, "rxe"), strz(51, "lo")].concat();
    assert_eq!(
        sent,
        [
            (0x1407, 5, u8_(66, 0)),
            (0x1402, 5, [u32_(1, 7), strz(2, "mlx5_9")].concat()),
            (0x1403, 5, link),
            (0x1404, 5, u32_(1, 7)),
        ]
    );
}

#[test]
fn a_refused_change_names_its_device_and_keeps_its_errno() {
    let (rdma, _, _root) =
        play(&[|request| Message::refusal(request, 22), |request| Message::refusal(request, 16)]);
    let error = rdma.change_rdma(&rename(), LONG).unwrap_err();
    assert_eq!(error.to_string(), "cannot rename RDMA device 7 to mlx5_9");
    assert_eq!((error.device, error.errno()), (Some(index()), Some(Errno::INVAL)));
    assert!(error.is_not_found());
    let mode = RdmaChange::NetnsMode(NetnsMode::Shared);
    let error = rdma.change_rdma(&mode, LONG).unwrap_err();
    assert_eq!(error.to_string(), "cannot set the RDMA netns mode to shared");
    assert_eq!((error.device, error.errno()), (None, Some(Errno::BUSY)));
}

/// Blocks inside `send`, as the kernel does for a device that a process has open.
struct Stuck(Arc<Mutex<mpsc::Receiver<()>>>, Option<mpsc::Sender<Vec<u8>>>);

impl Wire for Stuck {
    fn port(&self) -> u32 {
        1
    }

    fn send(&mut self, datagram: &[u8]) -> io::Result<()> {
        let _ = self.0.lock().unwrap().recv();
        if let Some(told) = &self.1 {
            told.send(descriptor_target(datagram)).unwrap();
        }
        Ok(())
    }

    fn recv(&mut self, _: &mut Vec<u8>, _: Duration) -> io::Result<Option<Received>> {
        Ok(None)
    }
}

/// What the descriptor in the last attribute of a move stands for.
fn descriptor_target(request: &[u8]) -> Vec<u8> {
    let number = request.last_chunk().copied().map(u32::from_ne_bytes).unwrap();
    let link = fs::read_link(format!("/proc/self/fd/{number}"));
    link.map_or_else(|error| error.to_string(), |path| path.display().to_string()).into_bytes()
}

#[test]
fn a_deletion_that_hangs_is_still_running() {
    let (release, held) = mpsc::channel();
    let held = Arc::new(Mutex::new(held));
    let root = loaded();
    let netlink = Netlink::over(move || Ok(Box::new(Stuck(Arc::clone(&held), None))));
    let rdma = LinuxRdma::below(root.path()).over(netlink, no_events);
    let start = Instant::now();
    let change = RdmaChange::DeleteLink { device: index() };
    let error = rdma.change_rdma(&change, Duration::from_millis(30)).unwrap_err();
    assert!(error.is_still_running());
    assert_eq!((error.device, error.errno()), (Some(index()), None));
    assert!(start.elapsed() < LONG);
    drop(release);
}

/// A namespace that is looked up below a root which is not the host's.
fn own_namespace(root: &TempDir) -> Netns {
    let folder = root.path().join("run/netns");
    fs::create_dir_all(&folder).unwrap();
    std::os::unix::fs::symlink("/proc/self/ns/net", folder.join("pod")).unwrap();
    "pod".parse().unwrap()
}

fn move_to(to: Netns) -> RdmaChange {
    RdmaChange::Move { device: index(), from: None, to }
}

#[test]
fn a_move_names_the_namespace_by_a_descriptor_that_is_open() {
    let root = loaded();
    let to = own_namespace(&root);
    let (tell, told) = mpsc::channel();
    let netlink = Netlink::over(move || {
        let tell = tell.clone();
        Ok(Box::new(Replay::new().answer(move |request| {
            let head = [u32_(1, 7), nla(68, &[0; 4])].concat();
            assert_eq!(request.payload[..12], head[..12]);
            assert_eq!((request.kind, request.payload.len()), (0x1402, head.len()));
            tell.send(descriptor_target(&request.to_bytes())).unwrap();
            Message::ack(request)
        })))
    });
    let rdma = LinuxRdma::below(root.path()).over(netlink, no_events);
    rdma.change_rdma(&move_to(to), LONG).unwrap();
    let own = fs::read_link("/proc/self/ns/net").unwrap().display().to_string();
    assert_eq!(String::from_utf8(told.recv().unwrap()).unwrap(), own);
}

#[test]
fn a_move_that_hangs_keeps_its_descriptor() {
    let root = loaded();
    let to = own_namespace(&root);
    let (release, held) = mpsc::channel();
    let held = Arc::new(Mutex::new(held));
    let (tell, told) = mpsc::channel();
    let netlink = Netlink::over(move || Ok(Box::new(Stuck(Arc::clone(&held), Some(tell.clone())))));
    let rdma = LinuxRdma::below(root.path()).over(netlink, no_events);
    let error = rdma.change_rdma(&move_to(to), Duration::from_millis(50)).unwrap_err();
    assert!(error.is_still_running(), "{error:?}");
    drop(rdma);
    drop(release);
    // The thread that was left behind looks now.
    let target = String::from_utf8(told.recv_timeout(LONG).unwrap()).unwrap();
    assert!(target.starts_with("net:["), "{target}");
}

#[test]
fn a_namespace_that_cannot_be_used_is_named_and_nothing_is_sent() {
    let (rdma, log, root) = play(&[Message::ack]);
    let here = own_namespace(&root);
    let absent: Netns = "absent".parse().unwrap();
    fs::write(root.path().join("run/netns/file"), "").unwrap();
    let plain: Netns = "file".parse().unwrap();
    let cases = [
        (None, absent.clone(), &absent, Errno::NOENT),
        (Some(absent.clone()), here.clone(), &absent, Errno::NOENT),
        (Some(plain.clone()), here, &plain, Errno::INVAL),
    ];
    for (from, to, named, errno) in cases {
        let change = RdmaChange::Move { device: index(), from, to };
        let error = rdma.change_rdma(&change, LONG).unwrap_err();
        assert_eq!((error.device, error.errno()), (Some(index()), Some(errno)));
        assert!(!error.is_not_found(), "the device may well be there");
        let NetlinkFault::Namespace { netns, .. } = &error.source else { panic!("{error:?}") };
        assert_eq!(netns, named);
    }
    assert!(kinds(&log).is_empty());
}

fn event(kind: u8, device: u32) -> Vec<u8> {
    let payload = [u32_(1, device), strz(2, "rxe0"), u8_(102, kind)].concat();
    Message::new(0x141c, payload).to_bytes()
}

/// A subscription to what is in the replay.
fn watch(replay: fn() -> Replay) -> Box<dyn RdmaEvents> {
    let root = loaded();
    let netlink =
        Netlink::over(|| Ok(Box::new(Replay::new().answer(|request| reply(request, u8_(103, 1))))));
    let rdma = LinuxRdma::below(root.path()).over(netlink, move || Ok(Box::new(replay())));
    rdma.watch_rdma().unwrap()
}

fn next(events: &mut Box<dyn RdmaEvents>) -> RdmaWake {
    events.next(Duration::from_millis(10)).unwrap()
}

fn happened(wake: &RdmaWake) -> Option<(RdmaEventKind, u32)> {
    match wake {
        RdmaWake::Event(event) => Some((event.kind, event.device.get())),
        RdmaWake::Lost | RdmaWake::TimedOut => None,
    }
}

#[test]
fn events_are_told_one_by_one() {
    let mut events = watch(|| {
        let both = [event(1, 2), event(0, 3)].concat();
        Replay::new().datagram(0, both).datagram(0, event(0, 4))
    });
    assert_eq!(happened(&next(&mut events)), Some((RdmaEventKind::Unregistered, 2)));
    assert_eq!(happened(&next(&mut events)), Some((RdmaEventKind::Registered, 3)));
    assert_eq!(
        happened(&events.next(Duration::ZERO).unwrap()),
        Some((RdmaEventKind::Registered, 4))
    );
    assert_eq!(next(&mut events), RdmaWake::TimedOut);
}

#[test]
fn only_the_kernel_is_believed() {
    let mut events = watch(|| {
        Replay::new()
            .datagram(99, event(1, 2))
            .datagram(u32::MAX, event(1, 2))
            .datagram(0, event(0, 3))
    });
    assert_eq!(happened(&next(&mut events)), Some((RdmaEventKind::Registered, 3)));
    assert_eq!(next(&mut events), RdmaWake::TimedOut);
}

#[test]
fn what_was_lost_is_told() {
    let mut events = watch(|| {
        let other = Message::new(0x1401, vec![]).to_bytes();
        Replay::new()
            .failure(Errno::NOBUFS.to_io())
            .datagram(0, other)
            // Something happened, and it cannot be told what.
            .datagram(0, Message::new(0x141c, vec![0; 3]).to_bytes())
            .datagram(0, event(0, 3))
    });
    assert_eq!(next(&mut events), RdmaWake::Lost);
    assert_eq!(next(&mut events), RdmaWake::Lost);
    assert_eq!(happened(&next(&mut events)), Some((RdmaEventKind::Registered, 3)));
    // Cut between two events, so that what is left makes sense.
    let mut events =
        watch(|| Replay::new().cut_to(44).datagram(0, [event(1, 2), event(0, 3)].concat()));
    assert_eq!(next(&mut events), RdmaWake::Lost);
    assert_eq!(next(&mut events), RdmaWake::TimedOut);
}

#[test]
fn a_socket_that_fails_is_an_error() {
    let mut events = watch(|| Replay::new().failure(Errno::IO.to_io()));
    let error = events.next(LONG).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::IO));
}

/// The kernel lets anybody join any group; only its settings say whether there will be events.
#[test]
fn a_kernel_without_notifications_refuses_to_be_watched() {
    let answers: [Step; 2] = [
        |request| reply(request, u8_(66, 1)),
        |request| reply(request, [u8_(66, 1), u8_(103, 0)].concat()),
    ];
    for answer in answers {
        let root = loaded();
        let netlink = Netlink::over(move || Ok(Box::new(Replay::new().answer(answer))));
        let events = || -> io::Result<Box<dyn Wire>> { panic!("it must not be opened") };
        let rdma = LinuxRdma::below(root.path()).over(netlink, events);
        let error = rdma.watch_rdma().err().unwrap();
        assert_eq!(error.errno(), Some(Errno::OPNOTSUPP));
    }
}

/// Counts what is sent and what is received.
struct Counting(Replay, Arc<AtomicUsize>, Arc<AtomicUsize>);

impl Wire for Counting {
    fn port(&self) -> u32 {
        self.0.port()
    }

    fn send(&mut self, datagram: &[u8]) -> io::Result<()> {
        self.1.fetch_add(1, Ordering::SeqCst);
        self.0.send(datagram)
    }

    fn recv(&mut self, buffer: &mut Vec<u8>, timeout: Duration) -> io::Result<Option<Received>> {
        self.2.fetch_add(1, Ordering::SeqCst);
        self.0.recv(buffer, timeout)
    }
}

/// With one system call each, on a socket whose datagrams are bounded: three.
#[test]
fn settings_are_sent_for_once_and_received_twice() {
    let root = loaded();
    let (sent, received) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
    let counts = (Arc::clone(&sent), Arc::clone(&received));
    let netlink = Netlink::over(move || {
        // The kernel's reply and its acknowledgement are datagrams of their own.
        let replay = Replay::new().answer_in_parts(|request| {
            let reply = Message::new(0x1406, u8_(66, 1)).reply_to(request);
            vec![reply, Message::ack(request)]
        });
        Ok(Box::new(Counting(replay, Arc::clone(&counts.0), Arc::clone(&counts.1))))
    });
    let rdma = LinuxRdma::below(root.path()).over(netlink, no_events);
    assert!(rdma.rdma_settings().unwrap().available().is_some());
    assert_eq!((sent.load(Ordering::SeqCst), received.load(Ordering::SeqCst)), (1, 2));
}

/// A wire that tells when it is closed.
struct Closing(Replay, mpsc::Sender<()>);

impl Wire for Closing {
    fn port(&self) -> u32 {
        self.0.port()
    }

    fn send(&mut self, datagram: &[u8]) -> io::Result<()> {
        self.0.send(datagram)
    }

    fn recv(&mut self, buffer: &mut Vec<u8>, timeout: Duration) -> io::Result<Option<Received>> {
        self.0.recv(buffer, timeout)
    }
}

impl Drop for Closing {
    fn drop(&mut self) {
        let _ = self.1.send(());
    }
}

/// An open socket keeps `ib_core` from being unloaded.
#[test]
fn one_socket_serves_a_call_and_is_closed_behind_it() {
    let root = loaded();
    let opened = Arc::new(AtomicUsize::new(0));
    let (tell, closed) = mpsc::channel();
    let count = Arc::clone(&opened);
    let netlink = Netlink::over(move || {
        count.fetch_add(1, Ordering::SeqCst);
        let replay = Replay::new()
            .answer(|request| dump(request, vec![device(1, "a", Some(1)), device(2, "b", Some(1))]))
            .answer(|request| dump(request, vec![port(1, 1)]))
            .answer(|request| dump(request, vec![port(2, 1)]));
        Ok(Box::new(Closing(replay, tell.clone())))
    });
    let rdma = LinuxRdma::below(root.path()).over(netlink, no_events);
    assert_eq!(rdma.rdma_devices().unwrap().available().unwrap().len(), 2);
    assert_eq!(opened.load(Ordering::SeqCst), 1);
    closed.recv_timeout(LONG).expect("the socket is closed while the subsystem lives on");
    drop(rdma);
}
