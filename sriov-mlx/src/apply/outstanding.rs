use std::fmt;

use serde::{Serialize, Serializer};
use sriov_host::plan::Disruption;

use crate::plan::NicAction;

/// What is still needed before a card runs as wanted, least first.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Outstanding {
    /// A reset of its firmware; a restart of the host does as well.
    Reset,
    /// A restart of the host.
    Reboot,
    /// A loss of power.
    PowerCycle,
}

impl Outstanding {
    /// What an action leaves to be done, once all is written.
    pub(super) const fn after(action: NicAction) -> Option<Self> {
        match action {
            NicAction::None | NicAction::WriteOnly | NicAction::Blocked => None,
            NicAction::WriteAndReset => Some(Self::Reset),
            NicAction::Reboot => Some(Self::Reboot),
            NicAction::PowerCycle => Some(Self::PowerCycle),
        }
    }

    /// What it disturbs.
    pub const fn disruption(self) -> Disruption {
        match self {
            Self::Reset => Disruption::Nic,
            Self::Reboot => Disruption::Reboot,
            Self::PowerCycle => Disruption::PowerCycle,
        }
    }
}

impl fmt::Display for Outstanding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Reset => "reset",
            Self::Reboot => "reboot",
            Self::PowerCycle => "power-cycle",
        })
    }
}

impl Serialize for Outstanding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
