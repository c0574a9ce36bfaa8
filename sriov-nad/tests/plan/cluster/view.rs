//! The state as the planner sees it, through the caches.

use std::collections::BTreeSet;
use std::time::Duration;

use sriov_nad::FieldError;
use sriov_nad::nad::{self, Desired, Owner};
use sriov_nad::names::NadKey;
use sriov_nad::plan::{Claim, Contest, NamespacePhase, Observed, ObservedNetwork};
use sriov_nad::spec::{Condition, Meta};

use super::{NAMESPACES, Nad, Network, Objects, Phase, Setup};
use crate::fixture::options;

/// Conditions by number.
#[derive(Debug, Default)]
pub(crate) struct Interner(Vec<Condition>);

impl Interner {
    pub(crate) fn number(&mut self, condition: &Condition) -> u16 {
        let known = self.0.iter().position(|known| known == condition);
        let place = known.unwrap_or_else(|| {
            self.0.push(condition.clone());
            self.0.len() - 1
        });
        u16::try_from(place).unwrap()
    }

    pub(crate) fn get(&self, number: u16) -> &Condition {
        &self.0[usize::from(number)]
    }
}

/// What is observed of a network. The grace period of orphans is over: the worst case.
pub(crate) fn observe(
    setup: &Setup,
    conditions: &Interner,
    cache: &Objects,
    written: u8,
    index: usize,
) -> Observed {
    let network = cache.networks[index];
    let target = network.map(|network| network.target);
    let ours = |nad: &Nad| nad.owner.map(usize::from) == Some(index);
    let elsewhere = [0u8, 1].into_iter().filter(|place| Some(*place) != target);
    let nad_at = |place: u8| cache.nads[usize::from(place)];
    Observed {
        key: setup.keys[index].clone(),
        network: network.map(|network| observed_network(setup, conditions, &network, index)),
        namespace: target.map_or(NamespacePhase::Absent, |target| phase(cache, target)),
        at_target: target.and_then(|target| Some(nad(setup, target, &nad_at(target)?))),
        owned_elsewhere: elsewhere
            .filter_map(|place| Some(nad(setup, place, &nad_at(place).filter(ours)?)))
            .collect(),
        rivals: target.map_or_else(Vec::new, |target| rivals(setup, cache, target, 1 - index)),
        contest: Contest::Calm,
        written: places(written),
        absent_for: if network.is_none() { options().orphan_grace } else { Duration::ZERO },
    }
}

fn observed_network(
    setup: &Setup,
    conditions: &Interner,
    network: &Network,
    index: usize,
) -> ObservedNetwork {
    let home = setup.home(index);
    let crosses = home.is_none();
    let named = crosses || network.broken;
    ObservedNetwork {
        meta: Meta {
            uid: uid(network.uid),
            resource_version: "1".to_owned(),
            generation: i64::from(network.generation),
            created: format!("{:03}", network.uid),
            deleting: network.deleting,
            finalizers: network.finalizer.then(|| options().finalizer).into_iter().collect(),
        },
        network_namespace: named.then(|| NAMESPACES[usize::from(network.target)].to_owned()),
        target: key(network.target),
        desired: if crosses && network.broken {
            Err(FieldError::missing("spec.resourceName"))
        } else {
            Ok(Desired {
                key: key(network.target),
                owner: setup.keys[index].clone(),
                owner_uid: home.map(|_| uid(network.uid)),
                resource_name: "openshift.io/cx6".to_owned(),
                config: config(Some((u8::try_from(index).unwrap(), network.variant))),
            })
        },
        condition: network.condition.map(|number| conditions.get(number).clone()),
    }
}

fn rivals(setup: &Setup, cache: &Objects, target: u8, other: usize) -> Vec<Claim> {
    let claim = |network: Network| Claim {
        key: setup.keys[other].clone(),
        uid: uid(network.uid),
        created: format!("{:03}", network.uid),
        entitled: !network.deleting && !network.broken,
    };
    let other = cache.networks[other].filter(|network| network.target == target);
    other.map(claim).into_iter().collect()
}

fn nad(setup: &Setup, place: u8, nad: &Nad) -> nad::Nad {
    nad::Nad {
        key: key(place),
        uid: uid(nad.uid),
        resource_version: nad.version.to_string(),
        deleting: nad.deleting,
        owner: nad
            .owner
            .map_or(Owner::None, |owner| Owner::Network(setup.keys[usize::from(owner)].clone())),
        owner_uids: nad.reference.map(uid).into_iter().collect(),
        resource_name: Some("openshift.io/cx6".to_owned()),
        config: config(nad.config),
        managers: Vec::new(),
    }
}

fn config(of: Option<(u8, bool)>) -> String {
    of.map_or_else(
        || "{}".to_owned(),
        |(owner, variant)| format!(r#"{{"of":{owner},"variant":{variant}}}"#),
    )
}

fn phase(cache: &Objects, place: u8) -> NamespacePhase {
    match cache.phases[usize::from(place)] {
        Phase::Absent => NamespacePhase::Absent,
        Phase::Active => NamespacePhase::Active,
        Phase::Terminating => NamespacePhase::Terminating,
    }
}

fn places(mask: u8) -> BTreeSet<NadKey> {
    [0u8, 1].into_iter().filter(|place| mask & (1 << place) != 0).map(key).collect()
}

fn key(place: u8) -> NadKey {
    NadKey::new(NAMESPACES[usize::from(place)], "net")
}

fn uid(uid: u8) -> String {
    uid.to_string()
}
