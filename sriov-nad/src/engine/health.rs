use std::collections::BTreeSet;
use std::time::Duration;

use serde::Serialize;

use super::Source;
use super::sources::{SourceState, Trouble};
use super::state::{Life, State};

/// Work that is due this long without anything being completed is stuck.
pub(super) const STUCK: Duration = Duration::from_mins(1);
/// A watch that was not heard of for this long is dead: the API server ends each within 5 minutes.
pub(super) const SILENT: Duration = Duration::from_mins(6);
/// Trouble that is not told again for this long is over.
const TROUBLED: Duration = Duration::from_mins(2);

/// Whether the engine lives and whether it is ready, with the reasons why not.
///
/// For the probes of a pod: what is not live has to be restarted; what is not ready waits for
/// something that a restart does not bring.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// Why it should be restarted; empty if it lives.
    pub not_live: Vec<String>,
    /// Why it cannot be relied on yet; empty if it is ready.
    pub not_ready: Vec<String>,
}

impl Health {
    /// Whether there is nothing that a restart would heal.
    pub const fn is_live(&self) -> bool {
        self.not_live.is_empty()
    }

    /// Whether every source is complete and every network had an outcome.
    pub const fn is_ready(&self) -> bool {
        self.not_ready.is_empty()
    }

    pub(super) fn of(state: &State, now: Duration) -> Self {
        let mut not_live = Vec::new();
        if state.life == Life::Running {
            not_live.extend(standing_still(state, now));
            not_live
                .extend(state.sources.iter().filter_map(|(source, it)| silent(source, it, now)));
        }
        let mut not_ready: Vec<_> = life(state).into_iter().collect();
        let sources = state.sources.iter();
        not_ready.extend(sources.filter_map(|(source, it)| unready(state, source, it, now)));
        not_ready.extend(unseen(state));
        not_ready.extend(not_live.iter().cloned());
        Self { not_live, not_ready }
    }
}

fn life(state: &State) -> Option<String> {
    match state.life {
        Life::Running => None,
        Life::New => Some("the engine is not running yet".to_owned()),
        Life::Stopping => Some("the engine is shutting down".to_owned()),
        Life::Stopped => Some("the engine has stopped".to_owned()),
    }
}

fn standing_still(state: &State, now: Duration) -> Option<String> {
    let idle = now.saturating_sub(state.beat);
    if idle > STUCK {
        return Some(format!("the run loop has not looked for {} s", idle.as_secs()));
    }
    let due = state.queue.next_due().filter(|due| *due <= now)?;
    // What is due waits for the sources first: a restart would not bring them.
    let began = state.began?;
    let since = due.max(began).max(state.counters.completion.unwrap_or_default());
    let stuck = now.saturating_sub(since);
    (stuck > STUCK).then(|| {
        let depth = state.queue.depth(now);
        format!("{depth} networks are due, and none was completed for {} s", stuck.as_secs())
    })
}

fn silent(source: Source, it: &SourceState, now: Duration) -> Option<String> {
    let silent = now.saturating_sub(it.active);
    (silent > SILENT).then(|| format!("{source}: nothing was heard for {} s", silent.as_secs()))
}

fn unready(state: &State, source: Source, it: &SourceState, now: Duration) -> Option<String> {
    let trouble = it.trouble.as_ref().map(|(trouble, since)| (trouble, now.saturating_sub(*since)));
    match (state.cache.is_complete(source), trouble) {
        (true, None) => None,
        (false, None) => Some(format!("{source}: not synced yet")),
        (false, Some((trouble, _))) => Some(format!("{source}: {trouble}")),
        // What was complete once goes on serving while the connection is made anew.
        (true, Some((trouble, age))) => {
            let lasting = matches!(trouble, Trouble::CrdMissing | Trouble::Forbidden(_));
            (lasting && age < TROUBLED).then(|| format!("{source}: {trouble}"))
        }
    }
}

fn unseen(state: &State) -> Option<String> {
    match state.first.as_ref().map(BTreeSet::len) {
        Some(0) | None => None,
        Some(left) => Some(format!("{left} networks have had no outcome yet")),
    }
}
