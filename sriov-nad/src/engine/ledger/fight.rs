use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use super::FightPolicy;
use crate::nad::{Desired, Nad};
use crate::plan::Contest;
use crate::spec::Meta;

/// The first time between two writes.
const FIRST: Duration = Duration::from_secs(1);
/// The longest.
const LONGEST: Duration = Duration::from_mins(5);
/// So many reverts by one manager within [`WINDOW`] are no accident.
const REVERTS: usize = 3;
const WINDOW: Duration = Duration::from_mins(1);
/// So many in a row are none either, however slow and whoever they are.
const STREAK: u32 = 4;
/// After so long without a revert the next one is the first.
const CALM: Duration = Duration::from_mins(5);

/// What happened to one NAD.
#[derive(Clone, Debug, Default)]
pub(super) struct Fight {
    /// The uid and the generation of the network.
    network: Option<(String, i64)>,
    written: Option<Written>,
    /// The version of the last drift that was seen: a cache that is behind shows it again.
    seen: Option<String>,
    /// The latest reverts, as many as can decide.
    reverts: VecDeque<Revert>,
    /// How many reverts in a row: the pace.
    streak: u32,
    /// Who is named.
    contested: Option<String>,
}

#[derive(Clone, Copy, Debug)]
struct Written {
    at: Duration,
    hash: u64,
    /// No revert since.
    stands: bool,
}

#[derive(Clone, Debug)]
struct Revert {
    at: Duration,
    manager: String,
    theirs: u64,
}

impl Fight {
    pub(super) fn write(&mut self, now: Duration, written: &Desired) {
        self.written = Some(Written { at: now, hash: hash_of(written), stands: true });
    }

    /// Takes note of the network: another object, or a changed one, is a new matter.
    pub(super) fn concerns(&mut self, meta: &Meta, policy: FightPolicy) {
        let network = (meta.uid.clone(), meta.generation);
        let known = self.network.replace(network);
        let Some((uid, generation)) = known else { return };
        if uid != meta.uid {
            *self = Self { network: self.network.take(), ..Self::default() };
        } else if generation != meta.generation && policy != FightPolicy::Suspend {
            self.contested = None;
            self.reverts.clear();
            self.streak = 0;
        }
    }

    /// Counts a revert, if this is one: what was written last is what is still wanted, it has not
    /// been reverted before, and somebody else did it.
    pub(super) fn drift(
        &mut self,
        now: Duration,
        wanted: &Desired,
        found: Option<&Nad>,
        own: &str,
    ) {
        let version = found.map(|nad| nad.resource_version.clone());
        let repeated = version.is_some() && self.seen == version;
        self.seen = version;
        let managers = found.map_or(&[] as &[String], |nad| &nad.managers);
        let foreign = managers.iter().find(|manager| *manager != own);
        let counts = match self.written {
            Some(written) => {
                let theirs = foreign.is_some() || managers.is_empty();
                written.stands && written.hash == hash_of(wanted) && theirs
            }
            None => foreign.is_some() && self.reverts.is_empty(),
        };
        if counts && !repeated {
            let manager = foreign.map_or("an unknown manager", String::as_str).to_owned();
            self.revert(Revert { at: now, manager, theirs: content(found) });
        }
    }

    /// Takes new content as a reason to write again. The pace stays, so that a writer of ever new
    /// content gains nothing.
    pub(super) fn yield_to(&mut self, found: Option<&Nad>) {
        if self.reverts.back().is_some_and(|revert| revert.theirs != content(found)) {
            self.contested = None;
        }
    }

    fn revert(&mut self, revert: Revert) {
        if let Some(written) = &mut self.written {
            written.stands = false;
        }
        self.streak = self.streak.saturating_add(1);
        let manager = revert.manager.clone();
        let recent = |known: &Revert| revert.at.saturating_sub(known.at) <= WINDOW;
        let same = |known: &&Revert| known.manager == manager && recent(known);
        let known = self.reverts.iter().filter(same).count();
        if known + 1 >= REVERTS || self.streak >= STREAK {
            self.contested = Some(manager);
        }
        self.reverts.push_back(revert);
        if self.reverts.len() > 2 * REVERTS {
            self.reverts.pop_front();
        }
    }

    pub(super) fn contest(&self, now: Duration, policy: FightPolicy) -> Contest {
        let due = self.written.map_or(Duration::ZERO, |written| written.at + self.interval());
        let wait = if self.streak == 0 { Duration::ZERO } else { due.saturating_sub(now) };
        match &self.contested {
            Some(manager) => {
                let wait = (policy == FightPolicy::Insist).then_some(wait);
                Contest::Contested { manager: manager.clone(), wait }
            }
            None if !wait.is_zero() => Contest::Paced { wait },
            None => Contest::Calm,
        }
    }

    /// Whether it can be forgotten. Where we have stopped, silence means nothing.
    pub(super) fn is_over(&self, now: Duration, stops: bool) -> bool {
        let written = self.written.map_or(Duration::ZERO, |written| written.at);
        let last = self.reverts.back().map_or(written, |revert| revert.at.max(written));
        let stopped = stops && self.contested.is_some();
        !stopped && now.saturating_sub(last) >= CALM.max(self.interval() * 2)
    }

    fn interval(&self) -> Duration {
        match self.streak {
            0 => Duration::ZERO,
            reverts => FIRST.saturating_mul(1 << (reverts - 1).min(9)).min(LONGEST),
        }
    }
}

fn hash_of(desired: &Desired) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&desired.config, &desired.resource_name, &desired.owner_uid).hash(&mut hasher);
    hasher.finish()
}

fn content(found: Option<&Nad>) -> u64 {
    let mut hasher = DefaultHasher::new();
    found.map(|nad| (&nad.config, &nad.resource_name, &nad.owner_uids)).hash(&mut hasher);
    hasher.finish()
}
