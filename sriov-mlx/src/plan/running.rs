use std::fmt;

use sriov_host::VfCount;

use crate::card::Card;

/// How many VFs the PFs of a card have room for now, as sysfs has it: none without SR-IOV.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Running {
    /// The PF with the least.
    pub(super) least: u16,
    /// The PF with the most.
    pub(super) most: u16,
}

impl Running {
    pub(super) fn of(card: &Card) -> Self {
        let totals = || card.ports.iter().map(|port| port.total_vfs.map_or(0, VfCount::get));
        Self { least: totals().min().unwrap_or(0), most: totals().max().unwrap_or(0) }
    }

    /// Whether every PF has room for just so many.
    pub(super) const fn is(self, n: u16) -> bool {
        self.least == n && self.most == n
    }
}

impl fmt::Display for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.least == self.most {
            write!(f, "{}", self.least)
        } else {
            write!(f, "{} to {}", self.least, self.most)
        }
    }
}
