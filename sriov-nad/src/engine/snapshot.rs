//! From what is known to what a plan is made of.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::Options;
use super::cache::Look;
use super::memory::View;
use super::state::State;
use crate::nad::{Nad, Owner};
use crate::names::{NadKey, NetworkKey};
use crate::plan::{Claim, Contest, Observed, ObservedNetwork, PlanOptions};
use crate::render::render;
use crate::spec::{Network, NetworkSpec};

/// What a network is planned from, at one moment.
#[derive(Debug)]
pub(super) struct Snapshot {
    look: Look,
    written: BTreeSet<NadKey>,
    absent_for: Duration,
    /// Until when something other than the cache was believed, if anything was.
    pub(super) until: Option<Duration>,
}

/// What comes before a plan.
pub(super) enum Begin {
    /// Its kind is not served: nothing can be said about the network.
    Unserved,
    /// Another network has the NAD; it is this one's turn later.
    Busy,
    /// First a live read of this NAD.
    Read(NadKey),
    /// All is known.
    Plan(Box<Snapshot>),
}

impl State {
    /// Looks at a network, and takes the NADs it is about.
    pub(super) fn begin(&mut self, now: Duration, key: &Arc<NetworkKey>) -> Begin {
        if !self.sources.is_served(&self.cache, key.kind) {
            return Begin::Unserved;
        }
        let look = self.cache.look(key);
        let written: BTreeSet<_> = self.nads.written(key).iter().cloned().collect();
        let mut places = written.clone();
        places.extend(look.target.clone());
        places.extend(look.elsewhere.iter().map(|nad| nad.key.clone()));
        if !self.turns.take(key, &places) {
            return Begin::Busy;
        }
        if let Some(nad) = places.into_iter().find(|nad| self.nads.needs_read(now, nad)) {
            return Begin::Read(nad);
        }
        Begin::Plan(Box::new(self.snapshot(now, look, written)))
    }

    fn snapshot(&mut self, now: Duration, mut look: Look, written: BTreeSet<NadKey>) -> Snapshot {
        let mut until = None;
        let mut know = |key: &NadKey, cached: Option<&Arc<Nad>>| {
            let View { nad, until: holds } = self.nads.view(now, key, cached);
            until = until.into_iter().chain(holds).min();
            nad
        };
        if let Some(target) = &look.target {
            look.at_target = know(target, look.at_target.as_ref());
        }
        let cached = |key: &NadKey| self.cache.at(key);
        let mut places: BTreeSet<_> = look.elsewhere.iter().map(|nad| nad.key.clone()).collect();
        places.extend(written.iter().filter(|key| Some(*key) != look.target.as_ref()).cloned());
        let elsewhere = places.iter().filter_map(|key| know(key, cached(key)));
        look.elsewhere = elsewhere.filter(|nad| is_owned(nad, &look.key)).collect();
        let absent_for = self.absent_for(now, &look);
        Snapshot { look, written, absent_for, until }
    }

    /// How long there has been no such network, though there are NADs of it.
    fn absent_for(&mut self, now: Duration, look: &Look) -> Duration {
        if look.network.is_some() || look.elsewhere.is_empty() {
            self.absent.remove(&look.key);
            return Duration::ZERO;
        }
        now.saturating_sub(*self.absent.entry(Arc::clone(&look.key)).or_insert(now))
    }
}

fn is_owned(nad: &Nad, key: &NetworkKey) -> bool {
    matches!(&nad.owner, Owner::Network(owner) if owner == key)
}

impl Snapshot {
    /// Renders what is wanted. What only the state knows of is put in by [`complete`].
    pub(super) fn observe(&self, options: &Options) -> Observed {
        let look = &self.look;
        let nad = |nad: &Arc<Nad>| Nad::clone(nad);
        Observed {
            key: NetworkKey::clone(&look.key),
            network: look.network.as_deref().map(|network| observe(network, options)),
            namespace: look.namespace,
            at_target: look.at_target.as_ref().map(nad),
            owned_elsewhere: look.elsewhere.iter().map(nad).collect(),
            rivals: look.rivals.iter().map(|rival| claim(rival, options)).collect(),
            contest: Contest::Calm,
            written: self.written.clone(),
            absent_for: self.absent_for,
        }
    }
}

/// Puts in what this process did just now, and what it knows of other writers. Returns until when
/// something other than the cache is believed, if anything is.
pub(super) fn complete(
    state: &mut State,
    now: Duration,
    observed: &mut Observed,
) -> Option<Duration> {
    let network = observed.network.as_mut()?;
    let until = state.networks.correct(now, &observed.key, network);
    if let Ok(desired) = &network.desired {
        let found = observed.at_target.as_ref();
        observed.contest = state.ledger.look(now, &network.meta, desired, found);
    }
    until
}

fn observe(network: &Network, options: &Options) -> ObservedNetwork {
    ObservedNetwork {
        meta: network.meta.clone(),
        network_namespace: network_namespace(network).map(str::to_owned),
        target: network.target(),
        desired: render(network, &options.render),
        condition: network.condition(&options.plan.condition.0).cloned(),
    }
}

fn claim(rival: &Network, options: &Options) -> Claim {
    let entitled = !rival.meta.deleting
        && is_in_scope(rival, &options.plan)
        && render(rival, &options.render).is_ok();
    Claim {
        key: rival.key.clone(),
        uid: rival.meta.uid.clone(),
        created: rival.meta.created.clone(),
        entitled,
    }
}

fn is_in_scope(network: &Network, options: &PlanOptions) -> bool {
    network_namespace(network).is_none() || network.key.namespace == options.operator_namespace
}

fn network_namespace(network: &Network) -> Option<&str> {
    network.spec.as_ref().ok().and_then(NetworkSpec::network_namespace)
}
