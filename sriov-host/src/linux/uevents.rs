use std::collections::VecDeque;
use std::io;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use nix::unistd::geteuid;

use super::LinuxHost;
use crate::netlink::{
    EventSocket, Heard, Messages, Notice, Protocol, decode_link_notice, decode_uevent, readable,
};
use crate::seam::{EventError, EventStream, HostEvent, Uevents, Wake};

/// The kernel's own events, and what udev makes of them when it is done.
const UEVENT_GROUPS: u32 = 1 | 2;

/// `RTNLGRP_LINK`.
const LINK_GROUP: u32 = 1;

impl Uevents for LinuxHost {
    /// Links are those of the calling thread's network namespace.
    fn subscribe(&self) -> Result<Box<dyn EventStream>, EventError> {
        let open = |protocol, groups, operation| {
            EventSocket::open(protocol, groups).map_err(|source| EventError { operation, source })
        };
        Ok(Box::new(Subscription {
            devices: open(Protocol::KobjectUevent, UEVENT_GROUPS, "listen for uevents")?,
            links: open(Protocol::Route, LINK_GROUP, "listen for link changes")?,
            heard: VecDeque::new(),
            links_first: false,
        }))
    }
}

/// How much that is of no interest is read beyond the timeout, so that a flood of it ends.
const MOST_IGNORED: u32 = 1000;

/// Both sockets, and what has been read and not yet returned.
#[derive(Debug)]
struct Subscription {
    devices: EventSocket,
    links: EventSocket,
    heard: VecDeque<Wake>,
    links_first: bool,
}

impl EventStream for Subscription {
    #[expect(clippy::disallowed_methods, reason = "the kernel's time, never the simulator's")]
    fn next(&mut self, timeout: Duration) -> Result<Wake, EventError> {
        let start = Instant::now();
        for ignored in 0.. {
            if let Some(wake) = self.heard.pop_front() {
                return Ok(wake);
            }
            let left = timeout.saturating_sub(start.elapsed());
            let read = self.read(left);
            let more = read.map_err(|source| EventError { operation: "read events", source })?;
            // What was of no interest may have used up the time with more behind it.
            let over = start.elapsed() >= timeout && (!more || ignored >= MOST_IGNORED);
            if over && self.heard.is_empty() {
                break;
            }
        }
        Ok(Wake::TimedOut)
    }
}

impl Subscription {
    /// Waits for either socket and reads one datagram; whether there was one.
    fn read(&mut self, timeout: Duration) -> io::Result<bool> {
        let ready = readable(&[self.devices.as_fd(), self.links.as_fd()], timeout)?;
        let &[devices, links] = ready.as_slice() else { return Ok(false) };
        // In turns, so that a flood on one does not silence the other.
        let links = links && (self.links_first || !devices);
        self.links_first = !links;
        if links {
            let heard = self.links.hear()?;
            Ok(self.take(heard, link_events))
        } else if devices {
            let heard = self.devices.hear()?;
            Ok(self.take(heard, device_event))
        } else {
            Ok(false)
        }
    }

    fn take(&mut self, heard: Heard, decode: fn(&Notice, &mut VecDeque<Wake>)) -> bool {
        match heard {
            Heard::Notice(notice) => decode(&notice, &mut self.heard),
            Heard::Lost => self.heard.push_back(Wake::Lost),
            Heard::Nothing => return false,
        }
        true
    }
}

/// A uevent, if the one who sent it is the one who may.
fn device_event(notice: &Notice, wakes: &mut VecDeque<Wake>) {
    let event = match decode_uevent(&notice.bytes) {
        Ok(event) => event,
        Err(malformed) => {
            tracing::debug!(%malformed, sender = notice.sender, "ignored an odd uevent");
            return;
        }
    };
    let trusted = match &event {
        HostEvent::Udev(_) => notice.sender != 0 && is_udev(notice.uid),
        _ => notice.sender == 0,
    };
    if trusted {
        wakes.push_back(Wake::Event(event));
    } else {
        tracing::debug!(sender = notice.sender, "ignored a uevent of a stranger");
    }
}

/// udev runs as root, or as the user of this process where that is all there is.
fn is_udev(uid: Option<u32>) -> bool {
    uid.is_none_or(|uid| uid == 0 || uid == geteuid().as_raw())
}

fn link_events(notice: &Notice, wakes: &mut VecDeque<Wake>) {
    if notice.sender != 0 {
        return;
    }
    for message in Messages::new(&notice.bytes) {
        match message {
            Ok(message) => wakes.extend(decode_link_notice(&message).map(Wake::Event)),
            // What follows cannot be found: as good as lost.
            Err(_) => wakes.push_back(Wake::Lost),
        }
    }
}
