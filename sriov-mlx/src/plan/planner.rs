use super::{FirmwarePlan, NicPlan};
use crate::facts::CardFacts;
use crate::wish::Wish;

/// How many restarts may be asked for one wish.
pub const MAX_BOOTS: u32 = 3;

/// Plans what the cards need to be as wanted.
///
/// Pure and deterministic: the order of cards, of their ports and of wishes does not matter.
pub fn plan(facts: &[CardFacts], _wishes: &[Wish]) -> FirmwarePlan {
    let nics = facts.iter().map(|facts| NicPlan::nothing(facts.card.clone())).collect();
    FirmwarePlan { nics, ..FirmwarePlan::default() }
}
