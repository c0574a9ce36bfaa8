use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::state::State;

/// How an engine is doing, in numbers. Counts are from its start on; ages and times are seconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Metrics {
    /// By the kind of the objects.
    pub sources: BTreeMap<String, SourceMetrics>,
    /// Networks that are due and do not run.
    pub queue_depth: usize,
    /// How long the first of them has been due.
    pub queue_age: f64,
    /// Networks that are reconciled now.
    pub in_flight: usize,
    /// For how long the oldest of these.
    pub in_flight_age: f64,
    /// How long ago a reconcile ended well.
    pub last_success_age: Option<f64>,
    /// How long ago a reconcile ended, however.
    pub last_completion_age: Option<f64>,
    /// Reconciles that came to a plan, by the number of the row that decided.
    pub reconciles: BTreeMap<u8, u64>,
    /// Writes that succeeded, by kind.
    pub writes: BTreeMap<String, u64>,
    /// Calls that failed, by class.
    pub errors: BTreeMap<String, u64>,
    /// NADs whose every write is reverted, counted when it begins, by field manager.
    pub fights: BTreeMap<String, u64>,
    /// Applies that met fields of other managers.
    pub conflicts: u64,
    /// Reads of NADs past the cache.
    pub live_reads: u64,
    /// Reconciles, and run loops, that panicked.
    pub panics: u64,
    /// Reconciles that the watchdog aborted.
    pub aborts: u64,
    /// Calls and reconciles that took too long.
    pub timeouts: u64,
    /// Objects that could not be read.
    pub unreadable: u64,
}

/// How a source is doing.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SourceMetrics {
    /// Whether a list was ever completed.
    pub store_ready: bool,
    /// How many objects there are.
    pub objects: usize,
    /// How long ago an object or the end of a list came.
    pub last_event_age: Option<f64>,
    /// How long ago anything was heard.
    pub last_activity_age: f64,
}

impl Metrics {
    pub(super) fn of(state: &State, now: Duration) -> Self {
        let age = |time: Duration| now.saturating_sub(time).as_secs_f64();
        let counters = &state.counters;
        let count = |(name, count): (&&str, &u64)| ((*name).to_owned(), *count);
        let oldest = state.queue.in_flight().map(|(_, since)| since).min();
        Self {
            sources: sources(state, now),
            queue_depth: state.queue.depth(now),
            queue_age: state.queue.next_due().map_or(0.0, age),
            in_flight: state.queue.running(),
            in_flight_age: oldest.map_or(0.0, age),
            last_success_age: counters.success.map(age),
            last_completion_age: counters.completion.map(age),
            reconciles: counters.reconciles.iter().map(|(row, n)| (row.number(), *n)).collect(),
            writes: counters.writes.iter().map(count).collect(),
            errors: counters.errors.iter().map(count).collect(),
            fights: counters.fights.iter().map(|(name, n)| (name.to_string(), *n)).collect(),
            conflicts: counters.conflicts,
            live_reads: counters.live_reads,
            panics: counters.panics,
            aborts: counters.aborts,
            timeouts: counters.timeouts,
            unreadable: counters.unreadable,
        }
    }
}

fn sources(state: &State, now: Duration) -> BTreeMap<String, SourceMetrics> {
    let age = |time: Duration| now.saturating_sub(time).as_secs_f64();
    let all = state.sources.iter().map(|(source, it)| {
        let metrics = SourceMetrics {
            store_ready: state.cache.is_complete(source),
            objects: state.cache.count(source),
            last_event_age: it.event.map(age),
            last_activity_age: age(it.active),
        };
        (source.to_string(), metrics)
    });
    all.collect()
}
