use sriov_host::PciAddress;
use sriov_host::boot::{LedgerError, RebootRecord};
use sriov_host::plan::{Blocker, Outcome, StepFailure};
use sriov_host::seam::SysfsError;
use sriov_host::vfs::StepError;

use crate::codes;
use crate::error::FirmwareError;
use crate::param::{Assignments, ParamName, Setting};

/// Why a card is not as it was planned.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NicError {
    /// The firmware could not be read or written, and nothing of it has changed.
    #[error(transparent)]
    Firmware(#[from] FirmwareError),
    /// The card is not as it was when it was planned.
    #[error(
        "the card has changed since it was planned: {param} was {expected}, and is {found} now"
    )]
    Stale {
        /// The parameter.
        param: ParamName,
        /// The value for the next boot that it was planned against.
        expected: String,
        /// The value for the next boot that it has.
        found: String,
    },
    /// The write ended well, and the card has another value when asked.
    #[error("{param}={wanted} was accepted, but the card has {found} ({answer}){}", besides(.stuck))]
    DidNotStick {
        /// The first parameter that is not as it was written.
        param: ParamName,
        /// What was written.
        wanted: Setting,
        /// What was read back.
        found: String,
        /// What the firmware answered to the write.
        answer: &'static str,
        /// What is in place.
        stuck: Assignments,
    },
    /// The write failed.
    #[error("{param}={wanted} was not written, the card has {found}{}", besides(.stuck))]
    NotWritten {
        /// The first parameter that is not as it should be.
        param: ParamName,
        /// What was to be written.
        wanted: Setting,
        /// What was read back.
        found: String,
        /// What is in place, although the write failed.
        stuck: Assignments,
        /// Why it failed.
        source: Box<FirmwareError>,
    },
    /// What was written could not be read back.
    #[error("{written} was written, and could not be read back")]
    NotReadBack {
        /// What was written, or may have been.
        written: Assignments,
        /// Why it could not be read back.
        source: FirmwareError,
    },
    /// Somebody uses what a reset would destroy.
    #[error("{}", in_use(.0))]
    Guarded(Vec<Blocker>),
    /// Who uses it could not be found out.
    #[error("nobody can tell who uses the card: {0}")]
    UsersUnknown(String),
    /// The VFs of a port could not be removed, so that the card was not reset.
    #[error("the VFs of {pf} could not be removed for the reset")]
    VfsNotRemoved {
        /// The port.
        pf: PciAddress,
        /// Why not.
        source: Box<StepError>,
    },
    /// The host was restarted as often as it may be, and the values were not loaded.
    #[error("{} restarts did not load {}: {}", .0.attempts, .0.wanted, .0.evidence)]
    DidNotLoad(RebootRecord),
    /// Nothing was done with it.
    #[error("not tried: {0}")]
    NotTried(&'static str),
}

impl NicError {
    /// The stable error code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Firmware(error) => error.code(),
            Self::Stale { .. } => codes::CARD_CHANGED.id,
            Self::DidNotStick { .. } => codes::VALUE_DID_NOT_STICK.id,
            Self::NotWritten { stuck, source, .. } if stuck.is_empty() => source.code(),
            Self::NotWritten { .. } => codes::HALF_WRITTEN.id,
            Self::NotReadBack { .. } => codes::NOT_READ_BACK.id,
            Self::Guarded(_) => codes::CARD_IN_USE.id,
            Self::UsersUnknown(_) => codes::USERS_UNKNOWN.id,
            Self::VfsNotRemoved { .. } => codes::VFS_NOT_REMOVED.id,
            Self::DidNotLoad(_) => codes::RESTARTS_DID_NOT_HELP.id,
            Self::NotTried(_) => codes::CARD_NOT_TRIED.id,
        }
    }

    /// Whether a safety guard refused.
    pub const fn is_guarded(&self) -> bool {
        matches!(self, Self::Guarded(_))
    }

    /// Whether another owner has the card.
    pub fn is_locked(&self) -> bool {
        matches!(self, Self::Firmware(error) if error.is_locked())
    }

    /// Whether a deadline passed.
    pub fn is_timeout(&self) -> bool {
        match self {
            Self::Firmware(source) | Self::NotReadBack { source, .. } => source.is_timeout(),
            Self::NotWritten { source, .. } => source.is_timeout(),
            _ => false,
        }
    }

    /// What became of a card that ended with this.
    pub(super) fn outcome(&self) -> Outcome {
        match self {
            Self::NotTried(_) | Self::Guarded(_) | Self::UsersUnknown(_) => Outcome::NotRun,
            _ if self.is_locked() => Outcome::NotRun,
            _ => Outcome::Failed,
        }
    }
}

impl StepFailure for NicError {
    fn code(&self) -> &'static str {
        self.code()
    }
}

/// A restart that may be needed is not asked for: it could not be remembered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerFault {
    /// Boots cannot be told apart.
    #[error("cannot tell which boot this is")]
    Boot(#[from] SysfsError),
    /// The ledger could not be read or written.
    #[error("no restart is asked for")]
    Ledger(#[from] LedgerError),
}

impl LedgerFault {
    /// The stable error code.
    pub const fn code(&self) -> &'static str {
        codes::RESTART_NOT_RECORDED.id
    }
}

fn besides(stuck: &Assignments) -> String {
    if stuck.is_empty() { String::new() } else { format!("; in place is {stuck}") }
}

fn in_use(blockers: &[Blocker]) -> String {
    let all: Vec<String> = blockers.iter().map(ToString::to_string).collect();
    all.join("; ")
}
