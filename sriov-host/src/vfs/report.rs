use std::error::Error;
use std::fmt;
use std::time::Duration;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::action::VfAction;
use super::error::StepError;
use crate::inventory::chain;
use crate::plan::{Action, Disruption, Step};

/// What became of a step.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// It was done, and the result was read back.
    Done,
    /// The host already had the value.
    Skipped,
    /// It was tried and failed.
    Failed,
    /// It was not tried.
    NotRun,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Done => "done",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
            Self::NotRun => "not-run",
        })
    }
}

/// A step and what became of it.
#[derive(Debug)]
pub struct StepReport {
    /// The step, as it was planned.
    pub step: Step<VfAction>,
    /// What became of it.
    pub outcome: Outcome,
    /// How long it took; steps that were done together share their time.
    pub elapsed: Duration,
    /// Why it failed or was not tried.
    pub error: Option<StepError>,
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
        self.steps.iter().filter(|step| step.outcome == outcome).count()
    }

    /// Whether every step was done or had been done already.
    pub fn is_complete(&self) -> bool {
        self.count(Outcome::Failed) + self.count(Outcome::NotRun) == 0
    }

    /// The errors of the steps that were tried and failed, or were refused.
    pub fn errors(&self) -> impl Iterator<Item = (&StepReport, &StepError)> {
        self.steps.iter().filter_map(|step| step.error.as_ref().map(|error| (step, error)))
    }

    /// The worst disruption of the steps that were tried.
    pub fn disruption(&self) -> Disruption {
        let tried = |step: &&StepReport| matches!(step.outcome, Outcome::Done | Outcome::Failed);
        let steps = self.steps.iter().filter(tried).map(|step| step.step.action.disruption());
        steps.max().unwrap_or_default()
    }
}

impl Serialize for StepReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (action, target) = (&self.step.action, self.step.action.target());
        let mut step = serializer.serialize_struct("StepReport", 12)?;
        step.serialize_field("action", action.name())?;
        step.serialize_field("target", &target)?;
        step.serialize_field("pf", &target.pf())?;
        step.serialize_field("vf", &target.vf())?;
        step.serialize_field("from", &Action::from(action))?;
        step.serialize_field("to", &action.to())?;
        step.serialize_field("reason", &self.step.reason)?;
        step.serialize_field("disruption", &action.disruption())?;
        step.serialize_field("outcome", &self.outcome.to_string())?;
        let milliseconds = u64::try_from(self.elapsed.as_millis()).unwrap_or(u64::MAX);
        step.serialize_field("elapsedMs", &milliseconds)?;
        step.serialize_field(
            "error",
            &self.error.as_ref().map(|error| chain(error as &dyn Error)),
        )?;
        step.serialize_field("code", &self.error.as_ref().map(StepError::code))?;
        step.end()
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
