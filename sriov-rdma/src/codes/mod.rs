//! The stable error codes of this crate: `SRIOV-R…`.

use sriov_host::codes::Code;

/// Every code of this crate, in order.
pub fn all() -> impl Iterator<Item = &'static Code> {
    std::iter::empty()
}
