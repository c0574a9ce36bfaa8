use std::fmt;
use std::num::NonZeroU32;

use super::InvalidText;

/// The maximum transmission unit of a link, in bytes. Never zero.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Mtu(NonZeroU32);

impl Mtu {
    /// `None` for zero. The driver has limits of its own.
    pub fn new(bytes: u32) -> Option<Self> {
        NonZeroU32::new(bytes).map(Self)
    }

    /// The size in bytes.
    pub const fn get(self) -> u32 {
        self.0.get()
    }
}

impl TryFrom<u32> for Mtu {
    type Error = InvalidText;

    fn try_from(bytes: u32) -> Result<Self, InvalidText> {
        Self::new(bytes).ok_or_else(|| InvalidText::new("an MTU", "a positive number", "0"))
    }
}

impl fmt::Display for Mtu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

serde_as_number!(Mtu, u32);
