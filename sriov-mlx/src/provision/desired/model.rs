use std::fmt;

use serde::{Serialize, Serializer};
use sriov_host::{PciAddress, PciId};

use crate::param::LinkSetting;

/// What the cards of a host should have from its first boot on.
///
/// ```
/// use sriov_mlx::provision::{Desired, OnReboot};
///
/// let desired = Desired::parse(r#"
///     version: 1
///     match: [{ device_id: 101d }]
///     policy: { at_least: 16 }
/// "#)?;
/// assert_eq!(desired.on_reboot_required, OnReboot::Notify);
/// assert_eq!(Desired::parse(&desired.to_json()), Ok(desired));
/// # Ok::<(), sriov_host::document::DocumentError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Desired {
    /// Which cards: those that at least one of these selects.
    pub matches: Vec<CardMatch>,
    /// How many VFs each PF of them should have room for.
    pub policy: VfRoom,
    /// The link type of all their ports; `None` leaves it as it is.
    pub link_type: Option<LinkSetting>,
    /// What is done about a restart that new values need.
    pub on_reboot_required: OnReboot,
    /// How many restarts may be tried for one card: 1 to [`MAX_ATTEMPTS`](Self::MAX_ATTEMPTS).
    pub max_attempts: u32,
}

impl Desired {
    /// The version of the document.
    pub const VERSION: u32 = 1;
    /// More restarts than these are never tried for one wish.
    pub const MAX_ATTEMPTS: u32 = 3;
    /// How many are tried if the document does not say.
    pub const DEFAULT_ATTEMPTS: u32 = 2;
}

/// How a card is found. A card is selected as a whole: its ports share one firmware.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum CardMatch {
    /// Cards with this parameter set of their vendor, as `MT_0000000359`.
    Psid(String),
    /// Cards with this part number, as `MCX623106AN-CDAT`.
    Part(String),
    /// Cards with a PF of this PCI device id, as `101d`.
    DeviceId(PciId),
    /// The card that has the PF at this address.
    Bdf(PciAddress),
    /// The card with this serial number.
    Serial(String),
}

impl fmt::Display for CardMatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Psid(psid) => write!(f, "psid {psid}"),
            Self::Part(part) => write!(f, "part {part}"),
            Self::DeviceId(id) => write!(f, "device_id {id}"),
            Self::Bdf(pci) => write!(f, "bdf {pci}"),
            Self::Serial(serial) => write!(f, "serial {serial}"),
        }
    }
}

/// A wish for room for VFs of each PF of a card.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum VfRoom {
    /// Grow to this if it is less; never shrink. At least 1.
    AtLeast(u16),
    /// Exactly this; 0 disables SR-IOV.
    Exactly(u16),
}

/// What is done about a restart that new values need.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum OnReboot {
    /// The host is restarted, as often as the document allows.
    Reboot,
    /// A file tells others that a restart is needed: `/run/sriov-mlx/reboot-required`.
    #[default]
    Notify,
    /// The run fails.
    Fail,
}

impl OnReboot {
    /// The word that the document has for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Reboot => "reboot",
            Self::Notify => "notify",
            Self::Fail => "fail",
        }
    }
}

impl fmt::Display for OnReboot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl Serialize for OnReboot {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}
