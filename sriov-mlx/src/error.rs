//! What goes wrong between a host and a card's firmware.

use sriov_host::PciAddress;
use sriov_host::seam::{DevlinkError, FilesError, SysfsError, ToolError};

use crate::backend::BackendKind;
use crate::card::{CardId, SurveyError};
use crate::codes;
use crate::output::Refusal;

/// A card's firmware could not be read, written or reset.
#[derive(Debug, thiserror::Error)]
#[error("cannot {operation} the firmware of card {card}")]
pub struct FirmwareError {
    /// What was attempted, as "read".
    pub operation: &'static str,
    /// The card.
    pub card: CardId,
    /// Why it failed.
    #[source]
    pub fault: Box<FirmwareFault>,
}

/// Why a card's firmware could not be reached.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FirmwareFault {
    /// The host has no such tool, and the kernel has no devlink parameters for the card.
    #[error("{program} is not installed, and nothing else leads to it")]
    ToolMissing {
        /// The tool.
        program: String,
    },
    /// The tool could not be run to its end.
    #[error(transparent)]
    Tool(#[from] ToolError),
    /// The tool, or the firmware through it, refused.
    #[error("{0}")]
    Refused(Refusal),
    /// devlink refused.
    #[error(transparent)]
    Devlink(#[from] DevlinkError),
    /// Another program works on the card.
    #[error("another program uses it")]
    Locked(#[source] FilesError),
    /// The backend only reads.
    #[error("it can only be read, through {0}")]
    ReadOnly(BackendKind),
    /// A file of the host could not be used.
    #[error(transparent)]
    Files(FilesError),
    /// The tool's answer is not what it prints.
    #[error("the answer is not understood: {0}")]
    Malformed(String),
    /// The cards of the host could not be looked for.
    #[error(transparent)]
    Survey(#[from] SurveyError),
    /// No card has such a PF.
    #[error("no card of this host has a PF {0}")]
    NoSuchPf(PciAddress),
    /// sysfs could not be read.
    #[error(transparent)]
    Sysfs(#[from] SysfsError),
}

impl FirmwareError {
    /// `operation` as in "cannot read the firmware".
    pub fn new(operation: &'static str, card: &CardId, fault: impl Into<FirmwareFault>) -> Self {
        Self { operation, card: card.clone(), fault: Box::new(fault.into()) }
    }

    /// The stable error code.
    pub fn code(&self) -> &'static str {
        match &*self.fault {
            FirmwareFault::ToolMissing { .. } => codes::TOOL_MISSING.id,
            FirmwareFault::Tool(_) => codes::TOOL_DID_NOT_END.id,
            FirmwareFault::Refused(refusal) => codes::of_refusal(refusal),
            FirmwareFault::Devlink(_) => codes::DEVLINK_REFUSED.id,
            FirmwareFault::Locked(_) => codes::CARD_LOCKED.id,
            FirmwareFault::Survey(error) => error.code(),
            FirmwareFault::NoSuchPf(_) => codes::CARD_UNREACHABLE.id,
            FirmwareFault::ReadOnly(_) => codes::BACKEND_READ_ONLY.id,
            FirmwareFault::Files(_) | FirmwareFault::Malformed(_) | FirmwareFault::Sysfs(_) => {
                codes::ANSWER_MALFORMED.id
            }
        }
    }

    /// Whether the card or its semaphore is busy: trying again may help.
    pub fn is_busy(&self) -> bool {
        matches!(&*self.fault, FirmwareFault::Refused(refusal) if refusal.is_busy())
    }

    /// Whether another owner has the card.
    pub fn is_locked(&self) -> bool {
        matches!(&*self.fault, FirmwareFault::Locked(_))
    }

    /// Whether a deadline passed.
    pub fn is_timeout(&self) -> bool {
        use ToolError::{StillRunning, TimedOut};
        matches!(&*self.fault, FirmwareFault::Tool(TimedOut { .. } | StillRunning { .. }))
    }
}
