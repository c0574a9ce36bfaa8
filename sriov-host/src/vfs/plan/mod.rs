mod pf;
mod vf;
mod wanted;

use std::collections::BTreeMap;

use super::action::VfPlan;
use super::options::PlanOptions;
use crate::config::{NodeConfig, PfConfig, PfIdentity, PfMatch};
use crate::inventory::{NodeInventory, PfInventory};
use crate::plan::{Blocker, BlockerKind, Target};
use crate::{PciAddress, VfIndex, codes};

use pf::PfPlanner;
pub(super) use wanted::has_settings;

/// A document that makes no sense on this host, found before anything is planned.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// Two entries are about the same PF.
    #[error("the entries `{first}` and `{second}` are both about PF {pf}")]
    TwoEntries {
        /// The PF.
        pf: PciAddress,
        /// The match of the first entry.
        first: PfMatch,
        /// The match of the second entry.
        second: PfMatch,
    },
    /// A group names a VF that does not exist and is not asked for.
    #[error("PF {pf} has {count} VFs and the entry asks for no other number, but names VF {vf}")]
    NoSuchVf {
        /// The PF.
        pf: PciAddress,
        /// The VF that is named.
        vf: VfIndex,
        /// How many there are.
        count: u16,
    },
}

impl PlanError {
    /// The stable error code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TwoEntries { .. } => codes::DUPLICATE_MATCH.id,
            Self::NoSuchVf { .. } => codes::RANGE_BEYOND_NUM_VFS.id,
        }
    }
}

/// Plans what brings the PFs of an inventory to what the document asks for.
///
/// Pure and deterministic. What cannot be done, or must not, is a blocker of the plan, and the
/// PF it is about has no steps; the other PFs have theirs. PFs that no entry matches are left
/// alone, and an inventory that already agrees gives an empty plan.
///
/// Who uses a VF is not part of an inventory: see [`guard_blockers`](super::guard_blockers).
///
/// # Errors
///
/// [`PlanError`] if the document contradicts itself on this host.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "sim")] {
/// use sriov_host::config::{NodeConfig, PfConfig, PfMatch};
/// use sriov_host::inventory::{ObserveOptions, observe};
/// use sriov_host::sim::SimHost;
/// use sriov_host::vfs::{PlanOptions, plan};
/// use sriov_host::VfCount;
///
/// let inventory = observe(&SimHost::with_igb_pair(), ObserveOptions { vf_attrs: true })?;
/// let mut pf = PfConfig::new(PfMatch::Pci("0000:01:00.0".parse()?));
/// pf.num_vfs = Some(VfCount::new(4));
/// let config = NodeConfig { pfs: vec![pf], ..NodeConfig::default() };
///
/// let plan = plan(&inventory, &config, PlanOptions::default())?;
/// let names: Vec<_> = plan.steps.iter().map(|step| step.to_string()).collect();
/// assert!(names[0].contains("createVfs"), "{names:?}");
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn plan(
    inventory: &NodeInventory,
    config: &NodeConfig,
    options: PlanOptions,
) -> Result<VfPlan, PlanError> {
    let mut plan = VfPlan::default();
    for (pf, entry) in resolve(inventory, config, &mut plan)? {
        check_groups(pf, entry)?;
        let planned = PfPlanner::new(pf, entry, options, inventory).plan();
        if planned.blockers.is_empty() {
            plan.steps.extend(planned.steps);
            plan.notes.extend(planned.notes);
        }
        plan.blockers.extend(planned.blockers);
    }
    Ok(plan)
}

/// The entry of each PF, in address order.
fn resolve<'a>(
    inventory: &'a NodeInventory,
    config: &'a NodeConfig,
    plan: &mut VfPlan,
) -> Result<Vec<(&'a PfInventory, &'a PfConfig)>, PlanError> {
    let mut entries: BTreeMap<PciAddress, (&PfInventory, &PfConfig)> = BTreeMap::new();
    for entry in &config.pfs {
        let mut matched = false;
        for pf in inventory.pfs.iter().filter(|pf| entry.matches.is(identity(pf))) {
            matched = true;
            if let Some((_, first)) = entries.insert(pf.pci, (pf, entry)) {
                let (first, second) = (first.matches.clone(), entry.matches.clone());
                return Err(PlanError::TwoEntries { pf: pf.pci, first, second });
            }
        }
        if !matched {
            plan.blockers.push(no_match(inventory, &entry.matches));
        }
    }
    Ok(entries.into_values().collect())
}

fn identity(pf: &PfInventory) -> PfIdentity<'_> {
    let PfInventory { pci, vendor, device, mac, .. } = *pf;
    PfIdentity { pci, vendor, device, name: pf.name.as_ref(), alt_names: &pf.alt_names, mac }
}

fn no_match(inventory: &NodeInventory, wanted: &PfMatch) -> Blocker {
    let unreadable = |pci| inventory.problems.iter().find(|problem| problem.pci == pci);
    let (target, problem) = match wanted {
        PfMatch::Pci(pci) => (Target::Pf(*pci), unreadable(*pci)),
        _ => (Target::Host(wanted.to_string()), None),
    };
    let why = problem.map_or_else(String::new, |problem| format!(" ({})", problem.message));
    Blocker {
        target,
        kind: BlockerKind::Unknown,
        message: format!("no PF of this host matches `{wanted}`{why}"),
        help: Some("compare with `sriovctl list`".to_owned()),
        code: codes::NO_PF_MATCHES.id,
        reason: None,
    }
}

/// Without a wish for the count, groups can only be about VFs that exist.
fn check_groups(pf: &PfInventory, entry: &PfConfig) -> Result<(), PlanError> {
    let count = entry.num_vfs.or(pf.num_vfs).unwrap_or_default();
    let beyond = entry.vfs.iter().find(|group| !count.contains(group.range.last()));
    match beyond {
        Some(group) => {
            let vf = group.range.last();
            Err(PlanError::NoSuchVf { pf: pf.pci, vf, count: count.get() })
        }
        None => Ok(()),
    }
}
