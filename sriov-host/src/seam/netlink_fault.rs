use std::io;
use std::time::Duration;

use crate::{Errno, Netns};

/// Why a netlink request did not succeed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NetlinkFault {
    /// The kernel refused; `message` and `offset` come from its extended acknowledgement.
    #[error("{}", refusal(*.errno, .message.as_deref(), *.offset))]
    Refused {
        /// The error number.
        errno: Errno,
        /// The kernel's or driver's own words.
        message: Option<String>,
        /// Where in the request the offending attribute starts, in bytes.
        offset: Option<u32>,
    },
    /// The kernel has not answered within the deadline; the request goes on.
    #[error("no answer after {} ms, the kernel is still working on it", .after.as_millis())]
    StillRunning {
        /// The deadline that passed.
        after: Duration,
    },
    /// The answer does not follow the protocol.
    #[error("malformed answer at byte {offset}: {problem}")]
    Malformed {
        /// Where in the message.
        offset: usize,
        /// What was expected there.
        problem: &'static str,
    },
    /// A dump was interrupted by changes more often than it was retried.
    #[error("the dump was interrupted {tries} times by changes on the host")]
    Interrupted {
        /// How often it was tried.
        tries: u32,
    },
    /// The request does not fit the protocol's length fields; nothing was sent.
    #[error("the request needs {bytes} bytes where the protocol has fewer")]
    TooLarge {
        /// What the largest part of it would have needed.
        bytes: usize,
    },
    /// A network namespace could not be opened or entered; nothing was sent.
    #[error("cannot use the network namespace {netns}")]
    Namespace {
        /// Which one.
        netns: Netns,
        /// The system's answer.
        source: io::Error,
    },
    /// The socket failed, or the kernel has no such protocol.
    #[error("the netlink socket failed")]
    Socket(#[source] io::Error),
}

impl NetlinkFault {
    /// A refusal without words of the kernel.
    pub const fn refused(errno: Errno) -> Self {
        Self::Refused { errno, message: None, offset: None }
    }

    /// The kernel's error number, if the failure has one.
    pub fn errno(&self) -> Option<Errno> {
        match self {
            Self::Refused { errno, .. } => Some(*errno),
            Self::Socket(source) | Self::Namespace { source, .. } => Errno::of(source),
            Self::StillRunning { .. }
            | Self::Malformed { .. }
            | Self::Interrupted { .. }
            | Self::TooLarge { .. } => None,
        }
    }
}

fn refusal(errno: Errno, message: Option<&str>, offset: Option<u32>) -> String {
    let words = message.map(|text| format!(": {text}")).unwrap_or_default();
    let place = offset.map(|byte| format!(" (request byte {byte})")).unwrap_or_default();
    format!("the kernel answered {errno}{words}{place}")
}
