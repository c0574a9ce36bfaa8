//! The stable error codes of this crate: `SRIOV-R…`.
//!
//! ```
//! use sriov_rdma::codes;
//! assert_eq!(codes::MODE_BUSY.id, "SRIOV-R011");
//! assert!(codes::all().any(|code| code.is_called("r011")));
//! ```

mod device;
mod mode;
mod persist;

use sriov_host::codes::Code;

pub use device::{
    DEVICE_IN_USE, DEVICE_NOT_HERE, MOVE_DID_NOT_STICK, MOVE_NEEDS_EXCLUSIVE, MOVE_NOT_PERMITTED,
    MOVE_REFUSED, MOVE_STILL_RUNNING, MOVE_UNSUPPORTED, NETNS_NOT_FOUND, SAME_NAMESPACE,
};
pub use mode::{
    MODE_BUSY, MODE_DID_NOT_STICK, MODE_INCOMPLETE, MODE_NOT_PERMITTED, MODE_REFUSED,
    MODE_STILL_RUNNING, MODE_UNSUPPORTED, SUBSYSTEM_NOT_LOADED, SUBSYSTEM_UNREADABLE,
};
pub use persist::{
    BOOT_DID_NOT_HELP, BUILT_IN, DECIDED_ELSEWHERE, FACTS_UNREADABLE, LEDGER_UNUSABLE,
    REBUILD_BY_HAND, REBUILD_FAILED, VALUE_UNREADABLE,
};

/// Every code of this crate, in order.
pub fn all() -> impl Iterator<Item = &'static Code> {
    [mode::ALL, persist::ALL, device::ALL].into_iter().flatten().copied()
}

#[cfg(test)]
mod tests {
    sriov_host::codes_tests!("SRIOV-R");
}
