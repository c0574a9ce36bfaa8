use std::collections::BTreeSet;

use super::action::{VfAction, VfPlan};
use super::usage::{PfUsage, Usage};
use crate::PciAddress;
use crate::plan::{Action, Blocker, BlockerKind, Disruption, Guard, Holder, Target};

/// What keeps the plan from being carried out because somebody uses what it would disrupt.
///
/// A step that disrupts a VF is refused while that VF is in use; one that disrupts the PF or
/// destroys its VFs also while the default route leaves through it.
pub fn guard_blockers(plan: &VfPlan, usage: &Usage, allowed: &BTreeSet<Guard>) -> Vec<Blocker> {
    let mut found: Vec<Blocker> = Vec::new();
    for step in &plan.steps {
        let Some(usage) = usage.pfs.get(&step.action.pf()) else { continue };
        for blocker in step_blockers(&step.action, usage, allowed) {
            if !found.contains(&blocker) {
                found.push(blocker);
            }
        }
    }
    found
}

/// The same for one step, as it is about to be done.
pub(super) fn step_blockers(
    action: &VfAction,
    usage: &PfUsage,
    allowed: &BTreeSet<Guard>,
) -> Vec<Blocker> {
    let pf = action.pf();
    let uses = uses_in_the_way(action, usage);
    let blocked = uses.filter(|(_, guard, _)| !allowed.contains(guard));
    blocked.map(|(target, guard, holder)| blocker(pf, usage, target, guard, holder)).collect()
}

fn uses_in_the_way<'u>(
    action: &VfAction,
    usage: &'u PfUsage,
) -> Box<dyn Iterator<Item = (Target, Guard, &'u Holder)> + 'u> {
    let pf = action.pf();
    let of_pf = usage.pf.iter().map(move |(guard, holder)| (Target::Pf(pf), *guard, holder));
    let of_vfs = usage.vfs.iter().flat_map(move |(vf, uses)| {
        uses.iter().map(move |(guard, holder)| (Target::Vf(pf, *vf), *guard, holder))
    });
    let of_one = |index| of_vfs.clone().filter(move |(target, ..)| target.vf() == Some(index));
    match (action, action.disruption(), action.vf()) {
        (_, Disruption::None, _) => Box::new(std::iter::empty()),
        (VfAction::DestroyVfs { .. }, ..) => Box::new(of_vfs.clone().chain(of_pf)),
        (_, Disruption::Vf, Some(vf)) => Box::new(of_one(vf)),
        _ => Box::new(of_pf),
    }
}

fn blocker(
    pf: PciAddress,
    usage: &PfUsage,
    target: Target,
    guard: Guard,
    holder: &Holder,
) -> Blocker {
    let subject = match target.vf().map(|vf| (vf, usage.addresses.get(&vf))) {
        None => format!("PF {pf}"),
        Some((vf, None)) => format!("VF {vf}"),
        Some((vf, Some(address))) => format!("VF {vf} ({address})"),
    };
    Blocker {
        target,
        message: format!("{subject} is in use: {holder}"),
        help: Some(format!("end that use, or override with `--allow {guard}`")),
        code: crate::codes::IN_USE.id,
        kind: BlockerKind::Guarded { guard, holder: holder.clone() },
        reason: None,
    }
}
