use std::fmt;

use super::options::PlanOptions;
use super::plan::{PlanError, plan};
use crate::config::NodeConfig;
use crate::inventory::NodeInventory;
use crate::plan::{Action, Blocker, Reason, Target};

/// A field in which a host and a document differ.
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize)]
pub struct Difference {
    /// What it is about.
    pub target: Target,
    /// The field of the document.
    pub field: &'static str,
    /// What the document says.
    pub wanted: String,
    /// What the host has; `None` if there is no value.
    pub found: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = self.found.as_deref().unwrap_or("nothing");
        write!(f, "{}: {} is {found}, wanted {}", self.target, self.field, self.wanted)
    }
}

/// How a host compares with a document.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use = "the host may differ"]
pub struct Verification {
    /// What differs.
    pub differences: Vec<Difference>,
    /// What could not be compared, or cannot be had on this host.
    pub obstacles: Vec<Blocker>,
}

impl Verification {
    /// Whether the host is as the document says: nothing differs, and all could be compared.
    pub fn in_sync(&self) -> bool {
        self.differences.is_empty() && self.obstacles.is_empty()
    }
}

impl serde::Serialize for Verification {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut verification = serializer.serialize_struct("Verification", 3)?;
        verification.serialize_field("inSync", &self.in_sync())?;
        verification.serialize_field("differences", &self.differences)?;
        verification.serialize_field("obstacles", &self.obstacles)?;
        verification.end()
    }
}

/// Compares an inventory with a document. Pure.
///
/// What differs is what a plan would change, so the two can never disagree.
///
/// # Errors
///
/// [`PlanError`] if the document contradicts itself on this host.
pub fn verify(
    inventory: &NodeInventory,
    config: &NodeConfig,
    options: PlanOptions,
) -> Result<Verification, PlanError> {
    let plan = plan(inventory, config, options)?;
    let steps = plan.steps.iter().map(|step| (step.action.target(), &step.reason));
    let mut differences: Vec<Difference> = Vec::new();
    for found in steps.filter_map(|(target, reason)| difference(target, reason)) {
        // A count that changes takes two steps, and differs once.
        if !differences.contains(&found) {
            differences.push(found);
        }
    }
    let (differing, obstacles): (Vec<Blocker>, Vec<Blocker>) =
        plan.blockers.into_iter().partition(|blocker| blocker.reason.is_some());
    differences.extend(differing.into_iter().filter_map(|blocker| {
        blocker.reason.and_then(|reason| difference(blocker.target, &reason))
    }));
    Ok(Verification { differences, obstacles })
}

fn difference(target: Target, reason: &Reason) -> Option<Difference> {
    match reason {
        Reason::Differs { field, wanted, found } => {
            let (wanted, found) = (wanted.clone(), found.clone());
            Some(Difference { target, field, wanted, found })
        }
        Reason::Owed { from } => {
            let found = Some(format!("interrupted {from}"));
            Some(Difference { target, field: "owed", wanted: "nothing".to_owned(), found })
        }
        _ => None,
    }
}
