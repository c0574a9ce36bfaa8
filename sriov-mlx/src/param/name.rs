use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use sriov_host::InvalidText;

/// The name of a firmware parameter, as `NUM_OF_VFS` or `PCI_DOWNSTREAM_PORT_OWNER[3]`.
///
/// Capital letters, digits and `_`, beginning with a letter, and at most one index in brackets. The only
/// small letter in the parameters of mstflint is that of `x86`, as in `EXP_ROM_UEFI_x86_ENABLE`.
/// Names are compared as a whole, never by a part.
///
/// ```
/// use sriov_mlx::param::ParamName;
/// assert!("LINK_TYPE_P1".parse::<ParamName>().is_ok());
/// assert!("EXP_ROM_UEFI_x86_ENABLE".parse::<ParamName>().is_ok());
/// assert!("-y".parse::<ParamName>().is_err());
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ParamName(String);

/// The longest one of mstflint 4.36 has 40 characters.
const MAX_LEN: usize = 128;

impl ParamName {
    /// One of the names of [`names`](super::names).
    pub(crate) fn known(name: &'static str) -> Self {
        Self(name.to_owned())
    }

    /// `LINK_TYPE_P2`: the link type of a port, counted from 1.
    pub fn link_type(port: u8) -> Self {
        Self(format!("LINK_TYPE_P{port}"))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ParamName {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        const GRAMMAR: &str = "capital letters, digits and `_`, with an optional [index]";
        let invalid = || InvalidText::new("a firmware parameter", GRAMMAR, text);
        let (name, index) = match text.split_once('[') {
            None => (text, None),
            Some((name, rest)) => (name, Some(rest.strip_suffix(']').ok_or_else(invalid)?)),
        };
        let plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
        let is_plain = |part: &str| part == "x86" || part.bytes().all(plain);
        let begins = name.bytes().next().is_some_and(|byte| byte.is_ascii_uppercase());
        let named = begins && (is_plain(name) || name.split('_').all(is_plain));
        let digits = |index: &str| {
            (1..=5).contains(&index.len()) && index.bytes().all(|byte| byte.is_ascii_digit())
        };
        if named && text.len() <= MAX_LEN && index.is_none_or(digits) {
            Ok(Self(text.to_owned()))
        } else {
            Err(invalid())
        }
    }
}

impl fmt::Display for ParamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl PartialEq<str> for ParamName {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for ParamName {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl Borrow<str> for ParamName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl Serialize for ParamName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
