use std::fmt;

use super::KargAction;
use crate::boot::{BootFacts, Edit, KernelArg};
use crate::plan::Plan;

/// What would be staged, and whether a restart is all that is missing.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use = "a plan does nothing until it is applied"]
pub struct KargsPlan {
    /// What it was planned against.
    pub facts: BootFacts,
    /// What is wanted.
    pub wanted: Edit,
    /// The steps, what is in their way, and what needs a restart once they are done.
    pub plan: Plan<KargAction>,
    /// Everything wanted is staged, and something of it is not running: a restart is all that is
    /// missing. Never while there are steps.
    pub reboot_required: bool,
    /// A person has to change the arguments.
    pub manual: bool,
    /// What a person would do, one line each; empty where nobody has to.
    pub instructions: Vec<String>,
    /// Arguments that do not go together with what is there.
    pub conflicts: Vec<Conflict>,
    /// What the ledger remembers and is as wanted now, so that it can be forgotten.
    pub settled: Vec<String>,
}

impl KargsPlan {
    /// Whether there is nothing to do, nothing in the way, and no restart outstanding.
    pub fn is_empty(&self) -> bool {
        self.plan.is_empty() && !self.reboot_required
    }
}

/// A wish that contradicts what is there. It is not ours to decide between the two.
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize)]
pub struct Conflict {
    /// What is wanted, or wanted to be gone.
    pub arg: KernelArg,
    /// What is there.
    pub found: KernelArg,
    /// Where, as `/boot/grub/grub.cfg:114`.
    pub source: String,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { arg, found, source } = self;
        write!(f, "{arg} does not go together with {found} in {source}")
    }
}

/// As an operator reads it, one line each.
impl fmt::Display for KargsPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.plan, f)
    }
}

impl serde::Serialize for KargsPlan {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let (facts, staged) = (&self.facts, self.facts.staged.as_ref());
        let mut plan = serializer.serialize_struct("KargsPlan", 13)?;
        plan.serialize_field("backend", &facts.kind)?;
        plan.serialize_field("running", &facts.running)?;
        plan.serialize_field("staged", &staged.map(|staged| &staged.line))?;
        plan.serialize_field("stagedSource", &staged.map(|staged| &staged.source))?;
        plan.serialize_field("steps", &self.plan.steps)?;
        plan.serialize_field("disruption", &self.plan.disruption())?;
        plan.serialize_field("rebootRequired", &self.reboot_required)?;
        plan.serialize_field("rebootReasons", &self.plan.reboot_reasons)?;
        plan.serialize_field("manual", &self.manual)?;
        plan.serialize_field("instructions", &self.instructions)?;
        plan.serialize_field("conflicts", &self.conflicts)?;
        plan.serialize_field("blockers", &self.plan.blockers)?;
        plan.serialize_field("notes", &self.plan.notes)?;
        plan.end()
    }
}
