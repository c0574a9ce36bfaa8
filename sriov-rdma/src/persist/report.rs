use std::error::Error;
use std::time::Duration;

use serde::ser::{Serialize, SerializeStruct, Serializer};
use sriov_host::boot::LedgerError;
use sriov_host::plan::{Action, Disruption, RebootReason, Step};
use sriov_host::vfs::Outcome;

use super::action::ModeAction;
use super::error::ModeStepError;

/// A step and what became of it.
#[derive(Debug)]
pub struct ModeStepReport {
    /// The step, as it was planned.
    pub step: Step<ModeAction>,
    /// What became of it.
    pub outcome: Outcome,
    /// How long it took.
    pub elapsed: Duration,
    /// Why it failed or was not tried.
    pub error: Option<ModeStepError>,
}

/// What became of a plan.
#[derive(Debug, Default)]
#[must_use = "steps may have failed, or a restart may be needed"]
pub struct ModeApplied {
    /// Every step of the plan, in its order.
    pub steps: Vec<ModeStepReport>,
    /// Why a restart of the host is still needed: the kernel refuses the live change, and the next
    /// boot brings it.
    pub reboot_reasons: Vec<RebootReason>,
    /// The ledger could not be used: a restart that may be needed is not asked for.
    pub ledger_error: Option<LedgerError>,
}

impl ModeApplied {
    /// How many steps ended this way.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.steps.iter().filter(|step| step.outcome == outcome).count()
    }

    /// Whether everything is as wanted now, but for a restart that is asked for.
    pub fn is_complete(&self) -> bool {
        let left = |step: &&ModeStepReport| {
            step.error.as_ref().is_some_and(|error| {
                // What a restart brings is not lost.
                self.reboot_reasons.is_empty() || !error.is_busy()
            })
        };
        self.ledger_error.is_none() && self.steps.iter().find(left).is_none()
    }

    /// The errors of the steps that were tried and failed, or were not tried.
    pub fn errors(&self) -> impl Iterator<Item = (&ModeStepReport, &ModeStepError)> {
        self.steps.iter().filter_map(|step| step.error.as_ref().map(|error| (step, error)))
    }

    /// The worst disruption of the steps that were tried, and of what is still needed.
    pub fn disruption(&self) -> Disruption {
        let tried =
            |step: &&ModeStepReport| matches!(step.outcome, Outcome::Done | Outcome::Failed);
        let steps = self.steps.iter().filter(tried).map(|step| step.step.action.disruption());
        let reboot = (!self.reboot_reasons.is_empty()).then_some(Disruption::Reboot);
        steps.chain(reboot).max().unwrap_or_default()
    }
}

/// An error with its causes on one line.
fn chain(error: &dyn Error) -> String {
    let causes = std::iter::successors(Some(error), |error| (*error).source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

impl Serialize for ModeStepReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let action = &self.step.action;
        let mut step = serializer.serialize_struct("ModeStepReport", 10)?;
        step.serialize_field("action", action.name())?;
        step.serialize_field("target", &action.target())?;
        step.serialize_field("from", &Action::from(action))?;
        step.serialize_field("to", &action.to())?;
        step.serialize_field("reason", &self.step.reason)?;
        step.serialize_field("disruption", &action.disruption())?;
        step.serialize_field("outcome", &self.outcome.to_string())?;
        let milliseconds = u64::try_from(self.elapsed.as_millis()).unwrap_or(u64::MAX);
        step.serialize_field("elapsedMs", &milliseconds)?;
        step.serialize_field("error", &self.error.as_ref().map(|error| chain(error)))?;
        step.serialize_field("code", &self.error.as_ref().map(ModeStepError::code))?;
        step.end()
    }
}

impl Serialize for ModeApplied {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut applied = serializer.serialize_struct("ModeApplied", 3)?;
        applied.serialize_field("steps", &self.steps)?;
        applied.serialize_field("disruption", &self.disruption())?;
        applied.serialize_field("rebootReasons", &self.reboot_reasons)?;
        applied.end()
    }
}
