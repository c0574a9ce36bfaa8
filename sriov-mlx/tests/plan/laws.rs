//! What holds for all cards and wishes.

use proptest::prelude::*;
use sriov_host::boot::Ledger;
use sriov_mlx::CardFacts;
use sriov_mlx::param::{Setting, names};
use sriov_mlx::plan::{FirmwarePlan, MAX_BOOTS, NicAction, NicPlan, plan};
use sriov_mlx::wish::{Policy, Wish};

use crate::cards::boot;
use crate::model::{Fault, ModelCard, node};

fn facts(cards: &[ModelCard]) -> Vec<CardFacts> {
    cards.iter().map(|card| card.facts(&Ledger::default(), 1)).collect()
}

/// A ledger that remembers what is asked for in the first boot.
fn remembered(plan: &FirmwarePlan) -> Ledger {
    let mut ledger = Ledger::default();
    for reason in plan.reboot_reasons() {
        ledger.ask(reason, &boot("b1"), "seen");
    }
    ledger
}

fn plan_for(cards: &[ModelCard], wishes: &[Wish]) -> FirmwarePlan {
    plan(&facts(cards), wishes)
}

fn card_of<'a>(cards: &'a mut [ModelCard], nic: &NicPlan) -> &'a mut ModelCard {
    cards.iter_mut().find(|card| Some(card.serial.as_str()) == nic.card.serial()).unwrap()
}

fn of_card(wishes: &[Wish], nic: &NicPlan) -> Vec<Wish> {
    wishes.iter().filter(|wish| nic.card.port(wish.port).is_some()).cloned().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    /// In whatever order cards, ports and wishes come, the plan is the same to the byte.
    #[test]
    fn order_does_not_matter(
        (cards, wishes) in node(),
        keys in prop::collection::vec(any::<u32>(), 16),
    ) {
        let key = |index: usize| keys.get(index).copied().unwrap_or(0);
        let shuffle = |count: usize| {
            let mut order: Vec<usize> = (0..count).collect();
            order.sort_by_key(|index| key(*index));
            order
        };
        let straight = facts(&cards);
        let mut other: Vec<CardFacts> =
            shuffle(cards.len()).into_iter().map(|index| straight[index].clone()).collect();
        for facts in &mut other {
            let ports = &facts.card.ports;
            facts.card.ports =
                shuffle(ports.len()).into_iter().map(|index| ports[index].clone()).collect();
        }
        let order = shuffle(wishes.len());
        let shuffled: Vec<Wish> = order.into_iter().map(|index| wishes[index].clone()).collect();
        let text = |plan: &FirmwarePlan| serde_json::to_string(plan).unwrap();
        let (first, second) = (plan(&straight, &wishes), plan(&other, &shuffled));
        prop_assert_eq!(text(&first), text(&second));
        prop_assert_eq!(first, second);
    }

    /// What is done as planned needs nothing more, before the boot or behind it.
    #[test]
    fn a_plan_that_is_carried_out_leaves_nothing_to_plan((mut cards, wishes) in node()) {
        let first = plan_for(&cards, &wishes);
        for nic in &first.nics {
            card_of(&mut cards, nic).write(nic);
        }
        let ledger = remembered(&first);
        let facts = |cards: &[ModelCard], now| -> Vec<CardFacts> {
            cards.iter().map(|card| card.facts(&ledger, now)).collect()
        };
        let second = plan(&facts(&cards, 1), &wishes);
        for (before, after) in first.nics.iter().zip(&second.nics) {
            match before.action {
                NicAction::Blocked => prop_assert_eq!(before, after),
                NicAction::None | NicAction::WriteOnly => {
                    prop_assert_eq!(after.action, NicAction::None, "{:?}\n{:?}", before, after);
                }
                restart => {
                    prop_assert_eq!(after.action, restart);
                    prop_assert!(after.set.is_empty(), "{:?}", after);
                    // The ledger knows the wish by these words.
                    prop_assert_eq!(&before.wanted, &after.wanted);
                }
            }
        }
        for nic in first.nics.iter().filter(|nic| nic.action != NicAction::Blocked) {
            card_of(&mut cards, nic).boot();
        }
        let third = plan(&facts(&cards, 2), &wishes);
        for (before, after) in first.nics.iter().zip(&third.nics) {
            if before.action != NicAction::Blocked {
                prop_assert_eq!(after.action, NicAction::None, "{:?}\n{:?}", before, after);
                prop_assert!(after.set.is_empty() && after.reboot_reason.is_none());
            }
        }
    }

    /// A number that is written is less than neither the running nor the next one, unless that was
    /// asked for.
    #[test]
    fn nothing_shrinks_unless_it_is_told_to((mut cards, wishes) in node()) {
        for nic in plan_for(&cards, &wishes).nics {
            let told = of_card(&wishes, &nic).iter().any(|wish| {
                matches!(wish.policy, Policy::Exactly(_) | Policy::ResetToZero)
            });
            let card = card_of(&mut cards, &nic);
            for (name, setting) in nic.set.iter().filter(|_| !told) {
                match setting {
                    Setting::Number(count) => {
                        prop_assert!(count >= card.next[names::NUM_OF_VFS], "{nic}");
                        prop_assert!(count >= u64::from(card.total()), "{nic}");
                    }
                    Setting::Switch(on) => prop_assert!(on, "{name} of {nic}"),
                    Setting::Link(_) => {}
                }
            }
        }
    }

    /// A card on which nothing waits is restarted only if something is written.
    #[test]
    fn nothing_to_write_and_nothing_that_waits_is_no_restart((mut cards, wishes) in node()) {
        for nic in plan_for(&cards, &wishes).nics {
            let card = card_of(&mut cards, &nic);
            if nic.set.is_empty() && card.running == card.next {
                let quiet = matches!(nic.action, NicAction::None | NicAction::Blocked);
                prop_assert!(quiet, "{nic}");
            }
            prop_assert_eq!(
                nic.reboot_reason.is_some(),
                nic.action > NicAction::WriteOnly && nic.action != NicAction::Blocked
            );
            prop_assert_eq!(nic.action == NicAction::Blocked, !nic.blockers.is_empty());
            prop_assert!(nic.set.is_empty() || nic.action != NicAction::Blocked);
            let written: Vec<_> = nic.set.names().collect();
            let against: Vec<_> = nic.planned_against.iter().map(|(name, _)| name).collect();
            prop_assert_eq!(written, against);
        }
    }

    /// Each card is planned as if it was alone, and the node does the most that one needs.
    #[test]
    fn cards_have_nothing_to_do_with_each_other((cards, wishes) in node()) {
        let together = plan_for(&cards, &wishes);
        let mut most = NicAction::None;
        for (card, nic) in cards.iter().zip(&together.nics) {
            let alone = plan_for(std::slice::from_ref(card), &of_card(&wishes, nic));
            prop_assert_eq!(&alone.nics[0], nic);
            if nic.action != NicAction::Blocked {
                most = most.max(nic.action);
            }
        }
        prop_assert_eq!(together.node_action(), most);
        prop_assert!(together.blockers.is_empty());
    }

    /// Whatever firmware does with what it is told, the boots come to an end.
    #[test]
    fn boots_come_to_an_end(
        (mut cards, wishes) in node(),
        fault in prop::sample::select(vec![
            Fault::Stuck, Fault::Forgets, Fault::RoundsAtWrite, Fault::RoundsAtBoot,
        ]),
    ) {
        let mut card = cards.swap_remove(0);
        card.fault = fault;
        let mut ledger = Ledger::default();
        for now in 1..=10 {
            let planned = plan(&[card.facts(&ledger, now)], &wishes).nics.swap_remove(0);
            card.write(&planned);
            let Some(reason) = planned.reboot_reason else {
                // Whoever applies it forgets a wish that is fulfilled.
                if planned.action == NicAction::None {
                    ledger.settle(&planned.card.id.subject());
                }
                card.boot();
                continue;
            };
            // A number that the card rounds up is another wish, once.
            prop_assert!(now <= MAX_BOOTS + 1, "boot {now} for {reason}\n{card:?}");
            ledger.ask(&reason, &boot(&format!("b{now}")), "seen");
            card.boot();
        }
    }
}
