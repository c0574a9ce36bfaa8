use std::fmt;

use sriov_host::NetnsMode;

/// The value of `ib_core.netns_mode` as somebody wrote it.
#[doc(alias = "kstrtobool")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ModeValue {
    /// A value that every kernel takes.
    Mode(NetnsMode),
    /// Any other: the kernel refuses to load `ib_core` with it, or only newer ones take it.
    Unreadable(String),
}

impl ModeValue {
    /// Reads a value as `kstrtobool` does: the first letter decides, but for `on` and `off`.
    ///
    /// No value at all means yes, as for every boolean parameter. Words that only some kernels
    /// take, as `true`, count as unreadable.
    pub fn parse(text: Option<&str>) -> Self {
        let text = text.unwrap_or("1").trim_matches('"');
        let lower = text.to_ascii_lowercase();
        match lower.as_bytes() {
            [b'y' | b'1', ..] | [b'o', b'n', ..] => Self::Mode(NetnsMode::Shared),
            [b'n' | b'0', ..] | [b'o', b'f', ..] => Self::Mode(NetnsMode::Exclusive),
            _ => Self::Unreadable(text.to_owned()),
        }
    }

    /// The mode, if it can be read.
    pub const fn mode(&self) -> Option<NetnsMode> {
        match self {
            Self::Mode(mode) => Some(*mode),
            Self::Unreadable(_) => None,
        }
    }
}

impl fmt::Display for ModeValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mode(mode) => fmt::Display::fmt(mode, f),
            Self::Unreadable(text) => write!(f, "unreadable ({text:?})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_kstrtobool_reads() {
        for shared in ["1", "Y", "y", "yes", "on", "ON", "10", "\"1\""] {
            assert_eq!(ModeValue::parse(Some(shared)).mode(), Some(NetnsMode::Shared), "{shared}");
        }
        for exclusive in ["0", "N", "n", "no", "off", "Of", "0x1", "\"0\""] {
            let read = ModeValue::parse(Some(exclusive)).mode();
            assert_eq!(read, Some(NetnsMode::Exclusive), "{exclusive}");
        }
        assert_eq!(ModeValue::parse(None).mode(), Some(NetnsMode::Shared));
        for unreadable in ["7", "", "o", "true", "false", "exclusive", " 1", "-1"] {
            assert_eq!(ModeValue::parse(Some(unreadable)).mode(), None, "{unreadable:?}");
        }
    }
}
