use std::fmt;
use std::str::FromStr;

use super::InvalidText;

/// A closed set of words: parsed and printed by one table.
macro_rules! words {
    ($name:ident, $what:literal, $grammar:literal, {$($word:literal => $variant:ident),+ $(,)?}) => {
        impl FromStr for $name {
            type Err = InvalidText;

            fn from_str(text: &str) -> Result<Self, InvalidText> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(InvalidText::new($what, $grammar, text)),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(match self { $(Self::$variant => $word,)+ })
            }
        }

        serde_as_text!($name);
    };
}

/// How the embedded switch of a NIC forwards between its VFs.
#[doc(alias = "DEVLINK_ATTR_ESWITCH_MODE")]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum EswitchMode {
    /// MAC and VLAN forwarding, set through the PF.
    Legacy,
    /// Forwarding by rules, with a representor netdev for each VF.
    Switchdev,
}

words!(EswitchMode, "an eswitch mode", "legacy or switchdev", {
    "legacy" => Legacy,
    "switchdev" => Switchdev,
});

/// The encapsulation of a link, of the two that NICs with VFs have.
#[doc(alias = "ARPHRD_ETHER")]
#[doc(alias = "ARPHRD_INFINIBAND")]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum LinkType {
    /// Ethernet.
    Ether,
    /// InfiniBand (`IPoIB`).
    Infiniband,
}

words!(LinkType, "a link type", "ether or infiniband", {
    "ether" => Ether,
    "infiniband" => Infiniband,
});

/// The link state that a PF shows to a VF.
#[doc(alias = "IFLA_VF_LINK_STATE")]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum VfLinkState {
    /// Follows the PF's own link.
    Auto,
    /// Always up, so that VFs can talk while the cable is out.
    Enable,
    /// Always down.
    Disable,
}

words!(VfLinkState, "a VF link state", "auto, enable or disable", {
    "auto" => Auto,
    "enable" => Enable,
    "disable" => Disable,
});
