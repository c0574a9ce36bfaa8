use std::error::Error;
use std::fmt;
use std::time::Duration;

use super::{Action, Disruption, Step};

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

/// Why a step failed or was not tried.
pub trait StepFailure: Error + 'static {
    /// The stable error code.
    fn code(&self) -> &'static str;
}

/// A step and what became of it.
#[derive(Debug)]
pub struct StepReport<A, E> {
    /// The step, as it was planned.
    pub step: Step<A>,
    /// What became of it.
    pub outcome: Outcome,
    /// How long it took; steps that were done together share their time.
    pub elapsed: Duration,
    /// Why it failed or was not tried.
    pub error: Option<E>,
}

impl<A: Action, E> StepReport<A, E> {
    /// What it disturbed, or may have: nothing if it was not tried.
    pub fn disruption(&self) -> Disruption {
        match self.outcome {
            Outcome::Done | Outcome::Failed => self.step.action.disruption(),
            Outcome::Skipped | Outcome::NotRun => Disruption::None,
        }
    }
}

/// How many steps ended this way.
pub fn count<A, E>(steps: &[StepReport<A, E>], outcome: Outcome) -> usize {
    steps.iter().filter(|step| step.outcome == outcome).count()
}

/// The errors of the steps that were tried and failed, or were not tried.
pub fn errors<A, E>(steps: &[StepReport<A, E>]) -> impl Iterator<Item = (&StepReport<A, E>, &E)> {
    steps.iter().filter_map(|step| step.error.as_ref().map(|error| (step, error)))
}

/// An error with its causes, on one line.
pub fn chain(error: &dyn Error) -> String {
    let causes = std::iter::successors(Some(error), |error| (*error).source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[cfg(feature = "serde")]
mod wire {
    use serde::ser::{Serialize, SerializeStruct, Serializer};

    use super::{Action, StepFailure, StepReport, chain};

    impl<A: Action, E: StepFailure> Serialize for StepReport<A, E> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let (action, target) = (&self.step.action, self.step.action.target());
            let mut step = serializer.serialize_struct("StepReport", 12)?;
            step.serialize_field("action", action.name())?;
            step.serialize_field("target", &target)?;
            step.serialize_field("pf", &target.pf())?;
            step.serialize_field("vf", &target.vf())?;
            step.serialize_field("from", &action.from())?;
            step.serialize_field("to", &action.to())?;
            step.serialize_field("reason", &self.step.reason)?;
            step.serialize_field("disruption", &action.disruption())?;
            step.serialize_field("outcome", &self.outcome.to_string())?;
            let milliseconds = u64::try_from(self.elapsed.as_millis()).unwrap_or(u64::MAX);
            step.serialize_field("elapsedMs", &milliseconds)?;
            step.serialize_field("error", &self.error.as_ref().map(|error| chain(error)))?;
            step.serialize_field("code", &self.error.as_ref().map(StepFailure::code))?;
            step.end()
        }
    }
}
