use sriov_host::NetnsMode;
use sriov_host::seam::{RdmaError, SysfsError};

use super::{HoldersSeen, Lacks};
use crate::codes;

/// Why the live mode is not as wanted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SetError {
    /// The present mode could not be read. Before the change nothing was done; after it the
    /// outcome is not known.
    #[error("cannot tell the live RDMA netns mode")]
    Unreadable(#[source] RdmaError),
    /// `ib_core` is not loaded: there is no live mode.
    #[error("the RDMA subsystem is not loaded")]
    NotLoaded,
    /// The kernel has no such setting.
    #[error("this kernel has no RDMA netns mode")]
    Unsupported,
    /// Other network namespaces live on the host.
    #[error("cannot set the RDMA netns mode to {mode}: kept by {seen}")]
    Busy {
        /// The mode that was wanted.
        mode: NetnsMode,
        /// Who keeps namespaces alive, as far as it can be seen.
        seen: HoldersSeen,
    },
    /// Other network namespaces live on the host, and who keeps them cannot be found out.
    #[error("cannot set the RDMA netns mode to {mode}: another network namespace is kept alive")]
    BusyUnexplained {
        /// The mode that was wanted.
        mode: NetnsMode,
        /// Why its holders cannot be told.
        source: SysfsError,
    },
    /// The caller may not.
    #[error(
        "cannot set the RDMA netns mode to {mode} without CAP_NET_ADMIN in the initial user \
         namespace: {lacks}"
    )]
    NotPermitted {
        /// The mode that was wanted.
        mode: NetnsMode,
        /// What the caller lacks.
        lacks: Lacks,
        /// The kernel's answer.
        source: RdmaError,
    },
    /// The kernel has not answered in time: the change goes on, and cannot be taken back.
    #[error("the kernel is still changing the RDMA netns mode to {mode}")]
    StillRunning {
        /// The mode that was wanted.
        mode: NetnsMode,
        /// The request without an answer.
        source: RdmaError,
    },
    /// The kernel took the change, and the mode is still another one.
    #[error("the RDMA netns mode was set to {wanted} and is {found}")]
    DidNotStick {
        /// The mode that was wanted.
        wanted: NetnsMode,
        /// The mode that was read back.
        found: NetnsMode,
    },
    /// The mode is as wanted now, but the kernel has not finished what belongs to it: some
    /// namespaces may not see every device.
    #[error("the RDMA netns mode is {mode} now, but the change is incomplete")]
    Incomplete {
        /// The mode, now.
        mode: NetnsMode,
        /// The kernel's answer.
        source: RdmaError,
    },
    /// The kernel refused for another reason.
    #[error("the kernel refused the RDMA netns mode {mode}")]
    Refused {
        /// The mode that was wanted.
        mode: NetnsMode,
        /// The kernel's answer.
        source: RdmaError,
    },
}

impl SetError {
    /// The stable error code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => codes::SUBSYSTEM_UNREADABLE.id,
            Self::NotLoaded => codes::SUBSYSTEM_NOT_LOADED.id,
            Self::Unsupported => codes::MODE_UNSUPPORTED.id,
            Self::Busy { .. } | Self::BusyUnexplained { .. } => codes::MODE_BUSY.id,
            Self::NotPermitted { .. } => codes::MODE_NOT_PERMITTED.id,
            Self::StillRunning { .. } => codes::MODE_STILL_RUNNING.id,
            Self::DidNotStick { .. } => codes::MODE_DID_NOT_STICK.id,
            Self::Incomplete { .. } => codes::MODE_INCOMPLETE.id,
            Self::Refused { .. } => codes::MODE_REFUSED.id,
        }
    }
}

const _: () = assert!(size_of::<SetError>() <= 128);
