use std::fmt;
use std::str::FromStr;

use super::InvalidText;
use super::mac::colon_bytes;

/// A 64-bit InfiniBand GUID, held in network order.
///
/// Two spellings are in use and both are read: eight bytes (`00:02:c9:03:00:5d:e1:10`) and the
/// four 16-bit groups of sysfs and iproute2 (`0002:c903:005d:e110`). The first is printed.
/// Netlink carries the value as a host-order `u64`; [`from_kernel`](Self::from_kernel) and
/// [`to_kernel`](Self::to_kernel) are the only places that know.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Guid([u8; 8]);

impl Guid {
    /// All zero: "not set" wherever the kernel reports a GUID.
    pub const ZERO: Self = Self([0; 8]);

    /// From the eight bytes in network order.
    pub const fn new(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }

    /// The eight bytes in network order.
    pub const fn bytes(self) -> [u8; 8] {
        self.0
    }

    /// From the number that netlink carries.
    pub const fn from_kernel(number: u64) -> Self {
        Self(number.to_be_bytes())
    }

    /// The number that netlink carries.
    pub const fn to_kernel(self) -> u64 {
        u64::from_be_bytes(self.0)
    }

    /// Whether a port can own it: neither all zero nor all ones.
    pub const fn is_usable(self) -> bool {
        !matches!(self.to_kernel(), 0 | u64::MAX)
    }

    /// The GUID `steps` behind this one; `None` past the end.
    pub fn plus(self, steps: u32) -> Option<Self> {
        self.to_kernel().checked_add(u64::from(steps)).map(Self::from_kernel)
    }

    fn groups(text: &str) -> Option<Self> {
        let mut number = 0;
        let mut groups = text.split(':');
        for _ in 0..4 {
            let group = groups.next()?;
            let digits = group.len() == 4 && group.bytes().all(|b| b.is_ascii_hexdigit());
            let group = digits.then(|| u64::from_str_radix(group, 16).ok()).flatten()?;
            number = number << 16 | group;
        }
        groups.next().is_none().then(|| Self::from_kernel(number))
    }
}

impl FromStr for Guid {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        const GRAMMAR: &str = "eight bytes, as 00:02:c9:03:00:5d:e1:10, or four groups of four";
        colon_bytes(text)
            .map(Self)
            .or_else(|| Self::groups(text))
            .ok_or_else(|| InvalidText::new("a GUID", GRAMMAR, text))
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0.map(|byte| format!("{byte:02x}"));
        f.pad(&bytes.join(":"))
    }
}

serde_as_text!(Guid);
