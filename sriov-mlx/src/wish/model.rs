use std::fmt;

use sriov_host::PciAddress;

use crate::param::LinkSetting;

/// What somebody wants of one port. A card has to satisfy the wishes of all its ports.
///
/// Wishes are ordered only so that a plan does not depend on the order they come in.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Wish {
    /// The PF that the wish came for.
    pub port: PciAddress,
    /// How many VFs there should be room for.
    pub policy: Policy,
    /// The link type of the port.
    pub link_type: Option<LinkSetting>,
    /// Somebody else manages the card: it is compared with the wish, and never written.
    pub externally_managed: bool,
    /// Where the wish stands, for messages: `firmware[0]`.
    pub source: String,
}

/// A wish for a number of VFs of each PF of a card.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Policy {
    /// Grow to this if it is less; never shrink.
    AtLeast(u16),
    /// Exactly this; 0 means that SR-IOV is disabled. The only one that restarts to shrink.
    Exactly(u16),
    /// Left as it is.
    Unmanaged,
    /// Disabled, with no VFs, from the next boot on, whenever that is.
    ResetToZero,
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(count) => write!(f, "at least {count} VFs"),
            Self::Exactly(count) => write!(f, "exactly {count} VFs"),
            Self::Unmanaged => f.write_str("unmanaged"),
            Self::ResetToZero => f.write_str("reset to zero"),
        }
    }
}
