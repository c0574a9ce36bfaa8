//! All that an engine knows, behind one lock that is never held across a call or a rendering.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::backoff::{Backoff, Rng};
use super::cache::{Cache, Woken};
use super::counters::Counters;
use super::ledger::Ledger;
use super::memory::{NadMemory, NetworkMemory};
use super::queue::Queue;
use super::report::{Report, Trigger};
use super::sources::Sources;
use super::turns::Turns;
use super::{Change, Namespace, Options, Source};
use crate::nad::{Nad, Owner};
use crate::names::{NetworkKey, NetworkKind};
use crate::spec::Network;

/// What handles, workers and the run loop share.
pub(super) struct Shared {
    pub(super) options: Options,
    state: Mutex<State>,
    /// Something is to be done: the run loop looks.
    pub(super) changed: Notify,
    start: Instant,
}

/// Where an engine is in its life.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Life {
    /// `run` was not called yet.
    #[default]
    New,
    Running,
    /// Nothing new is begun.
    Stopping,
    Stopped,
}

pub(super) struct State {
    pub(super) life: Life,
    pub(super) cache: Cache,
    pub(super) sources: Sources,
    pub(super) queue: Queue<Arc<NetworkKey>>,
    pub(super) turns: Turns,
    pub(super) nads: NadMemory,
    pub(super) networks: NetworkMemory,
    pub(super) ledger: Ledger,
    pub(super) rng: Rng,
    pub(super) backoffs: BTreeMap<Arc<NetworkKey>, Backoff>,
    /// Since when there is no network of this name, though NADs of it.
    pub(super) absent: BTreeMap<Arc<NetworkKey>, Duration>,
    pub(super) reports: BTreeMap<Arc<NetworkKey>, Report>,
    pub(super) counters: Counters,
    /// The networks that were there when planning began and had no outcome yet; `None` before.
    pub(super) first: Option<BTreeSet<Arc<NetworkKey>>>,
    /// When planning began.
    pub(super) began: Option<Duration>,
    /// When the run loop looked last.
    pub(super) beat: Duration,
}

impl Shared {
    pub(super) fn new(options: Options) -> Self {
        let state = State {
            life: Life::default(),
            cache: Cache::default(),
            sources: Sources::new(&options.kinds),
            queue: Queue::default(),
            turns: Turns::default(),
            nads: NadMemory::default(),
            networks: NetworkMemory::default(),
            ledger: Ledger::new(options.fights, options.plan.field_manager.clone()),
            rng: Rng::new(options.seed),
            backoffs: BTreeMap::new(),
            absent: BTreeMap::new(),
            reports: BTreeMap::new(),
            counters: Counters::default(),
            first: None,
            began: None,
            beat: Duration::ZERO,
        };
        Self { options, state: Mutex::new(state), changed: Notify::new(), start: Instant::now() }
    }

    /// The time since the engine was made.
    pub(super) fn now(&self) -> Duration {
        Instant::now().saturating_duration_since(self.start)
    }

    /// That time on tokio's clock.
    pub(super) fn instant(&self, time: Duration) -> Instant {
        self.start + time
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        // Whoever panicked with the lock held is counted elsewhere; the others go on.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state and lets the run loop look.
    pub(super) fn feed(&self, change: impl FnOnce(&mut State, Duration, &Options)) {
        let now = self.now();
        change(&mut self.lock(), now, &self.options);
        self.changed.notify_one();
    }
}

impl State {
    /// Takes in a change of a network.
    pub(super) fn network(
        &mut self,
        now: Duration,
        debounce: Duration,
        kind: NetworkKind,
        change: Change<Network>,
    ) {
        let trigger = self.note(now, Source::Networks(kind), &change, Trigger::Network);
        if let Change::Applied(network) = &change {
            self.networks.shown(network);
        }
        let complete = change == Change::Complete;
        let mut woken = self.cache.network(kind, change);
        if complete {
            self.networks.listed(|key| self.cache.network_at(key));
            woken.extend(self.cache.orphans(kind));
        }
        self.wake(woken, now + debounce, trigger);
    }

    /// Takes in a change of a NAD.
    pub(super) fn nad(&mut self, now: Duration, debounce: Duration, change: Change<Nad>) {
        let trigger = self.note(now, Source::Nads, &change, Trigger::Nad);
        let complete = change == Change::Complete;
        let (moved, deleted) = match &change {
            Change::Applied(nad) => (Some((nad.key.clone(), nad.owner.clone())), None),
            Change::Deleted(nad) => (Some((nad.key.clone(), Owner::None)), Some(nad.uid.clone())),
            Change::Restart | Change::Listed(_) | Change::Complete => (None, None),
        };
        let woken = self.cache.nad(change);
        if let Some((key, owner)) = moved {
            self.nads.shown(&key, self.cache.at(&key), deleted.as_deref());
            if let Owner::Network(owner) = owner {
                self.nads.found(&owner, &key);
            }
        }
        if complete {
            let begun = self.sources.get_mut(Source::Nads).begun;
            self.nads.listed(begun, &self.cache);
        }
        self.wake(woken, now + debounce, trigger);
    }

    /// Takes in a change of a namespace.
    pub(super) fn namespace(
        &mut self,
        now: Duration,
        debounce: Duration,
        change: Change<Namespace>,
    ) {
        let trigger = self.note(now, Source::Namespaces, &change, Trigger::Namespace);
        let woken = self.cache.namespace(change);
        self.wake(woken, now + debounce, trigger);
    }

    pub(super) fn wake(&mut self, keys: Woken, due: Duration, trigger: Trigger) {
        for key in keys {
            self.queue.wake(&key, due, trigger);
        }
    }

    /// Notes that a source delivers.
    fn note<T>(
        &mut self,
        now: Duration,
        source: Source,
        change: &Change<T>,
        trigger: Trigger,
    ) -> Trigger {
        let state = self.sources.get_mut(source);
        state.active = now;
        match change {
            Change::Restart => {
                state.begun = now;
                trigger
            }
            Change::Complete => {
                state.trouble = None;
                state.event = Some(now);
                Trigger::Listed
            }
            Change::Listed(_) | Change::Applied(_) | Change::Deleted(_) => {
                state.trouble = None;
                state.event = Some(now);
                trigger
            }
        }
    }
}
