//! Who else writes our NADs, and how fast we answer.
//!
//! A NAD that somebody edits once is repaired at once. From the first revert on, the time between
//! two writes doubles, from a second up to five minutes; after three reverts by one manager within a
//! minute the engine says who it is and does as [`FightPolicy`] tells. So a foreign writer costs
//! three writes at most before it is named, and never more than five within ten seconds.

mod fight;

use std::collections::BTreeMap;
use std::time::Duration;

use crate::nad::{Desired, Nad, Owner};
use crate::names::{NadKey, NetworkKey};
use crate::plan::{Contest, drift};
use crate::spec::Meta;
use fight::Fight;

/// What to do when somebody reverts every write.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum FightPolicy {
    /// Go on, ever more slowly.
    #[default]
    Insist,
    /// Stop until the network changes, or the NAD does.
    Yield,
    /// Stop until [`Ledger::reset`].
    Suspend,
}

/// The writes and reverts of the NADs that somebody else writes as well.
///
/// Pure: all times are given by the caller, as the time since any fixed start. It holds nothing that
/// is needed for correctness; an empty one after a restart costs a write or two.
#[derive(Clone, Debug)]
pub struct Ledger {
    policy: FightPolicy,
    field_manager: String,
    fights: BTreeMap<(NetworkKey, NadKey), Fight>,
    /// As soon as there are so many, what is over is forgotten.
    sweep_at: usize,
}

/// So many NADs are remembered without a thought.
const FEW: usize = 64;

impl Ledger {
    /// An empty ledger; `field_manager` is our own.
    pub fn new(policy: FightPolicy, field_manager: impl Into<String>) -> Self {
        Self { policy, field_manager: field_manager.into(), fights: BTreeMap::new(), sweep_at: FEW }
    }

    /// Notes that this was written.
    pub fn note_write(&mut self, now: Duration, written: &Desired) {
        self.fights.entry(key(written)).or_default().write(now, written);
        if self.fights.len() > self.sweep_at {
            self.sweep_at = FEW.max(2 * self.settle(now));
        }
    }

    /// Looks at the NAD a network wants and the one that is there, notes a revert, and says how
    /// things stand. To be asked before every plan; asking twice changes nothing.
    ///
    /// `meta` is the network's: a changed network is a new matter, unless the policy is
    /// [`FightPolicy::Suspend`], and one created anew always is.
    pub fn look(
        &mut self,
        now: Duration,
        meta: &Meta,
        wanted: &Desired,
        found: Option<&Nad>,
    ) -> Contest {
        let ours = Owner::Network(wanted.owner.clone());
        if found.is_some_and(|nad| nad.owner != Owner::None && nad.owner != ours) {
            return Contest::Calm;
        }
        let key = key(wanted);
        let stops = self.policy != FightPolicy::Insist;
        if self.fights.get(&key).is_some_and(|fight| fight.is_over(now, stops)) {
            self.fights.remove(&key);
        }
        let drifted = found.is_none_or(|nad| !drift(wanted, nad).is_empty());
        if !drifted && !self.fights.contains_key(&key) {
            return Contest::Calm;
        }
        let fight = self.fights.entry(key).or_default();
        fight.concerns(meta, self.policy);
        if drifted && self.policy == FightPolicy::Yield {
            fight.yield_to(found);
        }
        if drifted {
            fight.drift(now, wanted, found, &self.field_manager);
        }
        fight.contest(now, self.policy)
    }

    /// Begins anew with this NAD, whatever the policy.
    pub fn reset(&mut self, nad: &NadKey) {
        self.fights.retain(|(_, key), _| key != nad);
    }

    /// Forgets a network that is gone.
    pub fn forget(&mut self, network: &NetworkKey) {
        self.fights.retain(|(key, _), _| key != network);
    }

    /// Forgets what has been calm for long, and says how many NADs are still remembered. It happens
    /// by itself, so that networks that come and go do not add up.
    pub fn settle(&mut self, now: Duration) -> usize {
        let stops = self.policy != FightPolicy::Insist;
        self.fights.retain(|_, fight| !fight.is_over(now, stops));
        self.fights.len()
    }
}

fn key(desired: &Desired) -> (NetworkKey, NadKey) {
    (desired.owner.clone(), desired.key.clone())
}

#[cfg(test)]
mod tests;
