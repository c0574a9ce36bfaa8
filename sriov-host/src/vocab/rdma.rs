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
