use std::fmt;
use std::str::FromStr;

use super::InvalidText;

/// A 48-bit Ethernet address.
///
/// ```
/// use sriov_host::MacAddr;
/// let mac: MacAddr = "02:00:00:00:00:FF".parse()?;
/// assert_eq!(mac.plus(1).map(|next| next.to_string()).as_deref(), Some("02:00:00:00:01:00"));
/// # Ok::<(), sriov_host::InvalidText>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct MacAddr([u8; 6]);

impl MacAddr {
    /// All zero: as an administrative VF address it means "not set".
    pub const ZERO: Self = Self([0; 6]);

    /// From the six bytes, first on the wire first.
    pub const fn new(bytes: [u8; 6]) -> Self {
        Self(bytes)
    }

    /// The six bytes, first on the wire first.
    pub const fn bytes(self) -> [u8; 6] {
        self.0
    }

    /// Whether a single station can own it: not all zero and not a group address.
    pub fn is_unicast(self) -> bool {
        let [first, ..] = self.0;
        first & 1 == 0 && self != Self::ZERO
    }

    /// The address `steps` behind this one; `None` past the end or into group addresses.
    pub fn plus(self, steps: u32) -> Option<Self> {
        let number = self.0.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
        let [0, 0, bytes @ ..] = (number + u64::from(steps)).to_be_bytes() else { return None };
        let next = Self(bytes);
        (next.is_unicast() == self.is_unicast()).then_some(next)
    }
}

/// Exactly `N` two-digit groups between colons.
pub(super) fn colon_bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let mut groups = text.split(':');
    for byte in &mut bytes {
        let group = groups.next()?;
        let digits = group.len() == 2 && group.bytes().all(|b| b.is_ascii_hexdigit());
        *byte = digits.then(|| u8::from_str_radix(group, 16).ok()).flatten()?;
    }
    groups.next().is_none().then_some(bytes)
}

impl FromStr for MacAddr {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        const GRAMMAR: &str = "six hexadecimal bytes, as 02:00:00:00:00:10";
        colon_bytes(text).map(Self).ok_or_else(|| InvalidText::new("a MAC address", GRAMMAR, text))
    }
}

impl fmt::Display for MacAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.map(|byte| format!("{byte:02x}")).join(":"))
    }
}

serde_as_text!(MacAddr);
