//! The request logic, over replayed bytes: what belongs to a reply, and how a request ends.
#![cfg(all(feature = "linux", target_os = "linux"))]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test"
)]

mod netlink_support;

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use netlink_support::nla;
use sriov_host::Errno;
use sriov_host::netlink::{Message, Netlink, Received, Replay, Reply, Request, Wire};
use sriov_host::seam::NetlinkFault;

const LONG: Duration = Duration::from_secs(20);
const MULTI: u16 = 2;
const DUMP_INTR: u16 = 0x10;
const CAPPED: u16 = 0x100;
const ACK_TLVS: u16 = 0x200;

/// Sends one request over a replay that is made for it.
fn ask(request: Request, replay: impl Fn() -> Replay + Send + Sync + 'static) -> Outcome {
    Netlink::over(move || Ok(Box::new(replay()))).request(request, LONG)
}

type Outcome = Result<Reply, NetlinkFault>;

fn message(kind: u16, flags: u16, byte: u8) -> Message {
    Message { flags, ..Message::new(kind, vec![byte; 4]) }
}

fn payloads(outcome: Outcome) -> Vec<u8> {
    outcome.unwrap().messages.iter().map(|message| message.payload[0]).collect()
}

#[test]
fn a_get_takes_its_reply_and_its_acknowledgement() {
    let replay = || {
        Replay::new()
            .answer_in_parts(|request| {
                vec![message(16, 0, 1).reply_to(request), Message::ack(request)]
            })
            .answer(|request| [message(16, 0, 2).reply_to(request), Message::ack(request)].concat())
    };
    let netlink = Netlink::over(move || Ok(Box::new(replay())));
    assert_eq!(payloads(netlink.request(Request::get(18), LONG)), [1]);
    // An acknowledgement left behind would end this request without its reply.
    assert_eq!(payloads(netlink.request(Request::get(18), LONG)), [2]);
}

#[test]
fn a_reply_is_told_by_its_number_not_its_type() {
    let outcome = ask(Request::get(0x1405), || {
        Replay::new().answer(|request| {
            let earlier = Message { sequence: request.sequence - 1, ..request.clone() };
            [
                message(0x1405, 0, 1).reply_to(&earlier),
                Message::refusal(&earlier, 22),
                message(0x1401, 0, 2).reply_to(request),
                // A notification: number zero, port zero.
                message(0x1405, 0, 3).to_bytes(),
                Message::ack(request),
            ]
            .concat()
        })
    });
    assert_eq!(payloads(outcome), [2]);
}

#[test]
fn what_is_for_another_port_or_from_another_process_is_ignored() {
    let outcome = ask(Request::get(18), || {
        let forged = Message { sequence: 1, port: Replay::PORT, ..message(16, 0, 1) };
        Replay::new().datagram(99, forged.to_bytes()).answer(|request| {
            let stranger = Message { port: 99, ..request.clone() };
            [
                message(16, 0, 2).reply_to(&stranger),
                message(16, 0, 3).reply_to(request),
                Message::ack(request),
            ]
            .concat()
        })
    });
    assert_eq!(payloads(outcome), [3]);
}

#[test]
fn a_dump_goes_on_until_it_is_done() {
    let outcome = ask(Request::dump(18), || {
        Replay::new().answer_in_parts(|request| {
            let part = |byte| message(16, MULTI, byte).reply_to(request);
            vec![[part(1), part(2)].concat(), part(3), [part(4), Message::done(request)].concat()]
        })
    });
    assert_eq!(payloads(outcome), [1, 2, 3, 4]);
}

#[test]
fn a_dump_that_ends_with_an_error_is_an_error() {
    let outcome = ask(Request::dump(18), || {
        Replay::new().answer(|request| {
            let end = Message { flags: MULTI, ..Message::new(3, (-90_i32).to_ne_bytes().to_vec()) };
            [message(16, MULTI, 1).reply_to(request), end.reply_to(request)].concat()
        })
    });
    assert_eq!(outcome.unwrap_err().errno(), Some(Errno::MSGSIZE));
}

#[test]
fn an_interrupted_dump_is_asked_for_again() {
    let outcome = ask(Request::dump(18), || {
        let interrupted = |request: &Message| {
            [message(16, MULTI | DUMP_INTR, 1).reply_to(request), Message::done(request)].concat()
        };
        Replay::new().answer(interrupted).answer(interrupted).answer(|request| {
            [message(16, MULTI, 2).reply_to(request), Message::done(request)].concat()
        })
    });
    assert_eq!(payloads(outcome), [2], "nothing of the interrupted tries is left");
}

#[test]
fn a_dump_that_is_always_interrupted_gives_up() {
    let outcome = ask(Request::dump(18), || {
        (0..100).fold(Replay::new(), |replay, _| {
            // Also if only the end of the dump says so.
            replay.answer(|request| {
                let flags = MULTI | DUMP_INTR;
                Message { flags, ..Message::new(3, vec![0; 4]) }.reply_to(request)
            })
        })
    });
    let Err(NetlinkFault::Interrupted { tries }) = outcome else { panic!("{outcome:?}") };
    assert!((2..100).contains(&tries), "{tries} tries");
}

fn extended(request: &Message, kind: u16, code: i32, capped: bool) -> Vec<u8> {
    let mut payload = code.to_ne_bytes().to_vec();
    if kind == 2 {
        let echo = request.to_bytes();
        payload.extend(if capped { &echo[..16] } else { &echo });
    }
    payload.extend(nla(1, b"integer out of range\0"));
    payload.extend(nla(2, &36_u32.to_ne_bytes()));
    let flags = ACK_TLVS | if capped { CAPPED } else { 0 };
    Message { flags, ..Message::new(kind, payload) }.reply_to(request)
}

#[test]
fn the_words_of_the_kernel_are_in_the_refusal() {
    for (kind, capped) in [(2, true), (2, false), (3, false)] {
        // Echoed unless the reply is capped; read as attributes it makes no sense.
        let request = Request::get(19).header(&[0xff; 40]);
        let outcome = ask(request, move || {
            Replay::new().answer(move |request| extended(request, kind, -34, capped))
        });
        let Err(NetlinkFault::Refused { errno, message, offset }) = outcome else {
            panic!("{outcome:?}")
        };
        assert_eq!(errno, Errno::RANGE);
        assert_eq!(message.as_deref(), Some("integer out of range"));
        assert_eq!(offset, Some(36));
    }
}

#[test]
fn words_are_only_looked_for_where_they_are_announced() {
    let outcome = ask(Request::get(19), || {
        Replay::new().answer(|request| {
            let mut bytes = extended(request, 2, -34, true);
            bytes[6..8].copy_from_slice(&CAPPED.to_ne_bytes());
            bytes
        })
    });
    let Err(NetlinkFault::Refused { message, offset, .. }) = outcome else { panic!("{outcome:?}") };
    assert_eq!((message, offset), (None, None));
}

#[test]
fn a_warning_of_a_success_is_returned() {
    let outcome =
        ask(Request::get(19), || Replay::new().answer(|request| extended(request, 2, 0, true)));
    assert_eq!(outcome.unwrap().warning.as_deref(), Some("integer out of range"));
}

#[test]
fn a_refusal_whose_words_are_garbled_is_still_a_refusal() {
    let outcome = ask(Request::get(19), || {
        Replay::new().answer(|request| {
            let mut bytes = extended(request, 2, -95, true);
            let length = bytes.len();
            bytes[length - 8] = 0xff;
            bytes
        })
    });
    let Err(NetlinkFault::Refused { errno, message, offset }) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!((errno, offset), (Errno::OPNOTSUPP, None));
    assert_eq!(message.as_deref(), Some("integer out of range"));
}

#[test]
fn a_datagram_that_was_cut_is_an_error() {
    let outcome = ask(Request::get(18), || {
        Replay::new()
            .cut_to(36)
            .answer(|request| [message(16, 0, 1).reply_to(request), Message::ack(request)].concat())
    });
    assert!(matches!(outcome, Err(NetlinkFault::Malformed { offset: 36, .. })), "{outcome:?}");
}

#[test]
fn a_message_longer_than_its_datagram_is_an_error() {
    let outcome = ask(Request::get(18), || {
        Replay::new().answer(|request| {
            let mut bytes = message(16, 0, 1).reply_to(request);
            bytes[0] = 0xff;
            bytes
        })
    });
    assert!(matches!(outcome, Err(NetlinkFault::Malformed { .. })), "{outcome:?}");
}

#[test]
fn lost_replies_are_an_error_of_the_socket() {
    let lost = || Replay::new().failure(Errno::NOBUFS.to_io());
    assert_eq!(ask(Request::get(18), lost).unwrap_err().errno(), Some(Errno::NOBUFS));
    let overrun = || Replay::new().answer(|request| message(4, 0, 0).reply_to(request));
    assert_eq!(ask(Request::get(18), overrun).unwrap_err().errno(), Some(Errno::NOBUFS));
}

#[test]
fn a_wire_that_cannot_be_opened_is_an_error_of_the_socket() {
    let netlink = Netlink::over(|| Err(Errno::PROTONOSUPPORT.to_io()));
    let outcome = netlink.request(Request::get(0x1406), LONG);
    assert!(matches!(&outcome, Err(NetlinkFault::Socket(_))), "{outcome:?}");
    assert_eq!(outcome.unwrap_err().errno(), Some(Errno::PROTONOSUPPORT));
}

#[test]
fn an_attribute_that_does_not_fit_is_not_sent() {
    let wire = || Replay::new().answer(Message::ack);
    let largest = Request::get(19).with(|body| {
        body.bytes(1, &vec![0; 65_531]);
    });
    assert!(ask(largest, wire).is_ok());
    let larger = Request::get(19).with(|body| {
        body.nest(1, |inner| {
            inner.bytes(1, &vec![0; 65_528]);
        });
    });
    let outcome = ask(larger, wire);
    assert!(matches!(outcome, Err(NetlinkFault::TooLarge { bytes: 65_536 })), "{outcome:?}");
}

/// Blocks inside `send`, as the kernel does, until its other end is dropped.
struct Stuck {
    release: Arc<Mutex<Receiver<()>>>,
    dropped: mpsc::Sender<()>,
}

impl Wire for Stuck {
    fn port(&self) -> u32 {
        1
    }

    fn send(&mut self, _: &[u8]) -> io::Result<()> {
        let _ = self.release.lock().unwrap().recv();
        Ok(())
    }

    fn recv(&mut self, _: &mut Vec<u8>, _: Duration) -> io::Result<Option<Received>> {
        Ok(None)
    }
}

impl Drop for Stuck {
    fn drop(&mut self) {
        let _ = self.dropped.send(());
    }
}

#[test]
fn a_request_that_hangs_in_the_kernel_is_left_behind() {
    let (release, held) = mpsc::channel();
    let held = Arc::new(Mutex::new(held));
    let (dropped, closed) = mpsc::channel();
    let opened = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&opened);
    let netlink = Netlink::over(move || {
        // Only the first wire hangs.
        if count.fetch_add(1, Ordering::SeqCst) == 0 {
            let (release, dropped) = (Arc::clone(&held), dropped.clone());
            return Ok(Box::new(Stuck { release, dropped }));
        }
        Ok(Box::new(Replay::new().answer(Message::ack).answer(Message::ack)))
    });
    let short = Duration::from_millis(30);
    let outcome = netlink.request(Request::get(19), short);
    assert!(matches!(outcome, Err(NetlinkFault::StillRunning { after }) if after == short));
    // The next requests do not wait for it, and share one new wire.
    netlink.request(Request::get(19), LONG).unwrap();
    netlink.request(Request::get(19), LONG).unwrap();
    assert_eq!(opened.load(Ordering::SeqCst), 2);
    assert!(closed.try_recv().is_err(), "the stuck wire is still open");
    drop(release);
    closed.recv_timeout(LONG).expect("the stuck wire is closed when the kernel lets go");
}

#[test]
fn a_request_that_is_never_answered_ends_at_its_deadline() {
    let start = Instant::now();
    let netlink = Netlink::over(|| Ok(Box::new(Replay::new())));
    let outcome = netlink.request(Request::get(18), Duration::from_millis(40));
    assert!(matches!(outcome, Err(NetlinkFault::StillRunning { .. })), "{outcome:?}");
    let took = start.elapsed();
    assert!((Duration::from_millis(40)..Duration::from_secs(5)).contains(&took), "{took:?}");
}

#[test]
fn a_wire_is_used_again_after_a_refusal_and_not_after_nonsense() {
    let opened = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&opened);
    let netlink = Netlink::over(move || {
        count.fetch_add(1, Ordering::SeqCst);
        Ok(Box::new(
            Replay::new()
                .answer(|request| Message::refusal(request, 16))
                .answer(|_| vec![0; 8])
                .answer(Message::ack),
        ))
    });
    let get = || netlink.request(Request::get(18), LONG);
    assert_eq!(get().unwrap_err().errno(), Some(Errno::BUSY));
    assert!(matches!(get(), Err(NetlinkFault::Malformed { .. })));
    assert_eq!(opened.load(Ordering::SeqCst), 1);
    assert_eq!(get().unwrap_err().errno(), Some(Errno::BUSY), "a new wire, from its start");
    assert_eq!(opened.load(Ordering::SeqCst), 2);
}

#[test]
fn hanging_requests_do_not_pile_up_for_ever() {
    let (release, held) = mpsc::channel::<()>();
    let held = Arc::new(Mutex::new(held));
    let (dropped, closed) = mpsc::channel();
    let opened = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&opened);
    let netlink = Netlink::over(move || {
        count.fetch_add(1, Ordering::SeqCst);
        let (release, dropped) = (Arc::clone(&held), dropped.clone());
        Ok(Box::new(Stuck { release, dropped }))
    });
    let ask = || netlink.request(Request::get(19), Duration::from_millis(1));
    for _ in 0..100 {
        assert!(matches!(ask(), Err(NetlinkFault::StillRunning { .. })));
    }
    // Some find their time over before they start, and end by themselves.
    let hanging = opened.load(Ordering::SeqCst) - closed.try_iter().count();
    assert!((1..=64).contains(&hanging), "{hanging} threads");
    drop(release);
    for _ in 0..hanging {
        closed.recv_timeout(LONG).expect("each wire is closed");
    }
}

#[test]
fn a_request_without_time_is_not_sent() {
    let sent = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&sent);
    let netlink = Netlink::over(move || {
        let count = Arc::clone(&count);
        Ok(Box::new(Replay::new().answer(move |request| {
            count.fetch_add(1, Ordering::SeqCst);
            Message::ack(request)
        })))
    });
    let outcome = netlink.request(Request::get(19), Duration::ZERO);
    assert!(matches!(outcome, Err(NetlinkFault::StillRunning { .. })), "{outcome:?}");
    netlink.request(Request::get(19), LONG).unwrap();
    assert_eq!(sent.load(Ordering::SeqCst), 1);
}

#[test]
fn requests_at_the_same_time_do_not_wait_for_each_other() {
    let (release, held) = mpsc::channel();
    let held = Arc::new(Mutex::new(held));
    let (dropped, _closed) = mpsc::channel();
    let opened = AtomicUsize::new(0);
    let netlink = Netlink::over(move || {
        if opened.fetch_add(1, Ordering::SeqCst) == 0 {
            let (release, dropped) = (Arc::clone(&held), dropped.clone());
            return Ok(Box::new(Stuck { release, dropped }));
        }
        Ok(Box::new(Replay::new().answer(Message::ack)))
    });
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| netlink.request(Request::get(19), Duration::from_secs(2)));
        // Whoever comes first hangs; the other one is answered.
        let other = netlink.request(Request::get(19), Duration::from_secs(2));
        let outcomes = [slow.join().unwrap(), other];
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    });
    drop(release);
}

/// The bytes of a whole exchange as they were seen on Linux 6.12: `RDMA_NLDEV_CMD_SYS_GET`.
#[test]
fn the_rdma_framing_is_the_kernels() {
    let hex = |text: &str| -> Vec<u8> {
        let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
        let byte =
            |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        digits.chunks(2).map(byte).collect()
    };
    let request = hex("10000000 0614 0500 01000000 00000000");
    assert_eq!(Request::get(0x1406).to_bytes(1).unwrap(), request);
    assert_eq!(
        Request::dump(0x1401).to_bytes(2).unwrap(),
        hex("10000000 0114 0503 02000000 00000000")
    );
    let set = Request::get(0x1407).with(|body| {
        body.u8(66, 1);
    });
    assert_eq!(
        set.to_bytes(3).unwrap(),
        hex("18000000 0714 0500 03000000 00000000 05004200 01000000")
    );
    let outcome = ask(Request::get(0x1406), move || {
        let reply = hex("30000000 0614 0000 01000000 67120000 05004200 01000000 05006000 00000000
             05006700 01000000 05005d00 01000000");
        let ack = hex("24000000 0200 0001 01000000 67120000 00000000 10000000 0614 0500 01000000
             00000000");
        // The replay's port is 4711, which is 0x1267.
        Replay::new().answer_in_parts(move |_| vec![reply.clone(), ack.clone()])
    });
    let reply = outcome.unwrap();
    let attributes: Vec<(u16, u8)> = reply.messages[0]
        .attributes(0)
        .map(|attribute| attribute.map(|a| (a.kind, a.u8().unwrap())).unwrap())
        .collect();
    assert_eq!(attributes, [(66, 1), (96, 0), (103, 1), (93, 1)]);
}
