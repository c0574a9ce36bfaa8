use std::fmt;

use super::{Blocker, Target};

/// A field in which a host and a wish differ.
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Difference {
    /// What it is about.
    pub target: Target,
    /// The field of the document.
    pub field: &'static str,
    /// What the document says.
    pub wanted: String,
    /// What the host has; `None` if there is no value.
    pub found: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = self.found.as_deref().unwrap_or("nothing");
        write!(f, "{}: {} is {found}, wanted {}", self.target, self.field, self.wanted)
    }
}

/// How a host compares with a wish.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use = "the host may differ"]
pub struct Verification {
    /// What differs.
    pub differences: Vec<Difference>,
    /// What could not be compared, or cannot be had on this host.
    pub obstacles: Vec<Blocker>,
}

impl Verification {
    /// Whether the host is as wanted: nothing differs, and all could be compared.
    pub fn in_sync(&self) -> bool {
        self.differences.is_empty() && self.obstacles.is_empty()
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Verification {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut verification = serializer.serialize_struct("Verification", 3)?;
        verification.serialize_field("inSync", &self.in_sync())?;
        verification.serialize_field("differences", &self.differences)?;
        verification.serialize_field("obstacles", &self.obstacles)?;
        verification.end()
    }
}
