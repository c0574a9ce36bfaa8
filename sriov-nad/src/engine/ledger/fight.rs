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
    /// What was written before that, which a cache may still show.
    before: Option<u64>,
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
        let hash = text(Some(&written.config), Some(&written.resource_name));
        let before = self.written.map(|written| written.hash).filter(|before| *before != hash);
        self.written = Some(Written { at: now, hash, before, stands: true });
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
        let mut managers = found.iter().flat_map(|nad| &nad.managers);
        let foreign = managers.find(|manager| *manager != own);
        let counts = match &mut self.written {
            Some(written) => {
                let wants = text(Some(&wanted.config), Some(&wanted.resource_name));
                // Only once, or another controller that goes back to it would never count.
                let shown = (foreign.is_none() && found.is_some()).then(|| content(found));
                let stale =
                    shown.is_some() && written.before.take_if(|b| Some(*b) == shown).is_some();
                written.stands && written.hash == wants && !stale
            }
            None => foreign.is_some() && self.reverts.is_empty(),
        };
        if counts && !repeated {
            let manager = foreign.map_or_else(|| unnamed(found, own), Clone::clone);
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

/// Who it may be, if it is no other manager.
fn unnamed(found: Option<&Nad>, own: &str) -> String {
    match found {
        Some(nad) if !nad.managers.is_empty() => format!("another {own}, or an admission webhook,"),
        _ => "an unknown manager".to_owned(),
    }
}

fn content(found: Option<&Nad>) -> u64 {
    text(found.map(|nad| &nad.config), found.and_then(|nad| nad.resource_name.as_ref()))
}

fn text(config: Option<&String>, resource: Option<&String>) -> u64 {
    let mut hasher = DefaultHasher::new();
    (config, resource).hash(&mut hasher);
    hasher.finish()
}
