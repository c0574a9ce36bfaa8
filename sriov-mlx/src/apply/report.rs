use std::time::Duration;

use sriov_host::plan::{Outcome, RebootReason};

use crate::error::FirmwareError;
use crate::output::Closing;
use crate::plan::{NicAction, NicPlan};

/// What became of a plan.
#[derive(Debug, Default)]
#[must_use = "cards may have failed"]
pub struct FirmwareApplied {
    /// The cards, as they were planned, and what became of each.
    pub nics: Vec<NicReport>,
    /// The restarts that are needed now, each of them in the ledger.
    pub reboot_reasons: Vec<RebootReason>,
    /// The ledger could not be used: no restart is asked for.
    pub ledger_error: Option<sriov_host::boot::LedgerError>,
}

/// What became of one card.
#[derive(Debug)]
pub struct NicReport {
    /// The card, as it was planned.
    pub planned: NicPlan,
    /// What became of it. `Skipped`: nothing was to be written.
    pub outcome: Outcome,
    /// What is still needed; the tool's closing line may ask for more than was planned.
    pub action: NicAction,
    /// What the tool said after the write.
    pub closing: Option<Closing>,
    /// How long it took.
    pub elapsed: Duration,
    /// Why it failed or was not tried.
    pub error: Option<NicError>,
    /// What did not go as it should, and is no failure of the write.
    pub warnings: Vec<String>,
}

/// Why a card is not as it was planned.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NicError {
    /// The firmware could not be read or written.
    #[error(transparent)]
    Firmware(#[from] FirmwareError),
}
