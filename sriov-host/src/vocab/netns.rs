use std::fmt;
use std::num::NonZeroU32;
use std::path::{Component, Path, PathBuf};
use std::str::FromStr;

use super::InvalidText;

/// A way to name a network namespace: a process in it, or a path to its file.
///
/// Text of digits is a pid, text with a slash is an absolute path, anything else is a name below
/// `/run/netns`, as `ip netns` keeps them.
///
/// ```
/// use sriov_host::Netns;
/// assert_eq!("blue".parse::<Netns>()?.to_string(), "/run/netns/blue");
/// assert_eq!("4711".parse::<Netns>()?.to_string(), "4711");
/// # Ok::<(), sriov_host::InvalidText>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Netns {
    /// The namespace that the process lives in.
    Pid(NonZeroU32),
    /// The namespace that the file stands for: `/run/netns/NAME` or `/proc/PID/ns/net`.
    Path(PathBuf),
}

impl FromStr for Netns {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        const GRAMMAR: &str = "a pid, a name, or an absolute path without `..`";
        let invalid = || InvalidText::new("a network namespace", GRAMMAR, text);
        if text.is_empty() || text.contains('\0') || text.len() > 4096 {
            return Err(invalid());
        }
        if text.bytes().all(|b| b.is_ascii_digit()) {
            return text.parse().map(Self::Pid).map_err(|_| invalid());
        }
        let path = if text.contains('/') {
            PathBuf::from(text)
        } else {
            Path::new("/run/netns").join(text)
        };
        let plain =
            path.components().all(|c| matches!(c, Component::RootDir | Component::Normal(_)));
        if path.is_absolute() && plain && text != "." {
            Ok(Self::Path(path))
        } else {
            Err(invalid())
        }
    }
}

impl fmt::Display for Netns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pid(pid) => fmt::Display::fmt(pid, f),
            Self::Path(path) => fmt::Display::fmt(&path.display(), f),
        }
    }
}

serde_as_text!(Netns);
