use std::fmt;

use serde::{Serialize, Serializer};
use sriov_host::plan::Disruption;

/// What a card needs, least first: that of a node is the maximum over its cards.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum NicAction {
    /// It runs as wanted, and will after the next boot as far as that was asked.
    #[default]
    None,
    /// Only the values of the next boot differ: they are written, and nobody is disturbed.
    WriteOnly,
    /// Written, and then loaded by a reset of the card.
    WriteAndReset,
    /// Written, if it is not yet, and then loaded by a restart of the host.
    Reboot,
    /// As [`Reboot`](Self::Reboot), but only a loss of power loads it.
    PowerCycle,
    /// Nothing is done with it, for the reason that is told.
    Blocked,
}

impl NicAction {
    /// The worst that satisfying the wish does.
    pub const fn disruption(self) -> Disruption {
        match self {
            Self::None | Self::WriteOnly | Self::Blocked => Disruption::None,
            Self::WriteAndReset => Disruption::Nic,
            Self::Reboot => Disruption::Reboot,
            Self::PowerCycle => Disruption::PowerCycle,
        }
    }
}

impl fmt::Display for NicAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::None => "none",
            Self::WriteOnly => "write-only",
            Self::WriteAndReset => "write-and-reset",
            Self::Reboot => "reboot",
            Self::PowerCycle => "power-cycle",
            Self::Blocked => "blocked",
        })
    }
}

impl Serialize for NicAction {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
