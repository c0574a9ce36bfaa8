use std::fmt;
use std::str::FromStr;

use super::InvalidText;

/// The number of a VF on its PF, from 0. Not a count.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct VfIndex(u16);

impl VfIndex {
    /// Any 16-bit number is an index.
    pub const fn new(index: u16) -> Self {
        Self(index)
    }

    /// The number.
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl From<u16> for VfIndex {
    fn from(index: u16) -> Self {
        Self(index)
    }
}

impl fmt::Display for VfIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A number of VFs. Not an index.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct VfCount(u16);

impl VfCount {
    /// No VFs at all.
    pub const ZERO: Self = Self(0);

    /// Any 16-bit number is a count.
    pub const fn new(count: u16) -> Self {
        Self(count)
    }

    /// The number.
    pub const fn get(self) -> u16 {
        self.0
    }

    /// The indexes of that many VFs, from 0.
    pub fn indexes(self) -> impl Iterator<Item = VfIndex> {
        (0..self.0).map(VfIndex)
    }

    /// Whether a VF of this index exists among that many.
    pub const fn contains(self, index: VfIndex) -> bool {
        index.0 < self.0
    }
}

impl From<u16> for VfCount {
    fn from(count: u16) -> Self {
        Self(count)
    }
}

impl fmt::Display for VfCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// An inclusive range of VF indexes: `2-5`, or a single `3`.
///
/// ```
/// use sriov_host::VfRange;
/// let range: VfRange = "2-5".parse()?;
/// assert_eq!(range.len(), 4);
/// assert!("5-2".parse::<VfRange>().is_err());
/// # Ok::<(), sriov_host::InvalidText>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct VfRange {
    first: VfIndex,
    last: VfIndex,
}

#[expect(clippy::len_without_is_empty, reason = "a range holds at least one VF")]
impl VfRange {
    /// `None` if `last` lies before `first`.
    pub fn new(first: VfIndex, last: VfIndex) -> Option<Self> {
        (first <= last).then_some(Self { first, last })
    }

    /// The lowest index.
    pub const fn first(self) -> VfIndex {
        self.first
    }

    /// The highest index.
    pub const fn last(self) -> VfIndex {
        self.last
    }

    /// How many VFs it covers; at least one.
    pub fn len(self) -> usize {
        usize::from(self.last.0 - self.first.0) + 1
    }

    /// Whether the VF is in the range.
    pub fn contains(self, index: VfIndex) -> bool {
        (self.first..=self.last).contains(&index)
    }

    /// Whether the two ranges share a VF.
    pub fn overlaps(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// The indexes, lowest first.
    pub fn indexes(self) -> impl Iterator<Item = VfIndex> {
        (self.first.0..=self.last.0).map(VfIndex)
    }
}

/// Only digits: `u16::from_str` alone would accept a sign.
fn decimal(text: &str) -> Option<VfIndex> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten().map(VfIndex)
}

impl FromStr for VfRange {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let range = decimal(first).zip(decimal(last)).and_then(|(a, b)| Self::new(a, b));
        range.ok_or_else(|| InvalidText::new("a VF range", "first-last, or one number", text))
    }
}

impl fmt::Display for VfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            fmt::Display::fmt(&self.first, f)
        } else {
            write!(f, "{}-{}", self.first, self.last)
        }
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for VfRange {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A bare number is accepted as well: YAML writes a single VF without quotes.
#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for VfRange {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl serde::de::Visitor<'_> for Visitor {
            type Value = VfRange;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a VF range, as 2-5, or one VF index")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<VfRange, E> {
                text.parse().map_err(E::custom)
            }

            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<VfRange, E> {
                number.to_string().parse().map_err(E::custom)
            }

            fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<VfRange, E> {
                number.to_string().parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

serde_as_number!(VfIndex, u16);
serde_as_number!(VfCount, u16);
