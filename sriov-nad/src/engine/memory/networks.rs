use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::Held;
use crate::names::NetworkKey;
use crate::plan::{ObservedNetwork, Write};
use crate::spec::{Condition, Network};

/// What is known of networks better than from the cache.
#[derive(Debug, Default)]
pub(in crate::engine) struct NetworkMemory(BTreeMap<Arc<NetworkKey>, Done>);

/// What was done to the network with this uid.
#[derive(Debug, Default)]
struct Done {
    uid: String,
    condition: Option<Held<Condition>>,
    /// The finalizer, and whether it was added.
    finalizer: Option<Held<(String, bool)>>,
    refused: Option<Held<Write>>,
}

impl NetworkMemory {
    /// A condition was written.
    pub(in crate::engine) fn condition_is(
        &mut self,
        now: Duration,
        key: &Arc<NetworkKey>,
        uid: &str,
        what: &Condition,
    ) {
        self.of(key, uid).condition = Some(Held { since: now, what: what.clone() });
    }

    /// A finalizer was added, or removed.
    pub(in crate::engine) fn finalizer_is(
        &mut self,
        now: Duration,
        key: &Arc<NetworkKey>,
        uid: &str,
        name: &str,
        added: bool,
    ) {
        self.of(key, uid).finalizer = Some(Held { since: now, what: (name.to_owned(), added) });
    }

    /// A write was refused, because the network is not as it was planned for.
    pub(in crate::engine) fn refused(
        &mut self,
        now: Duration,
        key: &Arc<NetworkKey>,
        uid: &str,
        write: &Write,
    ) {
        self.of(key, uid).refused = Some(Held { since: now, what: write.clone() });
    }

    /// Whether exactly this write was refused just now.
    pub(in crate::engine) fn is_refused(
        &self,
        now: Duration,
        key: &NetworkKey,
        write: &Write,
    ) -> bool {
        let refused = self.0.get(key).and_then(|done| done.refused.as_ref());
        refused.is_some_and(|refused| now < refused.until() && refused.what == *write)
    }

    /// Corrects what the cache shows. Returns until when it does so, if it does.
    pub(in crate::engine) fn correct(
        &self,
        now: Duration,
        key: &NetworkKey,
        network: &mut ObservedNetwork,
    ) -> Option<Duration> {
        let done = self.0.get(key).filter(|done| done.uid == network.meta.uid)?;
        let condition = done.condition.as_ref().filter(|held| now < held.until());
        let condition = condition.filter(|held| network.condition.as_ref() != Some(&held.what));
        let finalizer = done.finalizer.as_ref().filter(|held| now < held.until());
        let finalizer = finalizer.filter(|held| {
            let (name, added) = &held.what;
            network.meta.finalizers.contains(name) != *added
        });
        if let Some(held) = condition {
            network.condition = Some(held.what.clone());
        }
        if let Some(Held { what: (name, added), .. }) = finalizer {
            match added {
                true => network.meta.finalizers.push(name.clone()),
                false => network.meta.finalizers.retain(|present| present != name),
            }
        }
        condition.map(Held::until).into_iter().chain(finalizer.map(Held::until)).min()
    }

    /// The cache has a new state of a network: what it shows is forgotten.
    pub(in crate::engine) fn shown(&mut self, network: &Network) {
        let Some(done) = self.0.get_mut(&network.key) else { return };
        if done.uid != network.meta.uid {
            self.0.remove(&network.key);
            return;
        }
        let shows = |held: &Held<Condition>| network.condition(&held.what.kind) == Some(&held.what);
        done.condition.take_if(|held| shows(held));
        done.finalizer.take_if(|held| {
            let (name, added) = &held.what;
            network.meta.finalizers.contains(name) == *added
        });
        if done.condition.is_none() && done.finalizer.is_none() && done.refused.is_none() {
            self.0.remove(&network.key);
        }
    }

    /// The cache has a new list.
    pub(in crate::engine) fn listed<'a>(
        &mut self,
        cached: impl Fn(&NetworkKey) -> Option<&'a Arc<Network>>,
    ) {
        let held: Vec<_> = self.0.keys().cloned().collect();
        for network in held.iter().filter_map(|key| cached(key)) {
            self.shown(network);
        }
    }

    /// Forgets what is older than the patience allows.
    pub(in crate::engine) fn expire(&mut self, now: Duration) {
        self.0.retain(|_, done| {
            done.condition.take_if(|held| now >= held.until());
            done.finalizer.take_if(|held| now >= held.until());
            done.refused.take_if(|held| now >= held.until());
            done.condition.is_some() || done.finalizer.is_some() || done.refused.is_some()
        });
    }

    fn of(&mut self, key: &Arc<NetworkKey>, uid: &str) -> &mut Done {
        let done = self.0.entry(Arc::clone(key)).or_default();
        if done.uid != uid {
            *done = Done { uid: uid.to_owned(), ..Done::default() };
        }
        done
    }
}
