use std::fmt;

/// A release of the firmware tool. What follows its three numbers, as in `4.26.0-93`, does not count.
///
/// ```
/// use sriov_mlx::output::Version;
///
/// let version = Version::of("mstconfig, mstflint 4.21.0, Git SHA Hash: N/A").expect("a version");
/// assert_eq!(version.to_string(), "4.21.0");
/// assert!(!version.supports_json());
/// ```
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

    /// From what a tool of mstflint or MFT prints for `--version`; `None` if that is something else.
    ///
    /// Tools may have a version of their own before that of the release, as in
    /// `mstfwreset 1.0.0, mstflint 4.21.0, built on …`.
    pub fn of(text: &str) -> Option<Self> {
        let mut words = text.lines().find(|line| !line.trim().is_empty())?.split_whitespace();
        words.find(|word| matches!(*word, "mstflint" | "mft"))?;
        Self::parse(words.next()?)
    }

    fn parse(word: &str) -> Option<Self> {
        let release = word.split(['-', ',']).next()?;
        let mut numbers = release.split('.').map(number);
        let version =
            Self { major: numbers.next()??, minor: numbers.next()??, patch: numbers.next()?? };
        numbers.next().is_none().then_some(version)
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

fn number(text: &str) -> Option<u16> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}
