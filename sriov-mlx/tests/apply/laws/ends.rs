//! Every story ends: as wished, or with a failure that says which value it is about.

use std::collections::BTreeSet;

use proptest::prelude::*;
use sriov_host::boot::Ledger;
use sriov_host::decorate::Call;
use sriov_host::plan::{Disruption, chain};
use sriov_mlx::apply::{FirmwareApplied, NicReport};
use sriov_mlx::plan::MAX_BOOTS;
use sriov_mlx::wish::Policy;

use super::world::{Fault, Operator, Round, is_satisfied, pfs, serial, sets};
use super::{PARAMS, world, worlds};

proptest! {
    #![proptest_config(worlds(256))]

    #[test]
    fn every_story_ends_well(world in world()) {
        tell_on(&mut Operator::new(&world));
    }
}

/// Applies and restarts as often as that is asked for, and looks at all laws on the way.
pub(super) fn tell_on(operator: &mut Operator<'_>) {
    let world = operator.world;
    let applied = operator.settle(|round| {
        nothing_shrinks_that_nobody_told_to(round);
        what_is_in_place_is_not_written(round);
        nobody_is_disturbed_more_than_announced(round);
    });
    for (subject, boots) in &operator.boots {
        assert!(*boots <= MAX_BOOTS, "{boots} boots for {subject}\n{world:#?}");
    }
    every_card_is_as_wished_or_says_why_not(operator, &applied);
    if applied.is_complete() {
        a_satisfied_host_is_left_alone(operator);
    }
}

fn every_card_is_as_wished_or_says_why_not(operator: &Operator<'_>, applied: &FirmwareApplied) {
    let world = operator.world;
    for (card, (start, is)) in world.cards.iter().zip(operator.values()).enumerate() {
        let nic = report_of(applied, card);
        let told = failure(nic);
        let context = || format!("{told:?} at {is:?}\n{world:#?}");
        let boots = operator.boots.get(&format!("firmware of card {}", serial(card)));
        if start.fault == Fault::None && !world.lockdown {
            assert!(boots.copied().unwrap_or(0) <= 1, "{boots:?} boots: {}", context());
            assert!(told.is_none(), "{}", context());
        }
        if is_satisfied(start, is) {
            continue;
        }
        assert!(told.is_some(), "silent: {}", context());
        assert!(world.lockdown || !start.fault.is_harmless(), "{}", context());
        if let Fault::Drops(_) | Fault::Loses(_) | Fault::DiesAfter(_) = start.fault {
            let names = |told: &String| PARAMS.iter().any(|name| told.contains(name));
            assert!(world.lockdown || told.as_ref().is_some_and(names), "{}", context());
        }
    }
}

fn nothing_shrinks_that_nobody_told_to(round: &Round<'_>) {
    let Round { world, before, after, .. } = round;
    for (start, (was, is)) in world.cards.iter().zip(before.iter().zip(after)) {
        let next = |values: &super::world::Values| (values.vfs.1, values.enabled.1);
        match start.wish {
            Some(Policy::Exactly(_) | Policy::ResetToZero) => {}
            Some(Policy::AtLeast(_)) => {
                // Devlink does not tell the number of a card that is disabled.
                let hidden = start.devlink && was.enabled.1 == 0;
                assert!(hidden || is.vfs.1 >= was.vfs.1, "{was:?} {is:?} {world:#?}");
                assert!(is.enabled.1 >= was.enabled.1, "{was:?} {is:?} {world:#?}");
            }
            None | Some(Policy::Unmanaged) => assert_eq!(next(is), next(was), "{world:#?}"),
        }
    }
}

fn what_is_in_place_is_not_written(round: &Round<'_>) {
    let Round { world, before, host, .. } = round;
    let mut written = BTreeSet::new();
    for (pci, settings) in sets(host) {
        let mut cards = (0..world.cards.len()).zip(before);
        let of_pf = |(card, _): &(usize, _)| pfs(&world.cards[*card], *card).contains(&pci);
        let (_, was) = cards.find(of_pf).unwrap();
        for setting in settings {
            let (name, value) = setting.split_once('=').unwrap();
            let was = if name == "SRIOV_EN" { was.enabled.1 } else { was.vfs.1 };
            assert_ne!(number(value), was, "{pci} {setting} was in place\n{world:#?}");
            assert!(written.insert((pci, name.to_owned())), "{setting} twice\n{world:#?}");
        }
    }
}

fn nobody_is_disturbed_more_than_announced(round: &Round<'_>) {
    let Round { world, plan, applied, host, .. } = round;
    let reset = host.lines().iter().any(|line| line.contains("-y reset"));
    assert!(world.reset || !reset, "{world:#?}");
    if plan.disruption() == Disruption::None {
        assert_eq!(applied.disruption(), Disruption::None, "{world:#?}");
        assert!(!reset && host.count(Call::Write) == 0, "{world:#?}");
    }
}

fn a_satisfied_host_is_left_alone(operator: &Operator<'_>) {
    for _ in 0..2 {
        let Round { world, applied, host, .. } = operator.round();
        assert!(applied.is_complete() && applied.outstanding().is_none(), "{applied:#?}");
        assert_eq!(sets(&host), Vec::new(), "{world:#?}");
        let mut lines = host.lines().into_iter();
        assert_eq!(lines.find(|line| line.contains("reboots.")), None, "{world:#?}");
        assert_eq!(host.count(Call::Write), 0, "{world:#?}");
    }
    let remembered = Ledger::load(&operator.host).unwrap();
    assert_eq!(remembered.records().count(), 0, "{remembered:#?}\n{:#?}", operator.world);
}

fn number(value: &str) -> u32 {
    match value {
        "True" | "true" => 1,
        "False" | "false" => 0,
        number => number.parse().unwrap(),
    }
}

fn report_of(applied: &FirmwareApplied, card: usize) -> &NicReport {
    let id = serial(card);
    applied.nics.iter().find(|nic| nic.planned.card.id.to_string() == id).unwrap()
}

/// Why a card is not as wanted, if it says that.
fn failure(nic: &NicReport) -> Option<String> {
    let error = nic.error.as_ref().map(|error| chain(error));
    let blockers = nic.planned.blockers.iter().map(ToString::to_string);
    let all: Vec<String> = error.into_iter().chain(blockers).collect();
    (!all.is_empty()).then(|| all.join("; "))
}
