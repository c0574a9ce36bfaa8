use super::options::PlanOptions;
use super::plan::{PlanError, plan};
use crate::config::NodeConfig;
use crate::inventory::NodeInventory;
use crate::plan::{Action, Blocker, Difference, Reason, Target, Verification};

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
