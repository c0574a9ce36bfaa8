use std::sync::Arc;

use super::health::Health;
use super::metrics::Metrics;
use super::report::{KeyReport, Trigger};
use super::sources::Trouble;
use super::state::Shared;
use super::{Change, Namespace, Source};
use crate::nad::Nad;
use crate::names::{NadKey, NetworkKey, NetworkKind};
use crate::spec::Network;

/// The way into an engine: feeds it, and asks how it is doing. Clones are the same engine.
///
/// No method waits for anything but a short lock.
#[derive(Clone)]
pub struct Handle {
    shared: Arc<Shared>,
}

impl Handle {
    pub(super) const fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Takes in what the source of the networks of this kind tells.
    pub fn networks(&self, kind: NetworkKind, change: Change<Network>) {
        self.shared.feed(|state, now, options| {
            state.network(now, options.debounce, kind, change);
        });
    }

    /// Takes in what the source of the NADs tells.
    pub fn nads(&self, change: Change<Nad>) {
        self.shared.feed(|state, now, options| state.nad(now, options.debounce, change));
    }

    /// Takes in what the source of the namespaces tells.
    pub fn namespaces(&self, change: Change<Namespace>) {
        self.shared.feed(|state, now, options| state.namespace(now, options.debounce, change));
    }

    /// Something was heard of a source, be it a bookmark only. Every change counts as well.
    pub fn watch_activity(&self, source: Source) {
        let now = self.shared.now();
        self.shared.lock().sources.get_mut(source).active = now;
    }

    /// A source does not deliver for now, for this reason, and is tried again. To be told at every
    /// failed attempt; the next object or complete list ends it.
    pub fn source_trouble(&self, source: Source, trouble: Trouble) {
        tracing::warn!(%source, %trouble, "source in trouble");
        self.shared.feed(|state, now, _| {
            let source = state.sources.get_mut(source);
            source.active = now;
            source.trouble = Some((trouble, now));
        });
    }

    /// A source delivered an object that could not be read, and that is left out.
    pub fn unreadable(&self, source: Source, name: &str) {
        tracing::warn!(%source, name, "object left out, it could not be read");
        self.shared.lock().counters.unreadable += 1;
    }

    /// Looks at a network now, whatever it waits for.
    pub fn look_at(&self, key: &NetworkKey) {
        let key = Arc::new(key.clone());
        self.shared.feed(|state, now, _| state.queue.wake(&key, now, Trigger::Asked));
    }

    /// Ends the fight for a NAD: it is written again, as if nobody had ever reverted it.
    pub fn reset_fight(&self, nad: &NadKey) {
        self.shared.feed(|state, now, _| {
            state.ledger.reset(nad);
            let claimants = state.cache.claimants(nad);
            state.wake(claimants, now, Trigger::Asked);
        });
    }

    /// How the engine is doing, in sentences.
    pub fn health(&self) -> Health {
        let now = self.shared.now();
        Health::of(&self.shared.lock(), now)
    }

    /// How the engine is doing, in numbers.
    pub fn metrics(&self) -> Metrics {
        let now = self.shared.now();
        Metrics::of(&self.shared.lock(), now)
    }

    /// What the last reconcile of a network came to; `None` if there was none.
    pub fn last(&self, key: &NetworkKey) -> Option<KeyReport> {
        let now = self.shared.now();
        let state = self.shared.lock();
        let (key, report) = state.reports.get_key_value(key)?;
        let next = state.queue.due(key).map(|due| due.saturating_sub(now));
        Some(report.public(next))
    }
}
