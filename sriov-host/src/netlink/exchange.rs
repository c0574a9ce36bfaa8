use std::time::{Duration, Instant};

use netlink_packet_core::{NLMSG_DONE, NLMSG_ERROR, NLMSG_NOOP, NLMSG_OVERRUN};

use super::{Message, Messages, Request, Wire, decode_ack};
use crate::Errno;
use crate::seam::NetlinkFault;

/// How often an interrupted dump is asked for before giving up.
const DUMP_TRIES: u32 = 8;

/// More than any kernel sends: a reply that does not end must not take all memory.
const MOST_BYTES: usize = 256 << 20;

/// What the kernel answered to a request that succeeded.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Reply {
    /// The messages, without acknowledgements.
    pub messages: Vec<Message>,
    /// What the kernel or driver said although it succeeded.
    pub warning: Option<String>,
}

/// A time span that has begun.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline {
    start: Instant,
    after: Duration,
}

impl Deadline {
    #[expect(clippy::disallowed_methods, reason = "the kernel's time, never the simulator's")]
    pub(super) fn after(after: Duration) -> Self {
        Self { start: Instant::now(), after }
    }

    /// `None` when it has passed.
    pub(super) fn left(&self) -> Option<Duration> {
        self.after.checked_sub(self.start.elapsed()).filter(|left| !left.is_zero())
    }

    pub(super) const fn fault(&self) -> NetlinkFault {
        NetlinkFault::StillRunning { after: self.after }
    }
}

/// Sends the request and collects its reply; repeats a dump that changes interrupted.
pub(super) fn exchange(
    wire: &mut dyn Wire,
    sequence: &mut u32,
    request: &Request,
    deadline: Deadline,
) -> Result<Reply, NetlinkFault> {
    for _ in 0..DUMP_TRIES {
        // A request whose time is over must not start: nobody would look at what it did.
        deadline.left().ok_or_else(|| deadline.fault())?;
        // Zero is what notifications carry.
        *sequence = sequence.wrapping_add(1).max(1);
        wire.send(&request.to_bytes(*sequence)?).map_err(NetlinkFault::Socket)?;
        if let Some(reply) = collect(wire, *sequence, deadline)? {
            return Ok(reply);
        }
    }
    Err(NetlinkFault::Interrupted { tries: DUMP_TRIES })
}

/// Receives until the reply is complete; `None` if it is and the kernel calls it inconsistent.
fn collect(
    wire: &mut dyn Wire,
    sequence: u32,
    deadline: Deadline,
) -> Result<Option<Reply>, NetlinkFault> {
    let mut pending = Pending::new(sequence, wire.port());
    let mut buffer = Vec::new();
    loop {
        let left = deadline.left().ok_or_else(|| deadline.fault())?;
        let Some(received) = wire.recv(&mut buffer, left).map_err(NetlinkFault::Socket)? else {
            continue;
        };
        if received.sender != 0 {
            // Any process may send to this port; only the kernel is believed.
            tracing::debug!(sender = received.sender, "ignored a datagram of another process");
            continue;
        }
        if received.length != buffer.len() {
            let problem = "a whole datagram, this one was cut";
            return Err(NetlinkFault::Malformed { offset: buffer.len(), problem });
        }
        if pending.feed(&buffer)? {
            return Ok(pending.finish());
        }
    }
}

/// A reply that is still coming in.
struct Pending {
    sequence: u32,
    port: u32,
    reply: Reply,
    bytes: usize,
    interrupted: bool,
}

impl Pending {
    const fn new(sequence: u32, port: u32) -> Self {
        let reply = Reply { messages: Vec::new(), warning: None };
        Self { sequence, port, reply, bytes: 0, interrupted: false }
    }

    fn finish(self) -> Option<Reply> {
        (!self.interrupted).then_some(self.reply)
    }

    /// Takes a datagram in; whether the reply is complete.
    fn feed(&mut self, datagram: &[u8]) -> Result<bool, NetlinkFault> {
        for message in Messages::new(datagram) {
            let message = message?;
            // By number, never by type: several commands answer with the type of another.
            // What does not match is the tail of an earlier request, or a notification.
            if message.sequence == self.sequence
                && message.port == self.port
                && self.take(message)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn take(&mut self, message: Message) -> Result<bool, NetlinkFault> {
        self.interrupted |= message.is_interrupted();
        match message.kind {
            // Also what follows the reply to a single GET: a request always asks for it.
            // The end of a dump replaces it.
            NLMSG_ERROR | NLMSG_DONE => {
                self.reply.warning = decode_ack(&message)?.into_result()?;
                Ok(true)
            }
            NLMSG_NOOP => Ok(false),
            NLMSG_OVERRUN => Err(NetlinkFault::Socket(Errno::NOBUFS.to_io())),
            _ => {
                self.bytes = self.bytes.saturating_add(message.payload.len());
                if self.bytes > MOST_BYTES {
                    let problem = "the end of the reply";
                    return Err(NetlinkFault::Malformed { offset: self.bytes, problem });
                }
                self.reply.messages.push(message);
                Ok(false)
            }
        }
    }
}
