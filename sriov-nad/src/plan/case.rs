use std::time::Duration;

use super::{Observed, ObservedNetwork, PlanOptions, Precondition, Wake, Warning, Write, reason};
use crate::nad::{Nad, Owner};
use crate::plan::Confirm;
use crate::spec::Condition;

/// How soon after a step that something else has to complete.
pub(super) const STEP: Duration = Duration::from_secs(5);
/// How often a namespace is looked for.
pub(super) const NAMESPACE: Duration = Duration::from_secs(30);
/// How often a NAD that is not ours is looked at.
pub(super) const CONFLICT: Duration = Duration::from_mins(1);
/// How often a NAD that is as wanted is looked at.
pub(super) const DRIFT: Duration = Duration::from_mins(10);

/// What the rows decide by.
#[derive(Clone, Copy)]
pub(super) struct Case<'a> {
    pub(super) observed: &'a Observed,
    pub(super) network: &'a ObservedNetwork,
    pub(super) options: &'a PlanOptions,
}

/// What a row that holds does.
pub(super) enum Verdict {
    /// Writes; the rows behind it have their say, too.
    Act(Vec<Write>),
    /// Decides.
    Decide(Vec<Write>, Wake),
}

/// The state the condition is to show.
pub(super) struct Finding {
    pub(super) ready: bool,
    pub(super) reason: &'static str,
    pub(super) message: String,
}

impl Finding {
    pub(super) fn trouble(reason: &'static str, message: impl Into<String>) -> Self {
        Self { ready: false, reason, message: message.into() }
    }

    pub(super) fn ready() -> Self {
        let message = "NetworkAttachmentDefinition is provisioned and ready".to_owned();
        Self { ready: true, reason: reason::READY, message }
    }
}

impl<'a> Case<'a> {
    /// The NADs of this network that are not yet on their way out, wherever they are.
    pub(super) fn owned(&self) -> impl Iterator<Item = &'a Nad> {
        owned(self.observed)
    }

    /// Sets the condition, unless it says so already.
    pub(super) fn say(&self, finding: Finding) -> Vec<Write> {
        let condition = Condition {
            kind: self.options.condition.0.clone(),
            status: if finding.ready { "True" } else { "False" }.to_owned(),
            reason: finding.reason.to_owned(),
            message: finding.message,
            observed_generation: Some(self.network.meta.generation),
        };
        if self.network.condition.as_ref() == Some(&condition) {
            return Vec::new();
        }
        vec![Write::SetCondition { uid: self.network.meta.uid.clone(), condition }]
    }

    /// Sets the condition, and tells people if the trouble is a new one.
    pub(super) fn warn(&self, finding: Finding) -> Vec<Write> {
        let known = |condition: &Condition| {
            condition.reason == finding.reason && condition.message == finding.message
        };
        let warning = (!self.network.condition.as_ref().is_some_and(known)).then(|| Warning {
            uid: self.network.meta.uid.clone(),
            reason: finding.reason,
            note: finding.message.clone(),
        });
        let mut writes = self.say(finding);
        writes.extend(warning.map(Write::Warn));
        writes
    }
}

/// All NADs whose owner annotation names the network.
pub(super) fn owned(observed: &Observed) -> impl Iterator<Item = &Nad> {
    let ours = |nad: &&Nad| matches!(&nad.owner, Owner::Network(key) if *key == observed.key);
    observed.at_target.iter().chain(&observed.owned_elsewhere).filter(ours)
}

/// Deletes a NAD as it was seen; `None` if it is on its way out already.
pub(super) fn delete(nad: &Nad, confirm: Confirm) -> Option<Write> {
    let precondition =
        Precondition { uid: nad.uid.clone(), resource_version: Some(nad.resource_version.clone()) };
    (!nad.deleting).then(|| Write::DeleteNad { key: nad.key.clone(), precondition, confirm })
}
