//! The registry of the stable error codes: what they mean, why they happen, what to do.

/// One error code.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
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

/// .
pub const BAD_SYNTAX: Code =
    Code { id: "SRIOV-H001", title: "", meaning: "", causes: &[], help: &[] };

/// .
pub const UNKNOWN_KEY: Code =
    Code { id: "SRIOV-H002", title: "", meaning: "", causes: &[], help: &[] };

/// .
pub const INVALID_VALUE: Code =
    Code { id: "SRIOV-H003", title: "", meaning: "", causes: &[], help: &[] };

/// .
pub const WRONG_KIND: Code =
    Code { id: "SRIOV-H004", title: "", meaning: "", causes: &[], help: &[] };

/// .
pub const OVERLAPPING_RANGES: Code =
    Code { id: "SRIOV-H005", title: "", meaning: "", causes: &[], help: &[] };

/// .
pub const RANGE_BEYOND_NUM_VFS: Code =
    Code { id: "SRIOV-H006", title: "", meaning: "", causes: &[], help: &[] };

/// .
pub const DOCUMENT_TOO_LARGE: Code =
    Code { id: "SRIOV-H007", title: "", meaning: "", causes: &[], help: &[] };

/// .
pub const DUPLICATE_MATCH: Code =
    Code { id: "SRIOV-H008", title: "", meaning: "", causes: &[], help: &[] };
