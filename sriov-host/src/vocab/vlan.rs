use std::fmt;
use std::num::NonZeroU16;
use std::str::FromStr;

use super::InvalidText;

/// A VLAN id, 1 to 4094. "No VLAN" is `Option::None`: on the wire 0 means untagged.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct VlanId(NonZeroU16);

impl VlanId {
    /// `None` outside `1..=4094`: 0 means untagged and 4095 is reserved.
    pub fn new(id: u16) -> Option<Self> {
        NonZeroU16::new(id).filter(|id| id.get() <= 4094).map(Self)
    }

    /// The number.
    pub const fn get(self) -> u16 {
        self.0.get()
    }
}

impl TryFrom<u16> for VlanId {
    type Error = InvalidText;

    fn try_from(id: u16) -> Result<Self, InvalidText> {
        Self::new(id).ok_or_else(|| InvalidText::new("a VLAN id", "1 to 4094", &id.to_string()))
    }
}

impl fmt::Display for VlanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A VLAN priority (PCP), 0 to 7.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct VlanQos(u8);

impl VlanQos {
    /// `None` above 7.
    pub const fn new(qos: u8) -> Option<Self> {
        if qos <= 7 { Some(Self(qos)) } else { None }
    }

    /// The number.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for VlanQos {
    type Error = InvalidText;

    fn try_from(qos: u8) -> Result<Self, InvalidText> {
        Self::new(qos)
            .ok_or_else(|| InvalidText::new("a VLAN priority", "0 to 7", &qos.to_string()))
    }
}

impl fmt::Display for VlanQos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The protocol of a VLAN tag.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum VlanProto {
    /// 802.1Q, the customer tag (ethertype 0x8100).
    #[default]
    Dot1Q,
    /// 802.1ad, the service tag of QinQ (ethertype 0x88a8).
    Dot1Ad,
}

impl VlanProto {
    /// The ethertype, in host order.
    pub const fn ethertype(self) -> u16 {
        match self {
            Self::Dot1Q => 0x8100,
            Self::Dot1Ad => 0x88a8,
        }
    }

    /// From the ethertype in host order.
    pub const fn from_ethertype(ethertype: u16) -> Option<Self> {
        match ethertype {
            0x8100 => Some(Self::Dot1Q),
            0x88a8 => Some(Self::Dot1Ad),
            _ => None,
        }
    }
}

impl FromStr for VlanProto {
    type Err = InvalidText;

    /// Case does not matter: iproute2 prints `802.1Q`.
    fn from_str(text: &str) -> Result<Self, InvalidText> {
        match text.to_ascii_lowercase().as_str() {
            "802.1q" => Ok(Self::Dot1Q),
            "802.1ad" => Ok(Self::Dot1Ad),
            _ => Err(InvalidText::new("a VLAN protocol", "802.1q or 802.1ad", text)),
        }
    }
}

impl fmt::Display for VlanProto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Dot1Q => "802.1q",
            Self::Dot1Ad => "802.1ad",
        })
    }
}

/// What the PF driver does to a VF's traffic: tag it, prioritise it, or both.
///
/// Without an id there may still be a priority: igb accepts VLAN 0 with a priority.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct VlanTag {
    /// The VLAN id; `None` for untagged.
    pub id: Option<VlanId>,
    /// The priority.
    pub qos: VlanQos,
    /// The tag protocol.
    pub proto: VlanProto,
}

impl fmt::Display for VlanTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.id {
            None if self.qos == VlanQos::default() => f.pad("untagged"),
            None => write!(f, "untagged qos {}", self.qos),
            Some(id) => write!(f, "{id} qos {} {}", self.qos, self.proto),
        }
    }
}

serde_as_number!(VlanId, u16);
serde_as_number!(VlanQos, u8);
serde_as_text!(VlanProto);
