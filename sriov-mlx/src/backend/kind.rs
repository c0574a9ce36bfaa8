use std::fmt;

use serde::{Serialize, Serializer};

/// Which way leads to a card's parameters, best first.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum BackendKind {
    /// Permanent devlink parameters: the kernel itself, also under lockdown.
    Devlink,
    /// `mstconfig -j`, since mstflint 4.31.
    Json,
    /// The table that `mstconfig` prints.
    Text,
    /// sysfs, read-only: how many VFs the running firmware has room for.
    Sysfs,
}

impl fmt::Display for BackendKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Devlink => "devlink",
            Self::Json => "json",
            Self::Text => "text",
            Self::Sysfs => "sysfs",
        })
    }
}

impl Serialize for BackendKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
