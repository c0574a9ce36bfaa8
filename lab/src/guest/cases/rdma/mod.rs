//! The RDMA subsystem, by subject.

mod machine;

use super::super::case::Case;

/// The machine of these cases.
const FORM: &str = "rdma";

pub(super) fn cases() -> Vec<Case> {
    [machine::CASES].concat()
}
