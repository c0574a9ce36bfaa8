use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::Held;
use crate::engine::cache::Cache;
use crate::nad::Nad;
use crate::names::{NadKey, NetworkKey};

/// Every network is looked at within this time, and all that is known of its NADs with it.
const FORGET: Duration = Duration::from_hours(1);

type Cached<'a> = Option<&'a Arc<Nad>>;

/// What is known of NADs better than from the cache.
#[derive(Debug, Default)]
pub(in crate::engine) struct NadMemory {
    held: BTreeMap<NadKey, Held<Known>>,
    /// Where NADs were written for a network, as far as the cache has not shown them.
    written: BTreeMap<Arc<NetworkKey>, Vec<NadKey>>,
}

/// What the cluster told us of a NAD.
#[derive(Clone, Debug)]
enum Known {
    /// It is this one, or a later version.
    Is(Arc<Nad>),
    /// The one with this uid is being deleted, or gone.
    Deleting(String),
    /// There is none; what the cache shows with this uid is history.
    Gone(Option<String>),
    /// A call ended in a way that tells nothing: only a live read can say.
    Unknown,
}

/// A NAD to plan with.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct View {
    pub(in crate::engine) nad: Option<Arc<Nad>>,
    /// Set if it is not from the cache: the time until which it holds.
    pub(in crate::engine) until: Option<Duration>,
}

impl Known {
    /// Whether the cache shows it, or what came after it.
    fn is_shown(&self, cached: Cached<'_>) -> bool {
        match self {
            Self::Is(nad) => cached.is_some_and(|cached| is_at(cached, nad)),
            Self::Deleting(uid) => cached.is_none_or(|nad| nad.uid != *uid || nad.deleting),
            Self::Gone(uid) => cached.is_none_or(|nad| Some(&nad.uid) != uid.as_ref()),
            Self::Unknown => false,
        }
    }

    fn instead_of(&self, cached: Cached<'_>) -> Option<Arc<Nad>> {
        match self {
            Self::Is(nad) => Some(Arc::clone(nad)),
            Self::Deleting(_) => {
                cached.map(|nad| Arc::new(Nad { deleting: true, ..Nad::clone(nad) }))
            }
            Self::Gone(_) => None,
            Self::Unknown => cached.cloned(),
        }
    }
}

/// Whether a cached NAD is as new as the other one. Resource versions of one resource are numbers
/// that grow (Kubernetes, KEP-5504); of others only equality says something.
fn is_at(cached: &Nad, other: &Nad) -> bool {
    let number = |nad: &Nad| nad.resource_version.parse::<u64>().ok();
    match (number(cached), number(other)) {
        (Some(cached), Some(other)) => cached >= other,
        _ => cached.resource_version == other.resource_version,
    }
}

impl NadMemory {
    /// A NAD is about to be written for a network.
    pub(in crate::engine) fn writing(&mut self, network: &Arc<NetworkKey>, nad: &NadKey) {
        let entry = self.written.entry(Arc::clone(network));
        let places = entry.or_insert_with(|| Vec::with_capacity(1));
        if !places.contains(nad) {
            places.push(nad.clone());
        }
    }

    /// Where NADs were written for a network that the cache has not shown.
    pub(in crate::engine) fn written(&self, network: &NetworkKey) -> &[NadKey] {
        self.written.get(network).map(Vec::as_slice).unwrap_or_default()
    }

    /// A write or a live read told how a NAD is.
    pub(in crate::engine) fn is(&mut self, now: Duration, nad: Arc<Nad>, cached: Cached<'_>) {
        self.hold(now, &nad.key.clone(), Known::Is(nad), cached);
    }

    /// A live read found no NAD.
    pub(in crate::engine) fn is_gone(&mut self, now: Duration, key: &NadKey, cached: Cached<'_>) {
        self.hold(now, key, Known::Gone(cached.map(|nad| nad.uid.clone())), cached);
    }

    /// The deletion of a NAD was accepted.
    pub(in crate::engine) fn is_deleting(
        &mut self,
        now: Duration,
        key: &NadKey,
        uid: &str,
        cached: Cached<'_>,
    ) {
        self.hold(now, key, Known::Deleting(uid.to_owned()), cached);
    }

    /// The cluster contradicted what was known of a NAD, or did not answer.
    pub(in crate::engine) fn is_unknown(&mut self, now: Duration, key: &NadKey) {
        self.hold(now, key, Known::Unknown, None);
    }

    fn hold(&mut self, since: Duration, key: &NadKey, what: Known, cached: Cached<'_>) {
        if what.is_shown(cached) {
            self.held.remove(key);
        } else {
            self.held.insert(key.clone(), Held { since, what });
        }
    }

    /// Whether only a live read can tell how a NAD is.
    pub(in crate::engine) fn needs_read(&self, now: Duration, key: &NadKey) -> bool {
        self.held.get(key).is_some_and(|held| match held.what {
            Known::Unknown => true,
            Known::Is(_) | Known::Gone(_) => now >= held.until(),
            Known::Deleting(_) => false,
        })
    }

    /// The NAD at a place: what the cache shows, or what is known better.
    pub(in crate::engine) fn view(&self, now: Duration, key: &NadKey, cached: Cached<'_>) -> View {
        let stands = |held: &&Held<Known>| now < held.until() && !held.what.is_shown(cached);
        match self.held.get(key).filter(stands) {
            Some(held) => View { nad: held.what.instead_of(cached), until: Some(held.until()) },
            None => View { nad: cached.cloned(), until: None },
        }
    }

    /// The cache has a new state of a NAD; `deleted` is the uid of the one that went just now.
    pub(in crate::engine) fn shown(
        &mut self,
        key: &NadKey,
        cached: Cached<'_>,
        deleted: Option<&str>,
    ) {
        let Some(held) = self.held.get(key) else { return };
        let went = matches!(&held.what, Known::Is(nad) if Some(nad.uid.as_str()) == deleted);
        if went || held.what.is_shown(cached) {
            self.held.remove(key);
        }
    }

    /// The cache has a new list, which was begun at `begun`: what was known before is in it.
    pub(in crate::engine) fn listed(&mut self, begun: Duration, cache: &Cache) {
        let newer = |key: &NadKey, held: &Held<Known>| {
            held.since >= begun && !held.what.is_shown(cache.at(key))
        };
        self.held.retain(|key, held| newer(key, held));
        self.written.retain(|network, places| {
            places.retain(|place| !cache.owns(network, place));
            !places.is_empty()
        });
    }

    /// The cache shows a NAD of this network there: the place is found without being remembered.
    pub(in crate::engine) fn found(&mut self, network: &NetworkKey, nad: &NadKey) {
        let Some(places) = self.written.get_mut(network) else { return };
        places.retain(|place| place != nad);
        if places.is_empty() {
            self.written.remove(network);
        }
    }

    /// Forgets what nobody asked for in a long time.
    pub(in crate::engine) fn expire(&mut self, now: Duration) {
        self.held.retain(|_, held| match held.what {
            Known::Deleting(_) => now < held.until(),
            Known::Is(_) | Known::Gone(_) | Known::Unknown => now < held.since + FORGET,
        });
    }

    /// The network is gone, and nothing of it is left.
    pub(in crate::engine) fn forget(&mut self, network: &NetworkKey) {
        self.written.remove(network);
    }
}
