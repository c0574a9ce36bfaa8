use std::fmt;

use serde::ser::{Serialize, SerializeStruct, Serializer};
use sriov_host::{InvalidText, LinkType};

/// A value of a parameter, with its text and its number as far as the card tells them.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// A plain number, also of an enumeration that the tool has no word for.
    Number(u64),
    /// A word with its number, as `True(1)`.
    Named {
        /// The word.
        text: String,
        /// The number.
        value: u64,
    },
    /// Something else: a word alone, or bytes in hexadecimal.
    Text(String),
    /// An array that was not expanded, as `Array[0..7]`.
    Array {
        /// The first index, 0 or 1.
        first: u16,
        /// The last one.
        last: u16,
    },
}

impl Value {
    /// The number, if there is one.
    pub const fn number(&self) -> Option<u64> {
        match self {
            Self::Number(value) | Self::Named { value, .. } => Some(*value),
            Self::Text(_) | Self::Array { .. } => None,
        }
    }

    /// The word, if there is one.
    pub fn word(&self) -> Option<&str> {
        match self {
            Self::Named { text, .. } | Self::Text(text) => Some(text),
            Self::Number(_) | Self::Array { .. } => None,
        }
    }

    /// As a switch. The word decides, where there is one: some releases print odd numbers with it.
    pub fn switch(&self) -> Option<bool> {
        match self.word() {
            Some(word) if word.eq_ignore_ascii_case("true") => Some(true),
            Some(word) if word.eq_ignore_ascii_case("false") => Some(false),
            Some(_) => None,
            None => match self.number() {
                Some(0) => Some(false),
                Some(1) => Some(true),
                _ => None,
            },
        }
    }

    /// As a link type; `None` for one that is not known.
    pub fn link(&self) -> Option<LinkSetting> {
        match self.word() {
            Some(word) if word.eq_ignore_ascii_case("eth") => Some(LinkSetting::Eth),
            Some(word) if word.eq_ignore_ascii_case("ib") => Some(LinkSetting::Ib),
            Some(_) => None,
            None => match self.number() {
                Some(1) => Some(LinkSetting::Ib),
                Some(2) => Some(LinkSetting::Eth),
                _ => None,
            },
        }
    }
}

/// As the tool prints it.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(value) => write!(f, "{value}"),
            Self::Named { text, value } => write!(f, "{text}({value})"),
            Self::Text(text) => f.write_str(text),
            Self::Array { first, last } => write!(f, "Array[{first}..{last}]"),
        }
    }
}

/// Numbers as numbers, `True(1)` as `{"text": "True", "value": 1}`, all else as a string.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(value) => serializer.serialize_u64(*value),
            Self::Named { text, value } => {
                let mut named = serializer.serialize_struct("Named", 2)?;
                named.serialize_field("text", text)?;
                named.serialize_field("value", value)?;
                named.end()
            }
            Self::Text(_) | Self::Array { .. } => serializer.collect_str(self),
        }
    }
}

/// What a card says in one column of one parameter.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub enum Cell {
    /// The answer has no such column.
    #[default]
    NoColumn,
    /// `N/A`: the card itself cannot tell.
    NotAvailable,
    /// A value.
    Value(Value),
}

impl Cell {
    /// The value, if there is one.
    pub const fn value(&self) -> Option<&Value> {
        match self {
            Self::Value(value) => Some(value),
            Self::NoColumn | Self::NotAvailable => None,
        }
    }

    /// Whether both say the same: one way to a card may tell `True(1)` where another one tells 1.
    pub fn says(&self, other: &Self) -> bool {
        let (Some(one), Some(other)) = (self.value(), other.value()) else { return self == other };
        match (one.word(), other.word()) {
            (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
            (None, None) => one == other,
            _ => one.number().is_some() && one.number() == other.number(),
        }
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

/// The link type of a port, as firmware has it.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum LinkSetting {
    /// InfiniBand, 1.
    Ib,
    /// Ethernet, 2.
    Eth,
}

impl LinkSetting {
    /// The number that firmware has for it.
    pub const fn number(self) -> u64 {
        match self {
            Self::Ib => 1,
            Self::Eth => 2,
        }
    }
}

impl From<LinkType> for LinkSetting {
    fn from(link: LinkType) -> Self {
        match link {
            LinkType::Ether => Self::Eth,
            LinkType::Infiniband => Self::Ib,
        }
    }
}

impl fmt::Display for LinkSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ib => "IB",
            Self::Eth => "ETH",
        })
    }
}

impl std::str::FromStr for LinkSetting {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        match text.to_ascii_lowercase().as_str() {
            "eth" => Ok(Self::Eth),
            "ib" => Ok(Self::Ib),
            _ => Err(InvalidText::new("a link type", "eth or ib", text)),
        }
    }
}
