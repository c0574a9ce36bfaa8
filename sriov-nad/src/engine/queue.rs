//! Which key runs next, and when. Pure: the time is an argument.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::report::Trigger;

/// A schedule of keys.
///
/// A key is in it once. It runs once at a time; what wakes it while it runs makes it run again. Of
/// two times the earlier one holds, so an event brings forward a key that waits for a retry, except
/// before a time that a server asked for.
#[derive(Debug)]
pub(super) struct Queue<K> {
    keys: BTreeMap<K, Entry>,
    /// What waits and does not run, by its time.
    order: BTreeSet<(Duration, u64, K)>,
    turns: u64,
    running: usize,
}

#[derive(Debug, Default)]
struct Entry {
    next: Option<Next>,
    started: Option<Duration>,
    not_before: Duration,
}

#[derive(Clone, Copy, Debug)]
struct Next {
    due: Duration,
    turn: u64,
    trigger: Trigger,
}

impl<K> Default for Queue<K> {
    fn default() -> Self {
        Self { keys: BTreeMap::new(), order: BTreeSet::new(), turns: 0, running: 0 }
    }
}

impl<K: Clone + Ord> Queue<K> {
    /// The key is to run at `due`, or before.
    pub(super) fn wake(&mut self, key: &K, due: Duration, trigger: Trigger) {
        let entry = match self.keys.get_mut(key) {
            Some(entry) => entry,
            None => self.keys.entry(key.clone()).or_default(),
        };
        let due = due.max(entry.not_before);
        if entry.next.is_some_and(|next| next.due <= due) {
            return;
        }
        if let Some(later) = entry.next.take() {
            self.order.remove(&(later.due, later.turn, key.clone()));
        }
        self.turns += 1;
        entry.next = Some(Next { due, turn: self.turns, trigger });
        if entry.started.is_none() {
            self.order.insert((due, self.turns, key.clone()));
        }
    }

    /// Takes the key that is due longest. It runs until [`done`](Self::done).
    pub(super) fn pop(&mut self, now: Duration) -> Option<(K, Trigger)> {
        let first = self.order.first().filter(|(due, ..)| *due <= now)?;
        let key = first.2.clone();
        self.order.pop_first();
        let entry = self.keys.get_mut(&key)?;
        let next = entry.next.take()?;
        entry.started = Some(now);
        self.running += 1;
        Some((key, next.trigger))
    }

    /// The key ran; it is to run again at the time given, if any, or when something woke it
    /// meanwhile.
    pub(super) fn done(&mut self, key: &K, again: Option<(Duration, Trigger)>) {
        let Some(entry) = self.keys.get_mut(key) else { return };
        if entry.started.take().is_some() {
            self.running -= 1;
        }
        entry.not_before = Duration::ZERO;
        if let Some(next) = entry.next {
            self.order.insert((next.due, next.turn, key.clone()));
        }
        match again {
            Some((due, trigger)) => self.wake(key, due, trigger),
            None if self.keys.get(key).is_some_and(|entry| entry.next.is_none()) => {
                self.keys.remove(key);
            }
            None => {}
        }
    }

    /// Nothing brings the key forward before this time.
    pub(super) fn hold(&mut self, key: &K, until: Duration) {
        let Some(entry) = self.keys.get_mut(key) else { return };
        entry.not_before = until;
        if let Some(next) = entry.next.as_mut().filter(|next| next.due < until) {
            if self.order.remove(&(next.due, next.turn, key.clone())) {
                self.order.insert((until, next.turn, key.clone()));
            }
            next.due = until;
        }
    }

    /// When the next key is due.
    pub(super) fn next_due(&self) -> Option<Duration> {
        self.order.first().map(|(due, ..)| *due)
    }

    /// When this key runs next.
    pub(super) fn due(&self, key: &K) -> Option<Duration> {
        self.keys.get(key)?.next.map(|next| next.due)
    }

    /// How many keys run.
    pub(super) const fn running(&self) -> usize {
        self.running
    }

    /// The keys that run, and since when.
    pub(super) fn in_flight(&self) -> impl Iterator<Item = (&K, Duration)> {
        self.keys.iter().filter_map(|(key, entry)| Some((key, entry.started?)))
    }

    /// How many keys are due and do not run.
    pub(super) fn depth(&self, now: Duration) -> usize {
        self.order.iter().take_while(|(due, ..)| *due <= now).count()
    }
}
