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
    /// When each key runs next; what runs may be in it as well.
    keys: BTreeMap<K, Next>,
    /// What waits and does not run, by its time.
    order: BTreeSet<(Duration, u64, K)>,
    /// What runs, and since when.
    running: BTreeMap<K, Duration>,
    /// What nothing brings forward before a time.
    held: BTreeMap<K, Duration>,
    turns: u64,
}

#[derive(Clone, Copy, Debug)]
struct Next {
    due: Duration,
    turn: u64,
    trigger: Trigger,
}

impl<K> Default for Queue<K> {
    fn default() -> Self {
        Self {
            keys: BTreeMap::new(),
            order: BTreeSet::new(),
            running: BTreeMap::new(),
            held: BTreeMap::new(),
            turns: 0,
        }
    }
}

impl<K: Clone + Ord> Queue<K> {
    /// The key is to run at `due`, or before.
    pub(super) fn wake(&mut self, key: &K, due: Duration, trigger: Trigger) {
        let due = self.held.get(key).map_or(due, |until| due.max(*until));
        if self.keys.get(key).is_some_and(|next| next.due <= due) {
            return;
        }
        self.turns += 1;
        self.schedule(key, Next { due, turn: self.turns, trigger });
    }

    fn schedule(&mut self, key: &K, next: Next) {
        if let Some(before) = self.keys.insert(key.clone(), next) {
            self.order.remove(&(before.due, before.turn, key.clone()));
        }
        if !self.running.contains_key(key) {
            self.order.insert((next.due, next.turn, key.clone()));
        }
    }

    /// Takes the key that is due longest. It runs until [`done`](Self::done).
    pub(super) fn pop(&mut self, now: Duration) -> Option<(K, Trigger)> {
        self.order.first().filter(|(due, ..)| *due <= now)?;
        let (_, _, key) = self.order.pop_first()?;
        let next = self.keys.remove(&key)?;
        self.running.insert(key.clone(), now);
        Some((key, next.trigger))
    }

    /// The key ran; it is to run again at the time given, if any, or when something woke it
    /// meanwhile.
    pub(super) fn done(&mut self, key: &K, again: Option<(Duration, Trigger)>) {
        self.running.remove(key);
        self.held.remove(key);
        if let Some(next) = self.keys.get(key) {
            self.order.insert((next.due, next.turn, key.clone()));
        }
        if let Some((due, trigger)) = again {
            self.wake(key, due, trigger);
        }
    }

    /// Nothing brings the key forward before this time, until it has run again.
    pub(super) fn hold(&mut self, key: &K, until: Duration) {
        self.held.insert(key.clone(), until);
        let early = self.keys.get(key).filter(|next| next.due < until);
        if let Some(next) = early.copied() {
            self.schedule(key, Next { due: until, ..next });
        }
    }

    /// When the next key is due.
    pub(super) fn next_due(&self) -> Option<Duration> {
        self.order.first().map(|(due, ..)| *due)
    }

    /// When this key runs next.
    pub(super) fn due(&self, key: &K) -> Option<Duration> {
        self.keys.get(key).map(|next| next.due)
    }

    /// How many keys run.
    pub(super) fn running(&self) -> usize {
        self.running.len()
    }

    /// The keys that run, and since when.
    pub(super) fn in_flight(&self) -> impl Iterator<Item = (&K, Duration)> {
        self.running.iter().map(|(key, since)| (key, *since))
    }

    /// How many keys are due and do not run.
    pub(super) fn depth(&self, now: Duration) -> usize {
        self.order.iter().take_while(|(due, ..)| *due <= now).count()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Step {
        Wake(u8, u64),
        Pop,
        Done(usize, Option<u64>, Option<u64>),
        Pass(u64),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let again = || prop::option::of(0..200_u64);
        let step = prop_oneof![
            4 => (0..5_u8, 0..100_u64).prop_map(|(key, after)| Step::Wake(key, after)),
            4 => Just(Step::Pop),
            3 => (0..5_usize, again(), again()).prop_map(|(n, again, hold)| Step::Done(n, again, hold)),
            2 => (1..60_u64).prop_map(Step::Pass),
        ];
        prop::collection::vec(step, 0..120)
    }

    const fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    /// What has to hold, written down a second time, without any data structure.
    #[derive(Default)]
    struct Model {
        now: u64,
        running: BTreeSet<u8>,
        /// When each key that waits is due at the latest.
        due: BTreeMap<u8, u64>,
        held: BTreeMap<u8, u64>,
    }

    impl Model {
        fn wake(&mut self, key: u8, due: u64) {
            let due = due.max(self.held.get(&key).copied().unwrap_or(0));
            let known = self.due.entry(key).or_insert(due);
            *known = due.min(*known);
        }

        fn first(&self) -> Option<u64> {
            let waiting = self.due.iter().filter(|(key, _)| !self.running.contains(key));
            waiting.map(|(_, due)| *due).min()
        }
    }

    proptest! {
        #[test]
        fn no_wake_up_is_lost_and_no_key_runs_twice(steps in steps()) {
            let (mut queue, mut model) = (Queue::<u8>::default(), Model::default());
            for step in steps {
                play(&mut queue, &mut model, &step)?;
                prop_assert_eq!(queue.running(), model.running.len());
                prop_assert_eq!(queue.next_due(), model.first().map(at));
                for key in 0..5 {
                    prop_assert_eq!(queue.due(&key), model.due.get(&key).copied().map(at));
                }
            }
        }
    }

    fn play(queue: &mut Queue<u8>, model: &mut Model, step: &Step) -> Result<(), TestCaseError> {
        match *step {
            Step::Pass(time) => model.now += time,
            Step::Wake(key, after) => {
                queue.wake(&key, at(model.now + after), Trigger::Nad);
                model.wake(key, model.now + after);
            }
            Step::Pop => {
                let popped = queue.pop(at(model.now)).map(|(key, _)| key);
                let first = model.first().filter(|due| *due <= model.now);
                prop_assert_eq!(popped.and_then(|key| model.due.remove(&key)), first);
                if let Some(key) = popped {
                    prop_assert!(model.running.insert(key), "{} runs twice", key);
                }
            }
            Step::Done(n, again, hold) => {
                let Some(key) = model.running.iter().nth(n).copied() else { return Ok(()) };
                model.running.remove(&key);
                model.held.remove(&key);
                let again = again.map(|after| model.now + after);
                queue.done(&key, again.map(|due| (at(due), Trigger::Retry)));
                if let Some(due) = again {
                    model.wake(key, due);
                }
                // As for a key that failed: it always has a next time.
                if let Some(until) = hold.map(|after| model.now + after).filter(|_| again.is_some())
                {
                    queue.hold(&key, at(until));
                    model.held.insert(key, until);
                    model.due.entry(key).and_modify(|due| *due = until.max(*due));
                }
            }
        }
        Ok(())
    }

    #[test]
    fn who_waits_longest_comes_first_and_an_idle_key_costs_nothing() {
        let mut queue = Queue::<u8>::default();
        for (key, due) in [(1, 30), (2, 10), (3, 20), (1, 5), (2, 50)] {
            queue.wake(&key, at(due), Trigger::Network);
        }
        assert_eq!((queue.depth(at(10)), queue.depth(at(20))), (2, 3));
        let order: Vec<_> = std::iter::from_fn(|| queue.pop(at(100))).map(|(key, _)| key).collect();
        assert_eq!(order, [1, 2, 3]);
        assert_eq!(queue.in_flight().count(), 3);
        for key in &order {
            queue.done(key, None);
        }
        assert!(queue.keys.is_empty() && queue.order.is_empty() && queue.running.is_empty());
    }
}
