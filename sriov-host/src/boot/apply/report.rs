use std::error::Error;
use std::time::Duration;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::KargsError;
use crate::boot::{KargAction, Staged};
use crate::inventory::chain;
use crate::plan::{Action, RebootReason, Step};
use crate::vfs::Outcome;

/// A step and what became of it.
#[derive(Debug)]
pub struct KargStepReport {
    /// The step, as it was planned.
    pub step: Step<KargAction>,
    /// What became of it.
    pub outcome: Outcome,
    /// How long it took; all steps are done together and share their time.
    pub elapsed: Duration,
    /// Why this one failed. What stopped them all is [`KargsApplied::error`].
    pub error: Option<KargsError>,
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
        self.steps.iter().filter(|step| step.outcome == outcome).count()
    }

    /// Whether every step was done, and nothing went wrong.
    pub fn is_complete(&self) -> bool {
        self.error.is_none() && self.count(Outcome::Done) == self.steps.len()
    }

    /// What went wrong: with the work as a whole, then with single steps.
    pub fn errors(&self) -> impl Iterator<Item = &KargsError> {
        self.error.iter().chain(self.steps.iter().filter_map(|step| step.error.as_ref()))
    }
}

impl Serialize for KargStepReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (action, target) = (&self.step.action, self.step.action.target());
        let mut step = serializer.serialize_struct("KargStepReport", 12)?;
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
        let error = self.error.as_ref();
        step.serialize_field("error", &error.map(|error| chain(error as &dyn Error)))?;
        step.serialize_field("code", &error.map(KargsError::code))?;
        step.end()
    }
}
