//! The stable error codes of this crate: `SRIOV-M…`.
//!
//! ```
//! use sriov_mlx::codes;
//! assert_eq!(codes::CARD_LOCKED.id, "SRIOV-M004");
//! assert!(codes::all().any(|code| code.is_called("m004")));
//! ```

mod apply;
mod plan;
mod provision;
mod read;

use sriov_host::codes::Code;

use crate::output::Refusal;

pub use apply::{
    CARD_CHANGED, CARD_IN_USE, CARD_NOT_TRIED, HALF_WRITTEN, NOT_READ_BACK, RESTART_NOT_RECORDED,
    RESTARTS_DID_NOT_HELP, USERS_UNKNOWN, VALUE_DID_NOT_STICK, VFS_NOT_REMOVED,
};
pub use plan::{
    BLUEFIELD_REFUSES, BLUEFIELD_UNKNOWN, CARD_UNMANAGED, CONTRADICTING_WISHES, EXTERNALLY_MANAGED,
    LINK_TYPE_UNKNOWN, LOCKDOWN, NO_SUCH_CARD, NOT_ASKED, PARAM_READ_ONLY, PER_PF_COUNTS,
    TOO_MANY_VFS, VALUE_UNREADABLE, VFS_ABOVE_WISH,
};
pub use provision::{
    GENERATE_OPTION_INVALID, GIVEN_UP, HOST_UNREADABLE, NO_MATCHING_DEVICE, NOTICE_FAILED,
    RESTART_FAILED, RUN_LOCKED, STATE_UNUSABLE,
};
pub use read::{
    ANSWER_MALFORMED, BACKEND_READ_ONLY, CARD_BUSY, CARD_LOCKED, CARD_NOT_CONFIGURABLE,
    CARD_UNREACHABLE, DEVLINK_REFUSED, FIRMWARE_REJECTED, NOT_PERMITTED, PARAM_REFUSED,
    PARAM_UNKNOWN, TOOL_DID_NOT_END, TOOL_FAILED, TOOL_MISSING,
};

/// Every code of this crate, in order.
pub fn all() -> impl Iterator<Item = &'static Code> {
    [read::ALL, plan::ALL, apply::ALL, provision::ALL].into_iter().flatten().copied()
}

/// The code of what the tool refused.
pub(crate) const fn of_refusal(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::OpenFailed | Refusal::Unidentified | Refusal::NoDevices => CARD_UNREACHABLE.id,
        Refusal::Livefish | Refusal::Unsupported | Refusal::NvAccess(_) => CARD_NOT_CONFIGURABLE.id,
        Refusal::UnknownParam(_) => PARAM_UNKNOWN.id,
        Refusal::TooLarge { .. }
        | Refusal::TooSmall { .. }
        | Refusal::RuleViolation { .. }
        | Refusal::ReadOnly(_) => PARAM_REFUSED.id,
        Refusal::Busy(_) => CARD_BUSY.id,
        Refusal::Rejected(_) | Refusal::TokenNeeded => FIRMWARE_REJECTED.id,
        Refusal::NotPermitted(_) => NOT_PERMITTED.id,
        Refusal::Aborted | Refusal::Other { .. } => TOOL_FAILED.id,
    }
}

#[cfg(test)]
mod tests {
    sriov_host::codes_tests!("SRIOV-M");
}
