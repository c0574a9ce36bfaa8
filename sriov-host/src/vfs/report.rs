use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::action::VfAction;
use super::error::StepError;
use crate::plan::{self, Disruption, Outcome, StepFailure};

/// A step of VFs and what became of it.
pub type StepReport = plan::StepReport<VfAction, StepError>;

impl StepFailure for StepError {
    fn code(&self) -> &'static str {
        self.code()
    }
}

/// What became of a plan.
#[derive(Debug, Default)]
#[must_use = "steps may have failed"]
pub struct Applied {
    /// Every step of the plan, in its order.
    pub steps: Vec<StepReport>,
}

impl Applied {
    /// How many steps ended this way.
    pub fn count(&self, outcome: Outcome) -> usize {
        plan::count(&self.steps, outcome)
    }

    /// Whether every step was done or had been done already.
    pub fn is_complete(&self) -> bool {
        self.count(Outcome::Failed) + self.count(Outcome::NotRun) == 0
    }

    /// The errors of the steps that were tried and failed, or were refused.
    pub fn errors(&self) -> impl Iterator<Item = (&StepReport, &StepError)> {
        plan::errors(&self.steps)
    }

    /// The worst disruption of the steps that were tried.
    pub fn disruption(&self) -> Disruption {
        self.steps.iter().map(StepReport::disruption).max().unwrap_or_default()
    }
}

impl Serialize for Applied {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut applied = serializer.serialize_struct("Applied", 3)?;
        applied.serialize_field("steps", &self.steps)?;
        applied.serialize_field("disruption", &self.disruption())?;
        // Nothing in the life cycle of VFs waits for a boot.
        applied.serialize_field("rebootReasons", &[(); 0])?;
        applied.end()
    }
}
