use std::fmt;

use crate::{PciAddress, VfIndex};

/// What a step or a difference is about.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Target {
    /// A PF.
    Pf(PciAddress),
    /// A VF, by the PF it belongs to and its number there: its own address may change.
    Vf(PciAddress, VfIndex),
    /// The host as a whole, or a part of it that is named.
    Host(String),
}

impl Target {
    /// The PF, if it is about one or about a VF of one.
    pub const fn pf(&self) -> Option<PciAddress> {
        match self {
            Self::Pf(pf) | Self::Vf(pf, _) => Some(*pf),
            Self::Host(_) => None,
        }
    }

    /// The VF, if it is about one.
    pub const fn vf(&self) -> Option<VfIndex> {
        match self {
            Self::Vf(_, vf) => Some(*vf),
            Self::Pf(_) | Self::Host(_) => None,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pf(pf) => fmt::Display::fmt(pf, f),
            Self::Vf(pf, vf) => f.pad(&format!("{pf} vf {vf}")),
            Self::Host(part) => f.pad(part),
        }
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Target {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
