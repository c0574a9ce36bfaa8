//! What holds for every observation, possible or not.

use std::collections::BTreeSet;

use proptest::prelude::*;
use sriov_nad::nad::{Desired, Nad, Owner};
use sriov_nad::plan::{
    Confirm, Contest, NamespacePhase, Observed, Plan, Row, Unowned, Wake, Write, drift, plan,
};

use crate::fixture::options;
use crate::generate::{all_options, observations};

fn nads_of(observed: &Observed) -> impl Iterator<Item = &Nad> {
    let ours = |nad: &&Nad| nad.owner == Owner::Network(observed.key.clone());
    observed.at_target.iter().chain(&observed.owned_elsewhere).filter(ours)
}

/// The observation when everything has been written, and caches show it.
fn after(observed: &Observed, plan: &Plan) -> Observed {
    let mut next = observed.clone();
    for write in &plan.writes {
        match (write, next.network.as_mut()) {
            (Write::AddFinalizer { .. }, Some(network)) => {
                network.meta.finalizers.push(options().finalizer);
            }
            (Write::RemoveFinalizer { .. }, Some(network)) => {
                network.meta.finalizers.retain(|finalizer| *finalizer != options().finalizer);
            }
            (Write::SetCondition { condition, .. }, Some(network)) => {
                network.condition = Some(condition.clone());
            }
            (Write::DeleteNad { key, .. }, _) => {
                next.at_target = next.at_target.filter(|nad| nad.key != *key);
                next.owned_elsewhere.retain(|nad| nad.key != *key);
            }
            (Write::ApplyNad { desired, .. }, Some(_)) => {
                next.at_target = Some(applied(desired, next.at_target.as_ref()));
            }
            (Write::Warn(_), _) => {}
            (write, None) => panic!("{write:?} without a network"),
        }
    }
    next
}

fn applied(desired: &Desired, seen: Option<&Nad>) -> Nad {
    Nad {
        key: desired.key.clone(),
        uid: seen.map_or("new", |nad| &nad.uid).to_owned(),
        resource_version: "99".to_owned(),
        deleting: false,
        owner: Owner::Network(desired.owner.clone()),
        owner_uids: desired.owner_uid.clone().into_iter().collect(),
        resource_name: Some(desired.resource_name.clone()),
        config: desired.config.clone(),
        managers: vec![options().field_manager],
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_same_observation_gives_the_same_plan(
        observed in observations(), options in all_options(),
    ) {
        prop_assert_eq!(plan(&observed, &options), plan(&observed.clone(), &options.clone()));
    }

    /// I1.
    #[test]
    fn only_owned_nads_are_deleted_and_only_as_they_were_seen(
        observed in observations(), options in all_options(),
    ) {
        for write in plan(&observed, &options).writes {
            let Write::DeleteNad { key, precondition, confirm } = write else { continue };
            let seen = nads_of(&observed).find(|nad| {
                nad.key == key
                    && nad.uid == precondition.uid
                    && Some(&nad.resource_version) == precondition.resource_version.as_ref()
                    && !nad.deleting
            });
            prop_assert!(seen.is_some());
            prop_assert_eq!(confirm == Confirm::NetworkAbsent, observed.network.is_none());
        }
    }

    /// I2, and who is written to.
    #[test]
    fn only_the_target_is_written_to_and_only_if_it_is_ours_or_nobodys(
        observed in observations(), options in all_options(),
    ) {
        let writes = plan(&observed, &options).writes;
        let applies = writes.iter().filter(|write| matches!(write, Write::ApplyNad { .. })).count();
        prop_assert!(applies <= 1);
        for write in writes {
            let Write::ApplyNad { desired, existing, force } = write else { continue };
            let network = observed.network.as_ref().unwrap();
            prop_assert_eq!(&desired.key, &network.target);
            prop_assert_eq!(&Ok(*desired), &network.desired);
            prop_assert!(!network.meta.deleting && observed.namespace == NamespacePhase::Active);
            prop_assert_eq!(existing.is_some(), force);
            let Some(nad) = &observed.at_target else {
                prop_assert!(existing.is_none());
                continue;
            };
            let existing = existing.unwrap();
            prop_assert_eq!(&existing.uid, &nad.uid);
            prop_assert_eq!(existing.resource_version.is_some(), nad.owner == Owner::None);
            prop_assert!(nad.owner == Owner::Network(observed.key.clone())
                || (nad.owner == Owner::None && options.unowned == Unowned::Adopt));
        }
    }

    /// I3.
    #[test]
    fn the_finalizer_goes_last(observed in observations(), options in all_options()) {
        let plan = plan(&observed, &options);
        for write in &plan.writes {
            let Write::RemoveFinalizer { uid, present, confirm_absent } = write else { continue };
            let network = observed.network.as_ref().unwrap();
            prop_assert!(network.meta.deleting && present.contains(&options.finalizer));
            prop_assert_eq!((uid, present), (&network.meta.uid, &network.meta.finalizers));
            prop_assert_eq!(nads_of(&observed).count(), 0);
            prop_assert!(confirm_absent.is_superset(&observed.written));
            prop_assert!(confirm_absent.contains(&network.target));
            prop_assert_eq!(plan.writes.len(), 1);
        }
    }

    /// I9, and that every outcome is told.
    #[test]
    fn the_condition_tells_what_is_so(observed in observations(), options in all_options()) {
        let plan = plan(&observed, &options);
        let next = after(&observed, &plan);
        let Some(network) = next.network.filter(|_| plan.row >= Row::OutOfScope) else {
            return Ok(());
        };
        let paced = matches!(observed.contest, Contest::Paced { .. }) && plan.row == Row::Drift;
        let condition = network.condition.filter(|_| !paced);
        prop_assert!(paced || condition.is_some());
        let Some(condition) = condition else { return Ok(()) };
        prop_assert_eq!(condition.observed_generation, Some(network.meta.generation));
        if condition.status == "True" {
            let nad = next.at_target.unwrap();
            prop_assert!(drift(&network.desired.unwrap(), &nad).is_empty() && !nad.deleting);
        }
    }

    /// I5; a deletion has two steps, the NADs and the finalizer.
    #[test]
    fn what_is_done_is_not_done_again(observed in observations(), options in all_options()) {
        let first = plan(&observed, &options);
        let mut next = after(&observed, &first);
        if first.row == Row::Deleting {
            next = after(&next, &plan(&next, &options));
        }
        let again = plan(&next, &options);
        prop_assert_eq!(&again.writes, &[], "{:?}, then {:?}", first, again);
    }

    #[test]
    fn people_are_told_of_new_troubles_only(
        observed in observations(), options in all_options(),
    ) {
        let writes = plan(&observed, &options).writes;
        let said = writes.iter().filter(|w| matches!(w, Write::SetCondition { .. })).count();
        let warned = writes.iter().filter(|w| matches!(w, Write::Warn(_))).count();
        prop_assert!(warned <= said && said <= 1);
    }

    #[test]
    fn only_what_a_change_of_the_network_alone_can_end_waits_for_it(
        observed in observations(), options in all_options(),
    ) {
        let plan = plan(&observed, &options);
        match plan.wake {
            Wake::Within(time) => prop_assert!(!time.is_zero()),
            Wake::Events => {
                let stopped = matches!(observed.contest, Contest::Contested { wait: None, .. });
                let allowed = match plan.row {
                    Row::Absent | Row::OutOfScope => nads_of(&observed).count() == 0,
                    Row::DeletingElsewhere | Row::Invalid => true,
                    Row::Drift => stopped,
                    _ => false,
                };
                prop_assert!(allowed, "{:?}", plan);
            }
        }
    }
}

/// The observations above reach every row.
#[test]
fn every_row_is_reached() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let (strategy, mut runner) = ((observations(), all_options()), TestRunner::deterministic());
    let mut rows = BTreeSet::new();
    for _ in 0..4000 {
        let (observed, options) = strategy.new_tree(&mut runner).unwrap().current();
        let plan = plan(&observed, &options);
        rows.extend(plan.passed.iter().copied().chain([plan.row]));
    }
    let numbers: Vec<u8> = rows.iter().map(|row| row.number()).collect();
    assert_eq!(numbers, (1..=13).collect::<Vec<_>>());
}
