//! How the process ends.

use std::process::ExitCode;

/// The exit status, as scripts see it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub(crate) enum Status {
    Done = 0,
    Failure = 1,
    Usage = 2,
    Pending = 3,
    NotReady = 4,
    Partly = 5,
    NeedsBoot = 6,
    Locked = 7,
    Unsupported = 8,
    Refused = 10,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}
