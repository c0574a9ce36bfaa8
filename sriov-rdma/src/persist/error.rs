use sriov_host::boot::BootError;
use sriov_host::codes as host_codes;
use sriov_host::seam::{FilesError, RdmaError, SysfsError, ToolError};

use crate::codes;
use crate::netns_mode::SetError;

/// Facts that could not be collected. Nothing is planned then: unknown is not absent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FactsError {
    /// The kernel did not tell its mode.
    #[error("cannot tell the live RDMA netns mode")]
    Live(#[source] RdmaError),
    /// A file of modprobe could not be read.
    #[error("cannot tell what modprobe's files set")]
    Modprobe(#[source] FilesError),
    /// A pseudo file of the kernel could not be read.
    #[error("cannot tell how the kernel was booted")]
    Running(#[source] SysfsError),
    /// The boot loader's configuration could not be read.
    #[error("cannot tell what the boot loader will pass")]
    Staged(#[source] BootError),
}

impl FactsError {
    /// The stable error code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Modprobe(error) if error.is_permission_denied() => {
                host_codes::PERMISSION_DENIED.id
            }
            Self::Running(error) if error.is_permission_denied() => {
                host_codes::PERMISSION_DENIED.id
            }
            _ => codes::FACTS_UNREADABLE.id,
        }
    }
}

/// Why a step was not done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModeStepError {
    /// The host is not as it was when the step was planned.
    #[error("the host has changed since it was planned: expected {expected}, found {found}")]
    Stale {
        /// The value the step was planned against.
        expected: String,
        /// The value that is there now.
        found: String,
    },
    /// The live mode was not changed.
    #[error("the live mode was not changed")]
    Live(#[source] SetError),
    /// The file could not be used.
    #[error("the file could not be used")]
    File(#[source] FilesError),
    /// The program could not be run to its end.
    #[error("the initramfs could not be made anew")]
    Tool(#[source] ToolError),
    /// The program ended and said that it failed.
    #[error("`{run}` failed with status {}: {words}", .status.map_or_else(|| "by signal".to_owned(), |status| status.to_string()))]
    Failed {
        /// The program and its arguments.
        run: String,
        /// Its exit status.
        status: Option<i32>,
        /// The end of what it said.
        words: String,
    },
    /// It was done, and the host has another value when asked.
    #[error("{wanted} was accepted, but the host has {found}")]
    DidNotStick {
        /// What was set.
        wanted: String,
        /// What was read back.
        found: String,
    },
    /// Whether the initramfs is right cannot be told.
    #[error("the initramfs cannot be judged: {why}")]
    Unjudged {
        /// Why.
        why: String,
    },
    /// Somebody else changes the mode.
    #[error("the RDMA mode is locked")]
    Locked(#[source] FilesError),
    /// An earlier step failed, and this one builds on it.
    #[error("not tried: {0}")]
    NotTried(&'static str),
}

impl ModeStepError {
    /// The stable error code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Stale { .. } => host_codes::STALE.id,
            Self::Live(error) => error.code(),
            Self::File(error) | Self::Locked(error) if error.is_permission_denied() => {
                host_codes::PERMISSION_DENIED.id
            }
            Self::Locked(FilesError::Locked { .. }) => host_codes::LOCKED.id,
            Self::File(_) | Self::Locked(_) => host_codes::FILE_ACCESS_FAILED.id,
            Self::Tool(_) | Self::Failed { .. } | Self::Unjudged { .. } => codes::REBUILD_FAILED.id,
            Self::DidNotStick { .. } => host_codes::DID_NOT_STICK.id,
            Self::NotTried(_) => host_codes::CANCELLED.id,
        }
    }

    /// What a person can do about it, if there is something.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Stale { .. } => Some("plan again and look at the new plan".to_owned()),
            Self::Live(_) if self.is_busy() => Some(
                "end what holds the namespaces, or persist the mode and restart the host"
                    .to_owned(),
            ),
            Self::Tool(_) | Self::Failed { .. } => {
                Some("run the program by hand and look at what it says".to_owned())
            }
            _ => None,
        }
    }

    /// Whether the kernel refused because of other namespaces.
    pub const fn is_busy(&self) -> bool {
        matches!(self, Self::Live(SetError::Busy { .. } | SetError::BusyUnexplained { .. }))
    }
}
