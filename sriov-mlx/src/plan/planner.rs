use std::collections::BTreeMap;

use sriov_host::plan::{Blocker, BlockerKind, Target};

use super::card::plan_card;
use super::obstacle::Obstacle;
use super::{FirmwarePlan, NicPlan};
use crate::codes;
use crate::facts::CardFacts;
use crate::wish::Wish;

/// Plans what the cards need to be as wanted.
///
/// Pure and deterministic: the order of cards, of their ports and of wishes does not matter. A card
/// that cannot be planned is blocked, and changes nothing for the others.
///
/// # How wishes are joined
///
/// `NUM_OF_VFS` counts the VFs of each PF and is shared by all PFs of a card, so that a wish for one
/// port is a wish for the card:
///
/// - [`AtLeast`](crate::wish::Policy::AtLeast): the largest number wins, and no port loses the VFs
///   that it has. Satisfied as soon as sysfs shows room for so many on every PF: then no answer of
///   the firmware is needed, neither lockdown nor a missing tool matters, and at most the values of
///   the next boot are mended. It never shrinks: what is written is less than neither the running
///   value nor the next boot's.
/// - [`Exactly`](crate::wish::Policy::Exactly): the running value and the next boot's are to be
///   this. It shrinks, unless a port has more VFs now. 0 is `SRIOV_EN=False`.
/// - [`ResetToZero`](crate::wish::Policy::ResetToZero): the next boot is to come without SR-IOV; it
///   is never asked for.
/// - [`Unmanaged`](crate::wish::Policy::Unmanaged): nothing, and no write for another port either.
///   With a link type it is compared as if it was externally managed.
///
/// Numbers that cannot be had together block the card, with the sources of both wishes.
///
/// # What a change comes to
///
/// A value is written if the *next boot* has another one. A restart is asked for if the *running*
/// firmware has another one, also when nothing is left to be written; by a reset of the card where
/// that is possible and the card is no `BlueField`, else by a boot. Old firmware does not tell its
/// running values, and devlink neither: sysfs stands in for them.
///
/// At most [`MAX_BOOTS`](super::MAX_BOOTS) boots are asked for one wish. Firmware that rounds an
/// exact number up is satisfied if it says that it runs the number; if it does not, the boots run
/// out and the card is blocked with what was found.
pub fn plan(facts: &[CardFacts], wishes: &[Wish]) -> FirmwarePlan {
    let cards = in_order(facts);
    let mut wishes: Vec<&Wish> = wishes.iter().collect();
    wishes.sort();
    wishes.dedup();

    let mut plan = FirmwarePlan::default();
    let mut of_card: BTreeMap<usize, Vec<&Wish>> = BTreeMap::new();
    for wish in wishes {
        match cards.iter().position(|facts| facts.card.port(wish.port).is_some()) {
            Some(card) => of_card.entry(card).or_default().push(wish),
            None => plan.blockers.push(no_card(wish)),
        }
    }
    let nic = |(index, facts): (usize, &CardFacts)| -> NicPlan {
        plan_card(facts, of_card.get(&index).map_or(&[], Vec::as_slice))
    };
    plan.nics = cards.iter().enumerate().map(nic).collect();
    plan
}

/// Cards in the order of their first PF, and ports in the order of their addresses.
fn in_order(facts: &[CardFacts]) -> Vec<CardFacts> {
    let mut cards = facts.to_vec();
    for facts in &mut cards {
        facts.card.ports.sort_by_key(|port| port.pci);
    }
    let first = |facts: &CardFacts| facts.card.lead().map(|port| port.pci);
    cards.sort_by(|a, b| (first(a), &a.card.id).cmp(&(first(b), &b.card.id)));
    cards
}

fn no_card(wish: &Wish) -> Blocker {
    let message = format!("no NVIDIA PF has this address ({})", wish.source);
    let obstacle = Obstacle::new(BlockerKind::Unsupported, &codes::NO_SUCH_CARD, message);
    obstacle.alone(Target::Pf(wish.port))
}
