use sriov_host::codes as host_codes;
use sriov_host::seam::{EventError, FilesError, SysfsError, ToolError};

use super::state::StateError;
use crate::codes;

/// A run that could not be begun, or not be ended in order. No restart may follow it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProvisionError {
    /// The kernel did not tell which boot this is, or how it was booted.
    #[error("cannot tell how the host was booted")]
    Boot(#[source] SysfsError),
    /// Events could not be subscribed or read.
    #[error("cannot wait for the drivers of cards")]
    Events(#[source] EventError),
    /// The cards of the host could not be found out.
    #[error("cannot tell which cards the host has")]
    Survey(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The memory of earlier runs could not be used.
    #[error("cannot tell or remember what earlier runs did")]
    State(#[from] StateError),
    /// Another run works on the host, or the lock cannot be taken.
    #[error("cannot take the lock of first-boot runs")]
    Locked(#[source] FilesError),
    /// The file that tells others of a restart could not be used.
    #[error("cannot say that a restart is needed")]
    Notice(#[source] FilesError),
}

impl ProvisionError {
    /// The stable error code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Boot(error) if error.is_permission_denied() => host_codes::PERMISSION_DENIED.id,
            Self::Boot(_) | Self::Survey(_) => codes::HOST_UNREADABLE.id,
            Self::Events(_) => host_codes::EVENTS_UNAVAILABLE.id,
            Self::State(_) => codes::STATE_UNUSABLE.id,
            Self::Locked(_) => codes::RUN_LOCKED.id,
            Self::Notice(_) => codes::NOTICE_FAILED.id,
        }
    }

    /// Whether another owner has the lock of the run.
    pub const fn is_locked(&self) -> bool {
        matches!(self, Self::Locked(FilesError::Locked { .. }))
    }
}

/// The host could not be told to restart.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RestartError {
    /// The host has no `systemctl`.
    #[error("systemctl is not there, and nothing else is tried")]
    NoProgram,
    /// It could not be run to its end.
    #[error("cannot tell systemd to restart the host")]
    Tool(#[from] ToolError),
    /// It ended and said that it failed.
    #[error("`{run}` failed: {words}")]
    Failed {
        /// The program and its arguments.
        run: String,
        /// The end of what it said.
        words: String,
    },
}

impl RestartError {
    /// The stable error code.
    pub const fn code(&self) -> &'static str {
        codes::RESTART_FAILED.id
    }
}
