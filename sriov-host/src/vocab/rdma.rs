use std::fmt;
use std::str::FromStr;

use super::InvalidText;

/// The name of an RDMA device, as `mlx5_2`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RdmaDeviceName(String);

impl RdmaDeviceName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RdmaDeviceName {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        const GRAMMAR: &str = "1 to 63 bytes, no slash, `%` or white space";
        let forbidden = |c: char| c == '/' || c == '%' || c.is_whitespace() || c.is_control();
        let valid = (1..=63).contains(&text.len())
            && !matches!(text, "." | "..")
            && !text.contains(forbidden);
        if valid {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidText::new("an RDMA device name", GRAMMAR, text))
        }
    }
}

impl fmt::Display for RdmaDeviceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

serde_as_text!(RdmaDeviceName);

/// The number of an RDMA device: its stable key, since names change.
#[doc(alias = "RDMA_NLDEV_ATTR_DEV_INDEX")]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct RdmaIndex(u32);

impl RdmaIndex {
    /// From the kernel's number.
    pub const fn new(index: u32) -> Self {
        Self(index)
    }

    /// The kernel's number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for RdmaIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Who sees an RDMA device: the namespaces mode of the whole RDMA subsystem.
#[doc(alias = "RDMA_NLDEV_SYS_ATTR_NETNS_MODE")]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum NetnsMode {
    /// Each device is seen in its own network namespace only.
    Exclusive,
    /// Every device is seen in every network namespace. The kernel's default.
    Shared,
}

words!(NetnsMode, "an RDMA netns mode", "exclusive or shared", {
    "exclusive" => Exclusive,
    "shared" => Shared,
});

impl NetnsMode {
    /// The value of the module parameter `ib_core.netns_mode`, and of the netlink attribute.
    pub const fn to_kernel(self) -> u8 {
        match self {
            Self::Exclusive => 0,
            Self::Shared => 1,
        }
    }

    /// From the netlink attribute; `None` for a value that no kernel documents.
    pub const fn from_kernel(value: u8) -> Option<Self> {
        match value {
            0 => Some(Self::Exclusive),
            1 => Some(Self::Shared),
            _ => None,
        }
    }
}
