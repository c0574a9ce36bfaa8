//! Notifications.

use super::*;

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
