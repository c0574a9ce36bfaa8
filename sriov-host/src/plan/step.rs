use std::fmt;

use super::{Blocker, Disruption, Reason, RebootReason, Target};

/// What a step does. Each crate has its own actions; all read the same.
pub trait Action: Clone + fmt::Debug + Eq {
    /// The stable name, in the words of the JSON output: `createVfs`.
    fn name(&self) -> &'static str;

    /// What it is about.
    fn target(&self) -> Target;

    /// The value it was planned against; `None` if there was none.
    fn from(&self) -> Option<String>;

    /// The value it sets.
    fn to(&self) -> Option<String>;

    /// The worst it can do.
    fn disruption(&self) -> Disruption;
}

/// One thing to do, and why.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Step<A> {
    /// What to do.
    pub action: A,
    /// Why.
    pub reason: Reason,
}

/// What would be done, in order; made by a planner and never changed afterwards.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use = "a plan does nothing until it is applied"]
pub struct Plan<A> {
    /// The steps, in the order they are carried out.
    pub steps: Vec<Step<A>>,
    /// What keeps parts of the plan from being carried out.
    pub blockers: Vec<Blocker>,
    /// What will need a restart of the host once the steps are done.
    pub reboot_reasons: Vec<RebootReason>,
    /// What a reader should know about the steps, as the peculiarities of a driver.
    pub notes: Vec<String>,
}

impl<A> Default for Plan<A> {
    fn default() -> Self {
        Self {
            steps: Vec::new(),
            blockers: Vec::new(),
            reboot_reasons: Vec::new(),
            notes: Vec::new(),
        }
    }
}

impl<A: Action> Plan<A> {
    /// Adds a step at the end.
    pub fn push(&mut self, action: A, reason: Reason) {
        self.steps.push(Step { action, reason });
    }

    /// Whether there is nothing to do and nothing in the way.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.blockers.is_empty()
    }

    /// The worst that carrying it out can do.
    pub fn disruption(&self) -> Disruption {
        let steps = self.steps.iter().map(|step| step.action.disruption());
        let reboot = (!self.reboot_reasons.is_empty()).then_some(Disruption::Reboot);
        steps.chain(reboot).max().unwrap_or_default()
    }
}

/// As an operator reads it: `0000:01:00.0  createVfs  0 → 4  (numVfs: wanted 4, found 0)`.
impl<A: Action> fmt::Display for Step<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (target, name) = (self.action.target(), self.action.name());
        write!(f, "{target:<18}  {name:<16}  ")?;
        match (self.action.from(), self.action.to()) {
            (Some(from), Some(to)) => write!(f, "{from} → {to}  ")?,
            (None, Some(to)) => write!(f, "{to}  ")?,
            (Some(from), None) => write!(f, "{from} → nothing  ")?,
            (None, None) => {}
        }
        write!(f, "({})", self.reason)
    }
}

impl<A: Action> fmt::Display for Plan<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.steps.iter().try_for_each(|step| writeln!(f, "{step}"))?;
        self.blockers.iter().try_for_each(|blocker| writeln!(f, "blocked: {blocker}"))
    }
}

#[cfg(feature = "serde")]
mod wire {
    use serde::ser::{Serialize, SerializeStruct, Serializer};

    use super::{Action, Plan, Step};

    impl<A: Action> Serialize for Step<A> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let target = self.action.target();
            let mut step = serializer.serialize_struct("Step", 8)?;
            step.serialize_field("action", self.action.name())?;
            step.serialize_field("target", &target)?;
            step.serialize_field("pf", &target.pf())?;
            step.serialize_field("vf", &target.vf())?;
            step.serialize_field("from", &self.action.from())?;
            step.serialize_field("to", &self.action.to())?;
            step.serialize_field("reason", &self.reason)?;
            step.serialize_field("disruption", &self.action.disruption())?;
            step.end()
        }
    }

    impl<A: Action> Serialize for Plan<A> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut plan = serializer.serialize_struct("Plan", 5)?;
            plan.serialize_field("steps", &self.steps)?;
            plan.serialize_field("disruption", &self.disruption())?;
            plan.serialize_field("rebootReasons", &self.reboot_reasons)?;
            plan.serialize_field("blockers", &self.blockers)?;
            plan.serialize_field("notes", &self.notes)?;
            plan.end()
        }
    }
}
