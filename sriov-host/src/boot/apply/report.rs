use super::KargsError;
use crate::boot::{KargAction, Staged};
use crate::plan::{self, Outcome, RebootReason, StepFailure};

/// A step of kernel arguments and what became of it. What stopped them all is
/// [`KargsApplied::error`].
pub type KargStepReport = plan::StepReport<KargAction, KargsError>;

impl StepFailure for KargsError {
    fn code(&self) -> &'static str {
        self.code()
    }
}

/// What became of a plan.
#[derive(Debug, Default)]
#[must_use = "steps may have failed"]
pub struct KargsApplied {
    /// Every step of the plan, in its order.
    pub steps: Vec<KargStepReport>,
    /// What is staged now, as it was read back; `None` if that could not be told.
    pub staged: Option<Staged>,
    /// Why a restart of the host is needed: everything wanted is proven staged, something of it is
    /// not running, and the ledger knows that it is asked for.
    pub reboot_reasons: Vec<RebootReason>,
    /// What stopped the work as a whole.
    pub error: Option<KargsError>,
    /// What a reader should know, as other arguments that vanished.
    pub notes: Vec<String>,
}

impl KargsApplied {
    /// How many steps ended this way.
    pub fn count(&self, outcome: Outcome) -> usize {
        plan::count(&self.steps, outcome)
    }

    /// Whether every step was done, and nothing went wrong.
    pub fn is_complete(&self) -> bool {
        self.error.is_none() && self.count(Outcome::Done) == self.steps.len()
    }

    /// What went wrong: with the work as a whole, then with single steps.
    pub fn errors(&self) -> impl Iterator<Item = &KargsError> {
        self.error.iter().chain(plan::errors(&self.steps).map(|(_, error)| error))
    }
}
