//! The registry of the stable error codes: what they mean, why they happen, what to do.
//!
//! Code refers to the constants, as `codes::IN_USE.id`; people ask `sriovctl explain`.
//!
//! ```
//! use sriov_host::codes;
//! let code = codes::find("h021").map(|code| code.id);
//! assert_eq!(code, Some(codes::IN_USE.id));
//! ```

use std::fmt;

/// One error code.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Code {
    /// The code, as `SRIOV-H021`. It never changes its meaning.
    pub id: &'static str,
    /// The fault in a few words.
    pub title: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// Why it happens, most likely first.
    pub causes: &'static [&'static str],
    /// What to do, in this order.
    pub help: &'static [&'static str],
}

/// Constants and the list of them, from one table; for the other crates of this project as well.
#[doc(hidden)]
#[macro_export]
macro_rules! codes {
    ($($name:ident = $id:literal, $title:literal {
        $meaning:literal
        causes: $($cause:literal)+
        help: $($help:literal)+
    })+) => {
        $(
            #[doc = concat!("`", $id, "`: ", $title, ".")]
            pub const $name: $crate::codes::Code = $crate::codes::Code {
                id: $id,
                title: $title,
                meaning: $meaning,
                causes: &[$($cause),+],
                help: &[$($help),+],
            };
        )+

        pub(super) const ALL: &[&$crate::codes::Code] = &[$(&$name),+];
    };
}

/// The tests that every registry of codes has to pass, for the other crates as well.
#[doc(hidden)]
#[macro_export]
macro_rules! codes_tests {
    ($prefix:literal) => {
        #[test]
        fn ids_are_sorted_and_unique() {
            let ids: Vec<_> = super::all().map(|code| code.id).collect();
            assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
            let well_formed = |id: &str| {
                id.strip_prefix($prefix).is_some_and(|n| n.len() == 3 && n.parse::<u16>().is_ok())
            };
            assert!(ids.iter().all(|id| well_formed(id)), "{ids:?}");
        }

        #[test]
        fn every_code_is_explained() {
            for code in super::all() {
                let words = |text: &str| text.split_whitespace().count();
                assert!(words(code.title) >= 3 && code.title.len() <= 60, "{}", code.id);
                assert!(words(code.meaning) > 6 && code.meaning.ends_with('.'), "{}", code.id);
                for list in [code.causes, code.help] {
                    assert!(!list.is_empty() && list.iter().all(|it| words(it) > 2), "{}", code.id);
                }
                let text = code.to_string();
                assert!(text.lines().all(|line| line.trim_end() == line), "{}", code.id);
            }
        }
    };
}

mod apply;
mod boot;
mod document;
mod host;
mod plan;

pub use apply::{
    ATTRIBUTE_REFUSED, BIND_FAILED, CANCELLED, DID_NOT_STICK, FEWER_VFS, LINK_CHANGE_REFUSED,
    LOCKED, NO_VIABLE_IOMMU_GROUP, STALE, STILL_RUNNING, VF_COUNT_REFUSED,
};
pub use boot::{
    BOOT_CONFIG_UNREADABLE, KARG_CONFLICT, KARG_INVALID, KARG_NO_EFFECT, KARGS_MANUAL,
    KARGS_TOOL_FAILED, LEDGER_UNUSABLE, REBOOT_DID_NOT_HELP,
};
pub use document::{
    BAD_SYNTAX, DOCUMENT_TOO_LARGE, DUPLICATE_MATCH, INVALID_VALUE, OVERLAPPING_RANGES,
    RANGE_BEYOND_NUM_VFS, UNKNOWN_KEY, WRONG_KIND,
};
pub use host::{
    EVENTS_UNAVAILABLE, FILE_ACCESS_FAILED, INTERNAL, MACHINE_INVALID, NETLINK_FAILED,
    PERMISSION_DENIED, SIM_STATE_UNREADABLE, VFS_NOT_READY,
};
pub use plan::{
    ATTRIBUTE_UNSUPPORTED, ATTRIBUTES_NOT_OBSERVED, ESWITCH_FIXED, EXTERNAL_PF_DIFFERS, IN_USE,
    NO_PF_MATCHES, NO_SRIOV_CAPABILITY, PF_NOT_USABLE, STATE_UNREADABLE, TOO_MANY_VFS,
};

/// Every code of this crate, in order.
pub fn all() -> impl Iterator<Item = &'static Code> {
    [document::ALL, plan::ALL, apply::ALL, host::ALL, boot::ALL].into_iter().flatten().copied()
}

/// The code with this id. Case does not matter, and the prefix may be left out: `h021`.
pub fn find(id: &str) -> Option<&'static Code> {
    all().find(|code| code.is_called(id))
}

impl Code {
    /// Whether people mean this code by an id, in any case and with or without `SRIOV-`.
    pub fn is_called(&self, id: &str) -> bool {
        let short = self.id.strip_prefix("SRIOV-").unwrap_or(self.id);
        self.id.eq_ignore_ascii_case(id) || short.eq_ignore_ascii_case(id)
    }
}

/// The whole explanation, as `sriovctl explain` prints it.
impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}: {}\n\n{}\n\ncauses, most likely first:",
            self.id, self.title, self.meaning
        )?;
        for (index, cause) in self.causes.iter().enumerate() {
            writeln!(f, "  {}. {cause}", index + 1)?;
        }
        writeln!(f, "\nwhat to do:")?;
        self.help.iter().try_for_each(|help| writeln!(f, "  - {help}"))
    }
}

#[cfg(test)]
mod tests {
    use super::{all, find};

    codes_tests!("SRIOV-H");

    #[test]
    fn finds_in_any_case_and_without_prefix() {
        for code in all() {
            assert_eq!(find(code.id), Some(code));
            assert_eq!(find(&code.id.to_lowercase()), Some(code));
            assert_eq!(find(code.id.trim_start_matches("SRIOV-")), Some(code));
        }
        for unknown in ["", "SRIOV-", "SRIOV-H000", "021", "SRIOV-H0211", "H021 "] {
            assert_eq!(find(unknown), None, "{unknown:?}");
        }
    }
}
