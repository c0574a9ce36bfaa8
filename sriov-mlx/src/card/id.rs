use std::fmt;

use serde::{Serialize, Serializer};
use sriov_host::PciAddress;

/// What PFs of one card have in common; the best of these that the host can tell.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum CardId {
    /// The serial number in the card's vital product data.
    Serial(String),
    /// The identity of the embedded switch, in hexadecimal.
    SwitchId(String),
    /// The PCI slot, as `0000:3b:00`: the last resort. Cards with more than one slot are torn apart
    /// by it, and are then planned by halves.
    Slot(PciAddress),
}

impl CardId {
    /// What restarts for this card are remembered under in the reboot ledger.
    pub fn subject(&self) -> String {
        format!("firmware of card {self}")
    }

    /// As part of a file's name: without anything that has a meaning there.
    pub fn file_name(&self) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
        self.to_string().chars().take(64).map(plain).collect()
    }
}

impl fmt::Display for CardId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Serial(serial) => f.pad(serial),
            Self::SwitchId(id) => f.pad(id),
            Self::Slot(address) => {
                let text = address.to_string();
                f.pad(text.rsplit_once('.').map_or(text.as_str(), |(slot, _)| slot))
            }
        }
    }
}

impl Serialize for CardId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
