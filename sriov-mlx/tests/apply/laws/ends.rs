//! Every story ends: as wished, or with a failure that says which value it is about.

use std::collections::BTreeMap;

use proptest::prelude::*;
use sriov_host::boot::Ledger;
use sriov_host::decorate::{Call, Recorder};
use sriov_host::plan::chain;
use sriov_host::sim::SimHost;
use sriov_mlx::apply::{FirmwareApplied, NicReport};
use sriov_mlx::plan::MAX_BOOTS;
use sriov_mlx::wish::Policy;

use super::world::{Fault, Operator, World, is_satisfied, pfs, serial, sets, values};
use super::{PARAMS, world, worlds};

proptest! {
    #![proptest_config(worlds(400))]

    #[test]
    fn every_card_ends_as_wished_or_says_why_not(world in world()) {
        let mut operator = Operator::new(&world);
        let applied = operator.settle(|_, _, _| {});
        for (subject, boots) in &operator.boots {
            prop_assert!(*boots <= MAX_BOOTS, "{boots} boots for {subject}\n{world:#?}");
        }
        for (card, start) in world.cards.iter().enumerate() {
            let nic = report_of(&applied, card);
            let is = operator.values(card);
            if is_satisfied(start, is) {
                continue;
            }
            let told = failure(nic).unwrap_or_default();
            prop_assert!(!told.is_empty(), "silently at {is:?}: {nic:#?}\n{world:#?}");
            let harmless = start.fault.is_harmless() && !world.lockdown;
            prop_assert!(!harmless, "{told}: {is:?}\n{world:#?}");
            if let Fault::Drops(_) | Fault::Loses(_) | Fault::DiesAfter(_) = start.fault {
                let named = PARAMS.iter().any(|name| told.contains(name)) || world.lockdown;
                prop_assert!(named, "{told}\n{world:#?}");
            }
        }
    }

    #[test]
    fn nothing_shrinks_that_nobody_told_to(world in world()) {
        let mut operator = Operator::new(&world);
        let before: Vec<_> = (0..world.cards.len()).map(|card| operator.values(card)).collect();
        let host = operator.host.clone();
        let mut then = before.clone();
        let _ = operator.settle(|_, applied, _| {
            for (card, start) in world.cards.iter().enumerate() {
                let now = values(&host, start, card);
                if !matches!(start.wish, Some(Policy::Exactly(_) | Policy::ResetToZero)) {
                    assert!(now.vfs.1 >= then[card].vfs.1, "{:?} {now:?} {world:#?}", then[card]);
                    assert!(now.enabled.1 >= then[card].enabled.1, "{now:?} {applied:#?}");
                }
                if matches!(start.wish, None | Some(Policy::Unmanaged)) {
                    assert_eq!((now.vfs.1, now.enabled.1), (then[card].vfs.1, then[card].enabled.1));
                }
                then[card] = now;
            }
        });
    }

    #[test]
    fn what_is_in_place_is_not_written(world in world()) {
        let mut operator = Operator::new(&world);
        let host = operator.host.clone();
        let next = |host: &SimHost| -> BTreeMap<String, u32> {
            let mut all = BTreeMap::new();
            for (card, start) in world.cards.iter().enumerate() {
                let is = values(host, start, card);
                all.insert(format!("{} SRIOV_EN", pfs(start, card)[0]), is.enabled.1);
                all.insert(format!("{} NUM_OF_VFS", pfs(start, card)[0]), is.vfs.1);
            }
            all
        };
        let mut before = next(&host);
        let _ = operator.settle(|_, _, recorder| {
            let sets = sets(recorder);
            let mut written = std::collections::BTreeSet::new();
            for (pci, settings) in &sets {
                for setting in settings {
                    let (name, value) = setting.split_once('=').unwrap();
                    let was = before[&format!("{pci} {name}")];
                    assert_ne!(number(value), was, "{pci} {setting} was in place\n{world:#?}");
                    assert!(written.insert((*pci, name)), "{sets:?} twice\n{world:#?}");
                }
            }
            before = next(&host);
            // A restart may set values back that the card then loses.
            for (card, start) in world.cards.iter().enumerate() {
                if let Fault::Loses(name) = start.fault {
                    before.insert(format!("{} {name}", pfs(start, card)[0]), u32::MAX);
                }
            }
        });
    }

    #[test]
    fn a_satisfied_host_is_not_written_again(world in world()) {
        let mut operator = Operator::new(&world);
        let applied = operator.settle(|_, _, _| {});
        prop_assume!(applied.is_complete());
        for _ in 0..2 {
            let recorder = Recorder::new(operator.host.clone());
            let again = world.apply(&recorder);
            prop_assert!(again.is_complete(), "{again:#?}");
            prop_assert_eq!(sets(&recorder), Vec::new(), "{:#?}", world);
            let ledger = recorder.lines().into_iter().filter(|line| line.contains("reboots.json"));
            prop_assert_eq!(ledger.collect::<Vec<_>>(), Vec::<String>::new(), "{:#?}", world);
            prop_assert_eq!(recorder.count(Call::Write), 0);
            let remembered = Ledger::load(&operator.host).unwrap();
            prop_assert_eq!(remembered.records().count(), 0, "{:#?}", remembered);
        }
    }

    #[test]
    fn a_card_that_misbehaves_leaves_the_others_to_converge(world in world()) {
        prop_assume!(!world.lockdown);
        let mut operator = Operator::new(&world);
        let applied = operator.settle(|_, _, _| {});
        for (card, start) in world.cards.iter().enumerate() {
            if start.fault == Fault::None {
                let is = operator.values(card);
                let nic = report_of(&applied, card);
                prop_assert!(is_satisfied(start, is), "{is:?} {nic:#?}\n{world:#?}");
                prop_assert!(failure(nic).is_none(), "{nic:#?}\n{world:#?}");
                let boots = operator.boots.get(&format!("firmware of card {}", serial(card)));
                prop_assert!(boots.copied().unwrap_or(0) <= 1, "{boots:?}\n{world:#?}");
            }
        }
    }

    #[test]
    fn nobody_is_disturbed_who_was_not_told(world in world()) {
        let quiet = World { reset: false, ..world };
        let mut operator = Operator::new(&quiet);
        let _ = operator.settle(|plan, applied, recorder| {
            assert!(!recorder.lines().iter().any(|line| line.contains("mstfwreset")));
            assert_eq!(recorder.count(Call::Write), 0);
            // The tool may know only behind the write that a restart is not enough.
            let announced = plan.disruption().max(sriov_host::plan::Disruption::PowerCycle);
            assert!(applied.disruption() <= announced);
            if plan.disruption() == sriov_host::plan::Disruption::None {
                assert_eq!(applied.disruption(), sriov_host::plan::Disruption::None);
            }
        });
    }
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
