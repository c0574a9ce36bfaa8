use serde::ser::{Serialize, SerializeStruct, Serializer};
use sriov_host::boot::LedgerError;
use sriov_host::plan::{self, Disruption, Outcome, RebootReason, StepFailure};

use super::action::ModeAction;
use super::error::ModeStepError;

/// A step of the RDMA mode and what became of it.
pub type ModeStepReport = plan::StepReport<ModeAction, ModeStepError>;

impl StepFailure for ModeStepError {
    fn code(&self) -> &'static str {
        self.code()
    }
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
        plan::count(&self.steps, outcome)
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
        plan::errors(&self.steps)
    }

    /// The worst disruption of the steps that were tried, and of what is still needed.
    pub fn disruption(&self) -> Disruption {
        let steps = self.steps.iter().map(ModeStepReport::disruption);
        let reboot = (!self.reboot_reasons.is_empty()).then_some(Disruption::Reboot);
        steps.chain(reboot).max().unwrap_or_default()
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
