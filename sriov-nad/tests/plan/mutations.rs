//! Known defects of such controllers, put in on purpose: the exploration has to find each of them.

use std::collections::BTreeSet;

use sriov_nad::nad::Owner;
use sriov_nad::plan::{
    Confirm, NamespacePhase, Observed, Plan, PlanOptions, Precondition, Row, Wake, Write, plan,
};

use crate::cluster::Setup;
use crate::explore::{Explorer, Planner};

/// The exploration with a defect: what it finds first.
fn found(setup: Setup, acts: usize, planner: &Planner) -> &'static str {
    Explorer::new(setup, planner).explore(acts).unwrap_err().broken
}

fn deletes(plan: &mut Plan) -> impl Iterator<Item = &mut Precondition> {
    plan.writes.iter_mut().filter_map(|write| match write {
        Write::DeleteNad { precondition, .. } => Some(precondition),
        _ => None,
    })
}

/// Bookkeeping that is not what it was counts as an error of its own.
#[test]
fn bookkeeping_that_was_left_behind_stops_everything() {
    let planner = |observed: &Observed, options: &PlanOptions| {
        let mut plan = plan(observed, options);
        let target = observed.network.as_ref().map(|network| &network.target);
        let booked = |target| observed.written.is_empty() || observed.written.contains(target);
        if !target.is_none_or(booked) {
            plan.writes.clear();
        }
        plan
    };
    assert!(found(Setup::kinds(), 2, &planner).starts_with("I4"));
}

/// A NAD that is booked elsewhere and is gone already cannot be deleted, and that is an error.
#[test]
fn bookkeeping_of_a_nad_that_is_gone_blocks_creation() {
    let planner = |observed: &Observed, options: &PlanOptions| {
        let mut plan = plan(observed, options);
        let Some(network) = &observed.network else { return plan };
        let booked = observed.written.iter().any(|key| *key != network.target);
        if booked && !network.meta.deleting && observed.owned_elsewhere.is_empty() {
            plan.writes.clear();
        }
        plan
    };
    assert!(found(Setup::kinds(), 2, &planner).starts_with("I4"));
}

/// A network that goes takes the NAD at its target along, whosever it is.
#[test]
fn the_loser_takes_the_winners_nad_along() {
    let planner = |observed: &Observed, options: &PlanOptions| {
        let mut observed = observed.clone();
        let deleting = observed.network.as_ref().is_some_and(|network| network.meta.deleting);
        if let Some(nad) = observed.at_target.as_mut().filter(|_| deleting) {
            nad.owner = Owner::Network(observed.key.clone());
        }
        plan(&observed, options)
    };
    assert!(found(Setup::kinds(), 1, &planner).starts_with("I1"));
}

/// Nobody looks for the namespace again.
#[test]
fn a_missed_event_of_a_namespace_is_missed_for_ever() {
    let planner = |observed: &Observed, options: &PlanOptions| {
        let mut plan = plan(observed, options);
        if plan.row == Row::Namespace {
            plan.wake = Wake::Events;
        }
        plan
    };
    assert!(found(Setup::kinds(), 1, &planner).starts_with("I4"));
}

/// Namespaces are not looked at before the NAD is written.
#[test]
fn nothing_tells_that_there_is_no_namespace() {
    let planner = |observed: &Observed, options: &PlanOptions| {
        let active = Observed { namespace: NamespacePhase::Active, ..observed.clone() };
        plan(&active, options)
    };
    assert!(found(Setup::kinds(), 1, &planner).starts_with("I4"));
}

/// Finalizers are stripped from networks that live.
#[test]
fn finalizers_are_stripped_at_shutdown() {
    let planner = |observed: &Observed, options: &PlanOptions| {
        let mut plan = plan(observed, options);
        if let (Row::Equal, Some(network)) = (plan.row, &observed.network) {
            plan.writes.push(Write::RemoveFinalizer {
                uid: network.meta.uid.clone(),
                present: network.meta.finalizers.clone(),
                confirm_absent: BTreeSet::new(),
            });
        }
        plan
    };
    assert!(found(Setup::kinds(), 1, &planner).starts_with("I3"));
}

/// The uid in the ownerReference is not compared.
#[test]
fn the_nad_of_an_earlier_network_passes_for_ours() {
    let planner = |observed: &Observed, options: &PlanOptions| {
        let mut observed = observed.clone();
        let wanted = observed.network.as_ref().and_then(|network| network.desired.clone().ok());
        if let (Some(nad), Some(wanted)) = (observed.at_target.as_mut(), wanted) {
            nad.owner_uids = wanted.owner_uid.into_iter().collect();
        }
        plan(&observed, options)
    };
    assert!(found(Setup::neighbours(), 2, &planner).starts_with("I9"));
}

/// The delete is repeated whenever the finalizer is removed, whatever is there by then.
#[test]
fn the_delete_is_repeated_with_the_finalizer() {
    let planner = |observed: &Observed, options: &PlanOptions| {
        let mut plan = plan(observed, options);
        if let (Row::Deleting, Some(network)) = (plan.row, &observed.network) {
            plan.writes.retain(|write| matches!(write, Write::RemoveFinalizer { .. }));
            let again = Write::DeleteNad {
                key: network.target.clone(),
                precondition: Precondition { uid: String::new(), resource_version: None },
                confirm: Confirm::Nothing,
            };
            plan.writes.insert(0, again);
        }
        plan
    };
    assert!(found(Setup::kinds(), 2, &planner).starts_with("I1"));
}

/// What was left in another namespace while nobody looked is forgotten.
#[test]
fn a_retarget_while_the_controller_is_down_leaks_the_nad() {
    let planner = |observed: &Observed, options: &PlanOptions| {
        let written = BTreeSet::new();
        let forgetful = Observed { owned_elsewhere: Vec::new(), written, ..observed.clone() };
        plan(if observed.network.is_some() { &forgetful } else { observed }, options)
    };
    let broken = found(Setup::kinds(), 2, &planner);
    assert!(broken.starts_with("I3") || broken.starts_with("I4"), "{broken}");
}

/// Deletes do not say which object they mean.
#[test]
fn deletes_without_uid_hit_newer_nads() {
    let planner = |observed: &Observed, options: &PlanOptions| {
        let mut plan = plan(observed, options);
        for precondition in deletes(&mut plan) {
            *precondition = Precondition { uid: String::new(), resource_version: None };
        }
        plan
    };
    assert!(found(Setup::kinds(), 2, &planner).starts_with("I1"));
}

/// An adoption does not say which version it has seen.
#[test]
fn adoptions_without_version_take_nads_away() {
    let planner = |observed: &Observed, options: &PlanOptions| {
        let mut plan = plan(observed, options);
        for write in &mut plan.writes {
            if let Write::ApplyNad { existing: Some(existing), .. } = write {
                existing.resource_version = None;
            }
        }
        plan
    };
    assert_eq!(found(Setup::kinds(), 2, &planner), "takes a NAD from its owner");
}

/// What other networks want does not count.
#[test]
fn owners_do_not_keep_their_nads() {
    let planner = |observed: &Observed, options: &PlanOptions| {
        let mut observed = observed.clone();
        let live = |key: &_| observed.rivals.iter().any(|rival| rival.key == *key);
        let stolen = observed
            .at_target
            .as_mut()
            .filter(|nad| matches!(&nad.owner, Owner::Network(owner) if live(owner)));
        if let Some(nad) = stolen {
            nad.owner = Owner::None;
        }
        plan(&observed, options)
    };
    assert_eq!(found(Setup::kinds(), 1, &planner), "takes a NAD from its owner");
}

/// Orphans are swept by what a cache says.
#[test]
fn orphans_are_swept_without_a_second_look() {
    let planner = |observed: &Observed, options: &PlanOptions| {
        let mut plan = plan(observed, options);
        for write in &mut plan.writes {
            if let Write::DeleteNad { confirm, .. } = write {
                *confirm = Confirm::Nothing;
            }
        }
        plan
    };
    let broken = found(Setup::neighbours(), 2, &planner);
    assert_eq!(broken, "I1: sweeps a NAD of a network that is there");
}
