//! How a datagram is received with as few system calls as its protocol allows.

use std::io;
use std::time::Duration;

use super::Received;

/// The system calls that receiving takes; none but [`wait`](Self::wait) blocks.
pub(super) trait Calls {
    /// The whole length of the next datagram, which stays where it is.
    fn peek(&self) -> io::Result<usize>;

    /// Appends the next datagram to the buffer, as far as there is room.
    fn take(&self, buffer: &mut Vec<u8>) -> io::Result<Received>;

    /// Waits until there is something to take; whether there is.
    fn wait(&self, timeout: Duration) -> io::Result<bool>;
}

/// How much room a datagram needs.
#[derive(Clone, Copy, Debug)]
pub(super) enum Room {
    /// Never more than this.
    AtMost(usize),
    /// As much as it says, but at least this.
    AsAnnounced(usize),
}

/// Replaces what is in the buffer by the next datagram; `None` if none arrived in time.
///
/// The kernel has queued its whole reply when the request is sent, so that looking comes before
/// waiting.
pub(super) fn receive(
    calls: &impl Calls,
    room: Room,
    buffer: &mut Vec<u8>,
    timeout: Duration,
) -> io::Result<Option<Received>> {
    buffer.clear();
    match queued(calls, room, buffer)? {
        None if calls.wait(timeout)? => queued(calls, room, buffer),
        received => Ok(received),
    }
}

fn queued(calls: &impl Calls, room: Room, buffer: &mut Vec<u8>) -> io::Result<Option<Received>> {
    let needed = match room {
        Room::AtMost(bytes) => Some(bytes),
        Room::AsAnnounced(least) => some(calls.peek())?.map(|announced| announced.max(least)),
    };
    let Some(needed) = needed else { return Ok(None) };
    buffer.reserve(needed);
    some(calls.take(buffer))
}

/// Nothing there is not an error.
fn some<T>(outcome: io::Result<T>) -> io::Result<Option<T>> {
    match outcome {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
        outcome => outcome.map(Some),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::VecDeque;

    use super::*;
    use crate::Errno;

    /// A socket whose queue fills up during the wait; it notes the calls.
    #[derive(Default)]
    struct Fake {
        queue: RefCell<VecDeque<usize>>,
        late: RefCell<VecDeque<usize>>,
        calls: RefCell<Vec<&'static str>>,
        lost: bool,
    }

    impl Fake {
        fn note(&self, call: &'static str) -> io::Result<usize> {
            self.calls.borrow_mut().push(call);
            if self.lost {
                return Err(Errno::NOBUFS.to_io());
            }
            self.queue.borrow().front().copied().ok_or_else(|| Errno::AGAIN.to_io())
        }
    }

    impl Calls for Fake {
        fn peek(&self) -> io::Result<usize> {
            self.note("peek")
        }

        fn take(&self, buffer: &mut Vec<u8>) -> io::Result<Received> {
            let length = self.note("take")?;
            self.queue.borrow_mut().pop_front();
            let fits = length.min(buffer.capacity());
            buffer.resize(fits, 7);
            Ok(Received { sender: 0, length })
        }

        fn wait(&self, _: Duration) -> io::Result<bool> {
            self.calls.borrow_mut().push("wait");
            let arrived = self.late.take();
            self.queue.borrow_mut().extend(&arrived);
            Ok(!arrived.is_empty())
        }
    }

    const SHORT: Duration = Duration::from_millis(1);

    #[test]
    fn what_is_queued_and_bounded_takes_one_call_each() {
        // The reply and the acknowledgement of a request that has been sent.
        let fake = Fake { queue: VecDeque::from([48, 36]).into(), ..Fake::default() };
        let mut buffer = vec![1; 9];
        for length in [48, 36] {
            let received = receive(&fake, Room::AtMost(64), &mut buffer, SHORT).unwrap();
            assert_eq!(received, Some(Received { sender: 0, length }));
            assert_eq!(buffer, vec![7; length]);
        }
        assert_eq!(*fake.calls.borrow(), ["take", "take"]);
    }

    #[test]
    fn what_has_any_size_is_measured_first() {
        let fake = Fake { queue: VecDeque::from([100_000]).into(), ..Fake::default() };
        let mut buffer = Vec::new();
        let received = receive(&fake, Room::AsAnnounced(64), &mut buffer, SHORT).unwrap();
        assert_eq!(received.map(|received| received.length), Some(100_000));
        assert_eq!(buffer.len(), 100_000);
        assert_eq!(*fake.calls.borrow(), ["peek", "take"]);
    }

    #[test]
    fn what_comes_late_is_waited_for_once() {
        for (room, expected) in [
            (Room::AtMost(64), vec!["take", "wait", "take"]),
            (Room::AsAnnounced(64), vec!["peek", "wait", "peek", "take"]),
        ] {
            let fake = Fake { late: VecDeque::from([20]).into(), ..Fake::default() };
            let received = receive(&fake, room, &mut Vec::new(), SHORT).unwrap();
            assert_eq!(received.map(|received| received.length), Some(20));
            assert_eq!(*fake.calls.borrow(), expected);
        }
    }

    #[test]
    fn what_does_not_come_leaves_nothing_behind() {
        for room in [Room::AtMost(64), Room::AsAnnounced(64)] {
            let mut buffer = vec![1; 9];
            assert_eq!(receive(&Fake::default(), room, &mut buffer, SHORT).unwrap(), None);
            assert!(buffer.is_empty());
        }
    }

    #[test]
    fn losses_are_told() {
        for room in [Room::AtMost(64), Room::AsAnnounced(64)] {
            let fake = Fake { lost: true, ..Fake::default() };
            let error = receive(&fake, room, &mut Vec::new(), SHORT).unwrap_err();
            assert_eq!(Errno::of(&error), Some(Errno::NOBUFS));
        }
    }

    #[test]
    fn a_datagram_beyond_its_bound_shows_that_it_was_cut() {
        let fake = Fake { queue: VecDeque::from([500]).into(), ..Fake::default() };
        let mut buffer = Vec::new();
        let received = receive(&fake, Room::AtMost(64), &mut buffer, SHORT).unwrap().unwrap();
        assert!(buffer.len() < received.length);
    }
}
