use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};

use sriov_host::Errno;
use sriov_host::netlink::{Messages, Received, Wire};
use sriov_host::seam::{Availability, NetlinkFault, RdmaError, RdmaEvents, RdmaSettings, RdmaWake};

use super::{LinuxRdma, failed};
use crate::nldev::decode_event;

/// How much that is of no interest is read beyond the timeout, so that a flood of it ends.
const MOST_IGNORED: u32 = 1000;

impl LinuxRdma {
    pub(super) fn watch(&self) -> Result<Box<dyn RdmaEvents>, RdmaError> {
        let failed = failed("listen to RDMA devices", None);
        let refused = match self.settings()? {
            Availability::Available(RdmaSettings { monitor: Some(true), .. }) => None,
            // The kernel accepts any group: without this, nothing would ever be heard.
            Availability::Available(_) => Some(NetlinkFault::refused(Errno::OPNOTSUPP)),
            Availability::NotLoaded | Availability::Unsupported => {
                Some(NetlinkFault::Socket(Errno::PROTONOSUPPORT.to_io()))
            }
        };
        let opened = refused.map_or_else(|| (self.listen)().map_err(NetlinkFault::Socket), Err);
        let wire = opened.map_err(failed)?;
        Ok(Box::new(Subscription { wire, buffer: Vec::new(), heard: VecDeque::new() }))
    }
}

/// A socket, and what has been read from it and not yet returned.
struct Subscription {
    wire: Box<dyn Wire>,
    buffer: Vec<u8>,
    heard: VecDeque<RdmaWake>,
}

impl RdmaEvents for Subscription {
    #[expect(clippy::disallowed_methods, reason = "the kernel's time, never the simulator's")]
    fn next(&mut self, timeout: Duration) -> Result<RdmaWake, RdmaError> {
        let start = Instant::now();
        for ignored in 0.. {
            if let Some(wake) = self.heard.pop_front() {
                return Ok(wake);
            }
            let left = timeout.saturating_sub(start.elapsed());
            let more = self
                .read(left)
                .map_err(|source| failed("read RDMA events", None)(NetlinkFault::Socket(source)))?;
            // What was of no interest may have used up the time with more behind it.
            let over = start.elapsed() >= timeout && (!more || ignored >= MOST_IGNORED);
            if over && self.heard.is_empty() {
                break;
            }
        }
        Ok(RdmaWake::TimedOut)
    }
}

impl Subscription {
    /// Reads one datagram; whether there was one.
    fn read(&mut self, timeout: Duration) -> io::Result<bool> {
        match self.wire.recv(&mut self.buffer, timeout) {
            Ok(Some(received)) => self.take(received),
            Ok(None) => return Ok(false),
            Err(error) if Errno::of(&error) == Some(Errno::NOBUFS) => {
                self.heard.push_back(RdmaWake::Lost);
            }
            Err(error) => return Err(error),
        }
        Ok(true)
    }

    fn take(&mut self, received: Received) {
        if received.sender != 0 {
            tracing::debug!(sender = received.sender, "ignored an RDMA event of a stranger");
            return;
        }
        if received.length != self.buffer.len() {
            self.heard.push_back(RdmaWake::Lost);
            return;
        }
        for message in Messages::new(&self.buffer) {
            match message.and_then(|message| decode_event(&message)) {
                Ok(event) => self.heard.extend(event.map(RdmaWake::Event)),
                // Something happened, and what it was cannot be told: as good as lost.
                Err(malformed) => {
                    tracing::debug!(%malformed, "an odd RDMA event");
                    self.heard.push_back(RdmaWake::Lost);
                }
            }
        }
    }
}
