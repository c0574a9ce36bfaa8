use std::collections::BTreeSet;

use super::action::VfPlan;
use super::guards::guard_blockers;
use super::options::PlanOptions;
use super::plan::{PlanError, has_settings, plan};
use super::usage::{Usage, observe_usage};
use crate::config::NodeConfig;
use crate::inventory::{NodeInventory, ObserveError, ObserveOptions, PfInventory, observe};
use crate::plan::{Action, Disruption, Guard};
use crate::seam::Host;

/// A plan that could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PrepareError {
    /// The host could not be looked at.
    #[error("cannot look at the host")]
    Observe(#[from] ObserveError),
    /// The document contradicts itself on this host.
    #[error("the document does not fit this host")]
    Plan(#[from] PlanError),
}

/// What has to be observed for this document: settings of VFs only where it names some, because
/// drivers take up to 2 ms for each VF to tell them.
pub fn observe_options(config: &NodeConfig) -> ObserveOptions {
    let mut groups = config.pfs.iter().flat_map(|entry| &entry.vfs);
    ObserveOptions { vf_attrs: groups.any(has_settings) }
}

/// Looks at the host and plans, with what its users stand in the way of.
///
/// Who uses what is looked for only where a step would disturb somebody.
///
/// # Errors
///
/// [`PrepareError`] if the host cannot be looked at, or the document contradicts itself on it.
pub fn prepare(
    host: &dyn Host,
    config: &NodeConfig,
    options: PlanOptions,
    allowed: &BTreeSet<Guard>,
) -> Result<VfPlan, PrepareError> {
    let inventory = observe(host, observe_options(config))?;
    let mut planned = plan(&inventory, config, options)?;
    let disturbed = disturbed(&planned, &inventory);
    if !disturbed.is_empty() {
        let usage = observe_usage(host, &disturbed)?;
        planned.blockers.extend(guard_blockers(&planned, &usage, allowed));
    }
    Ok(planned)
}

/// The same from an inventory alone, which tells fewer uses: that a netdev is elsewhere.
///
/// # Errors
///
/// [`PlanError`] if the document contradicts itself on this host.
pub fn prepare_observed(
    inventory: &NodeInventory,
    config: &NodeConfig,
    options: PlanOptions,
    allowed: &BTreeSet<Guard>,
) -> Result<VfPlan, PlanError> {
    let mut planned = plan(inventory, config, options)?;
    let usage = Usage::of_inventory(inventory);
    planned.blockers.extend(guard_blockers(&planned, &usage, allowed));
    Ok(planned)
}

fn disturbed<'i>(planned: &VfPlan, inventory: &'i NodeInventory) -> Vec<&'i PfInventory> {
    let steps = planned.steps.iter().map(|step| &step.action);
    let pfs: BTreeSet<_> = steps
        .filter(|action| action.disruption() > Disruption::None)
        .map(super::action::VfAction::pf)
        .collect();
    inventory.pfs.iter().filter(|pf| pfs.contains(&pf.pci)).collect()
}
