use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use super::InvalidText;

/// The name of a network interface, by the kernel's rules.
///
/// 1 to 15 bytes, not `.` or `..`, without `/`, `:` or white space (`dev_valid_name()` in
/// `net/core/dev.c`). Names change while udev works: hold an [`IfIndex`] to keep hold of a device.
#[doc(alias = "IFNAMSIZ")]
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct IfName(String);

impl IfName {
    const MAX_BYTES: usize = 15;

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for IfName {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        const GRAMMAR: &str = "1 to 15 bytes, no slash, colon or white space";
        // White space is the kernel's `isspace`, which counts the byte 0xa0 of Latin-1.
        let forbidden = |b: u8| matches!(b, 0 | b'/' | b':' | b'\t'..=b'\r' | b' ' | 0xa0);
        let valid = (1..=Self::MAX_BYTES).contains(&text.len())
            && !matches!(text, "." | "..")
            && !text.bytes().any(forbidden);
        if valid {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidText::new("an interface name", GRAMMAR, text))
        }
    }
}

impl fmt::Display for IfName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The kernel's number of a network interface in one network namespace. Never zero.
///
/// It survives renames, and changes when a driver is bound again.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct IfIndex(NonZeroU32);

impl IfIndex {
    /// `None` for zero, and above `i32::MAX`, which the kernel never assigns.
    pub fn new(index: u32) -> Option<Self> {
        NonZeroU32::new(index).filter(|index| i32::try_from(index.get()).is_ok()).map(Self)
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0.get()
    }
}

impl TryFrom<u32> for IfIndex {
    type Error = InvalidText;

    fn try_from(index: u32) -> Result<Self, InvalidText> {
        Self::new(index).ok_or_else(|| {
            InvalidText::new("an interface index", "1 to 2147483647", &index.to_string())
        })
    }
}

impl FromStr for IfIndex {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        // `u32::from_str` alone would accept a sign.
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        digits
            .then(|| text.parse().ok())
            .flatten()
            .and_then(Self::new)
            .ok_or_else(|| InvalidText::new("an interface index", "1 to 2147483647", text))
    }
}

impl fmt::Display for IfIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

serde_as_text!(IfName);
serde_as_number!(IfIndex, u32);
