use crate::boot::{BootError, KernelArg, LedgerError};
use crate::codes;
use crate::seam::{FilesError, ToolError};

/// Why a change of the kernel arguments was not made, or not proven.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KargsError {
    /// Somebody else changes them, or the lock cannot be taken.
    #[error("cannot have the kernel arguments for itself")]
    Lock(#[source] FilesError),
    /// The host could not be looked at before the change.
    #[error("cannot look at the kernel arguments again")]
    Look(#[source] BootError),
    /// Something is not any more as it was planned against.
    #[error("{what} changed since it was planned: plan again")]
    Stale {
        /// What changed.
        what: &'static str,
    },
    /// The boot loader's configuration could not be changed.
    #[error("cannot stage the kernel arguments")]
    Stage(#[source] BootError),
    /// What was staged could not be read back.
    #[error("cannot read back what is staged")]
    ReadBack(#[source] BootError),
    /// It cannot be told any more what is staged.
    #[error("what is staged cannot be told any more")]
    NothingStaged,
    /// The tool said that it succeeded, and it is not so.
    #[error("{arg} is {}staged in {staged_in}, although the change reported success", if *.wanted { "not " } else { "still " })]
    NoEffect {
        /// The argument.
        arg: KernelArg,
        /// Whether it was to be there.
        wanted: bool,
        /// Where it was looked for.
        staged_in: String,
    },
    /// It could not be remembered that a restart is asked for, so none is.
    #[error("cannot remember which restarts are asked for")]
    Ledger(#[source] LedgerError),
}

impl KargsError {
    /// The stable code, as `SRIOV-H104`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Lock(FilesError::Locked { .. })
            | Self::Ledger(LedgerError::Files(FilesError::Locked { .. })) => codes::LOCKED.id,
            Self::Lock(FilesError::Io { .. }) => codes::FILE_ACCESS_FAILED.id,
            Self::Stale { .. } => codes::STALE.id,
            Self::Look(error) | Self::Stage(error) | Self::ReadBack(error) => error.code(),
            Self::NothingStaged => codes::BOOT_CONFIG_UNREADABLE.id,
            Self::NoEffect { .. } => codes::KARG_NO_EFFECT.id,
            Self::Ledger(_) => codes::LEDGER_UNUSABLE.id,
        }
    }

    /// Whether somebody else is at it, so that trying again later can help.
    pub const fn is_locked(&self) -> bool {
        matches!(
            self,
            Self::Lock(FilesError::Locked { .. })
                | Self::Ledger(LedgerError::Files(FilesError::Locked { .. }))
        )
    }

    /// Whether a person has to do it: the boot loader's tool cannot take such an argument.
    pub const fn is_unsupported(&self) -> bool {
        matches!(self, Self::Stage(BootError::Unsupported { .. } | BootError::Manual))
    }

    /// Whether a program did not end in time.
    pub const fn is_timeout(&self) -> bool {
        match self {
            Self::Look(error) | Self::Stage(error) | Self::ReadBack(error) => error.is_timeout(),
            _ => false,
        }
    }
}

impl BootError {
    /// The stable code, as `SRIOV-H105`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Tool(_) | Self::Failed { .. } => codes::KARGS_TOOL_FAILED.id,
            Self::Unsupported { .. } | Self::Manual => codes::KARGS_MANUAL.id,
            Self::Running(_) | Self::Files(_) | Self::Malformed { .. } => {
                codes::BOOT_CONFIG_UNREADABLE.id
            }
        }
    }
    /// Whether a program did not end in time.
    pub const fn is_timeout(&self) -> bool {
        matches!(self, Self::Tool(ToolError::TimedOut { .. } | ToolError::StillRunning { .. }))
    }
}
