//! How long cards take side by side: a replay on virtual time, not a measurement.
//!
//! The simulator serves one call after the other, so that its clock adds up what happens at the
//! same time. Here each thread has a time of its own. It begins at that of the thread that made
//! it, and the end is the latest of all.

use std::cell::Cell;
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use sriov_host::seam::{Clock, Tool, ToolRun};
use sriov_host::sim::SimHost;
use sriov_mlx::apply::FirmwareOptions;
use sriov_mlx::card::{CardId, survey};
use sriov_mlx::{Access, Policy, Stage, Wish, observe};

use crate::double::{Hooked, Hooks, Ran};
use crate::world::{machine, options, secs, serial, wish};

/// A query of named parameters of a `ConnectX`-6 Dx.
const QUERY: Duration = Duration::from_millis(1_440);

thread_local! {
    static SPENT: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

struct Replay {
    /// So many queries begin before the first one ends.
    abreast: usize,
    shared: Mutex<Shared>,
    begun: Condvar,
}

#[derive(Default)]
struct Shared {
    begun: usize,
    /// What all threads have waited for: the version of the tool.
    before: Duration,
    latest: Duration,
}

impl Replay {
    fn new(abreast: usize) -> Self {
        SPENT.set(Duration::ZERO);
        Self { abreast, shared: Mutex::default(), begun: Condvar::new() }
    }

    fn spend(shared: &mut Shared, cost: Duration) {
        SPENT.set(SPENT.get().max(shared.before) + cost);
        shared.latest = shared.latest.max(SPENT.get());
    }

    /// Holds a query back until all are there: a quick thread must not take the next card before
    /// a slow one has got its first.
    fn line_up(&self) {
        let mut shared = self.shared.lock().unwrap();
        shared.begun += 1;
        self.begun.notify_all();
        while shared.begun < self.abreast {
            let (woken, late) = self.begun.wait_timeout(shared, Duration::from_secs(20)).unwrap();
            assert!(!late.timed_out(), "{} of {}", woken.begun, self.abreast);
            shared = woken;
        }
    }
}

impl Hooks for Replay {
    fn run_tool(&self, sim: &SimHost, run: &ToolRun, deadline: Duration) -> Ran {
        let is_query = run.args.iter().any(|arg| arg == "q");
        if is_query {
            self.line_up();
        }
        let mut shared = self.shared.lock().unwrap();
        let begun = Clock::now(sim);
        let ran = sim.run_tool(run, deadline);
        Self::spend(&mut shared, Clock::now(sim).saturating_sub(begun));
        if !is_query {
            shared.before = shared.before.max(SPENT.get());
        }
        ran
    }

    fn now(&self, _: &SimHost) -> Duration {
        SPENT.get()
    }

    fn sleep(&self, _: &SimHost, pause: Duration) {
        Self::spend(&mut self.shared.lock().unwrap(), pause);
    }
}

/// Observes so many cards; when each was done or had failed, and when all were.
fn replay(
    cards: usize,
    workers: usize,
    hanging: Option<usize>,
) -> (Vec<(CardId, Stage, Duration)>, Duration) {
    let machine = machine(cards, |card| {
        card.hangs = hanging.is_some_and(|number| card.serial == serial(number));
    });
    let host = Hooked::new(&machine, Replay::new(workers));
    let found = survey(&host).unwrap();
    let wishes: Vec<Wish> = (0..cards).map(|card| wish(card, Policy::AtLeast(16))).collect();
    let ends = Mutex::new(Vec::new());
    let progress = |card: &CardId, stage: Stage| {
        if matches!(stage, Stage::Done | Stage::Failed) {
            ends.lock().unwrap().push((card.clone(), stage, SPENT.get()));
        }
    };
    let options = FirmwareOptions { workers, ..options() };
    let facts = observe(&Access::new(&host), &found, &wishes, &options, &progress);
    assert_eq!(facts.len(), cards);
    let latest = host.hooks.shared.lock().unwrap().latest;
    (ends.into_inner().unwrap(), latest)
}

#[test]
fn eight_cards_take_as_long_as_one() {
    let (ends, took) = replay(8, 8, None);
    println!("replay: 8 cards, 8 workers: {} ms", took.as_millis());
    assert!(ends.iter().all(|(_, stage, _)| *stage == Stage::Done), "{ends:?}");
    assert!(took >= QUERY && took <= QUERY.mul_f64(1.2), "{took:?}");
    // One after the other is what the replay would tell as well.
    let (_, took) = replay(8, 1, None);
    println!("replay: 8 cards, 1 worker: {} ms", took.as_millis());
    assert!(took >= QUERY * 8, "{took:?}");
}

#[test]
fn a_card_that_hangs_costs_the_others_nothing() {
    let (ends, took) = replay(8, 8, Some(3));
    for (card, stage, at) in &ends {
        if card.to_string() == serial(3) {
            assert_eq!(*stage, Stage::Failed);
            assert!(*at >= secs(60) && *at < secs(61), "{at:?}");
        } else {
            assert_eq!(*stage, Stage::Done, "{card}");
            assert!(*at <= QUERY.mul_f64(1.2), "{card}: {at:?}");
        }
    }
    assert!(took < secs(61), "{took:?}");
}
