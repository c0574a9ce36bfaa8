//! What the engine knows of the cluster, and whom a change concerns. No I/O, no clock.
//!
//! Every change is in the cache before anybody is woken for it: who is woken sees it.

mod index;
mod listing;
mod look;

use std::sync::Arc;

use index::Index;
use listing::{Listing, Moved};

pub(super) use look::Look;

use super::{Change, Namespace, Source};
use crate::nad::{Nad, Owner};
use crate::names::{NadKey, NetworkKey, NetworkKind};
use crate::plan::NamespacePhase;
use crate::spec::Network;

/// The networks a change concerns; one may be there twice.
pub(super) type Woken = Vec<Arc<NetworkKey>>;

/// Networks, NADs and namespaces, with the relations between them.
#[derive(Debug, Default)]
pub(super) struct Cache {
    sriov: Listing<NetworkKey, Network>,
    ib: Listing<NetworkKey, Network>,
    ovs: Listing<NetworkKey, Network>,
    nads: Listing<NadKey, Nad>,
    namespaces: Listing<String, Namespace>,
    /// The networks whose NAD belongs at a place.
    claimants: Index<NadKey, NetworkKey>,
    /// The NADs whose owner annotation names a network, which may not exist.
    owned: Index<NetworkKey, NadKey>,
}

impl Cache {
    /// Takes in a change of a network. It concerns the network, and whoever wants the same NAD, as
    /// before or as now.
    pub(super) fn network(&mut self, kind: NetworkKind, change: Change<Network>) -> Woken {
        let moved = self.listing_mut(kind).feed(change, |network| &network.key);
        for Moved { key, old, new } in &moved {
            if let Some(old) = old {
                self.claimants.remove(&old.target(), key);
            }
            if let Some(new) = new {
                let target = self.shared_nad_key(new.target());
                self.claimants.insert(target, key);
            }
        }
        let mut woken = Woken::new();
        for Moved { key, old, new } in moved {
            let mut places: Vec<_> = old.iter().chain(&new).map(|one| one.target()).collect();
            places.dedup();
            woken.extend(places.iter().flat_map(|place| self.claimants.get(place)).cloned());
            woken.push(key);
        }
        woken
    }

    /// Takes in a change of a NAD. It concerns its owners, as before and as now, and whose NAD
    /// belongs there. The name alone adds nobody to these, since the last state of a NAD that
    /// vanished unseen is known here.
    pub(super) fn nad(&mut self, change: Change<Nad>) -> Woken {
        let moved = self.nads.feed(change, |nad| &nad.key);
        let mut woken = Woken::new();
        for Moved { key, old, new } in moved {
            if let Some(owner) = old.as_deref().and_then(owner) {
                woken.push(self.shared_network_key(owner));
                self.owned.remove(owner, &key);
            }
            if let Some(owner) = new.as_deref().and_then(owner) {
                let owner = self.shared_network_key(owner);
                self.owned.insert(Arc::clone(&owner), &key);
                woken.push(owner);
            }
            woken.extend(self.claimants.get(&key).cloned());
        }
        woken
    }

    /// Takes in a change of a namespace. It concerns whose NAD belongs there, and the owners of the
    /// NADs that are there.
    pub(super) fn namespace(&mut self, change: Change<Namespace>) -> Woken {
        let moved = self.namespaces.feed(change, |namespace| &namespace.name);
        let mut woken = Woken::new();
        for Moved { key: name, .. } in moved {
            let start = NadKey::new(name.as_str(), "");
            let there = |key: &NadKey| key.namespace == *name;
            let claims = self.claimants.from(&start).take_while(|(key, _)| there(key));
            woken.extend(claims.flat_map(|(_, networks)| networks).cloned());
            let nads = self.nads.from(&start).take_while(|(key, _)| there(key));
            let owners = nads.filter_map(|(_, nad)| owner(nad));
            woken.extend(owners.map(|owner| self.shared_network_key(owner)));
        }
        woken
    }

    /// Networks of this kind that do not exist, but have NADs.
    pub(super) fn orphans(&self, kind: NetworkKind) -> Woken {
        let listing = self.listing(kind);
        let orphan = |key: &&Arc<NetworkKey>| key.kind == kind && listing.get(key).is_none();
        self.owned.keys().filter(orphan).cloned().collect()
    }

    /// All networks.
    pub(super) fn networks(&self) -> impl Iterator<Item = &Arc<NetworkKey>> {
        NetworkKind::ALL.into_iter().flat_map(|kind| self.listing(kind).keys())
    }

    /// The networks whose NAD belongs there.
    pub(super) fn claimants(&self, nad: &NadKey) -> Woken {
        self.claimants.get(nad).cloned().collect()
    }

    /// Whether a list of the source was ever completed.
    pub(super) const fn is_complete(&self, source: Source) -> bool {
        match source {
            Source::Networks(kind) => self.listing(kind).is_complete(),
            Source::Nads => self.nads.is_complete(),
            Source::Namespaces => self.namespaces.is_complete(),
        }
    }

    /// How many objects of the source there are.
    pub(super) fn count(&self, source: Source) -> usize {
        match source {
            Source::Networks(kind) => self.listing(kind).len(),
            Source::Nads => self.nads.len(),
            Source::Namespaces => self.namespaces.len(),
        }
    }

    /// A NAD.
    pub(super) fn at(&self, key: &NadKey) -> Option<&Arc<Nad>> {
        self.nads.get(key)
    }

    /// A network.
    pub(super) fn network_at(&self, key: &NetworkKey) -> Option<&Arc<Network>> {
        self.listing(key.kind).get(key)
    }

    fn phase(&self, namespace: &String) -> NamespacePhase {
        self.namespaces.get(namespace).map_or(NamespacePhase::Absent, |found| found.phase)
    }

    const fn listing(&self, kind: NetworkKind) -> &Listing<NetworkKey, Network> {
        match kind {
            NetworkKind::Sriov => &self.sriov,
            NetworkKind::Ib => &self.ib,
            NetworkKind::Ovs => &self.ovs,
        }
    }

    const fn listing_mut(&mut self, kind: NetworkKind) -> &mut Listing<NetworkKey, Network> {
        match kind {
            NetworkKind::Sriov => &mut self.sriov,
            NetworkKind::Ib => &mut self.ib,
            NetworkKind::Ovs => &mut self.ovs,
        }
    }

    /// One copy of each key serves all indexes.
    fn shared_nad_key(&self, key: NadKey) -> Arc<NadKey> {
        let known = self.nads.key(&key).or_else(|| self.claimants.key(&key));
        known.cloned().unwrap_or_else(|| Arc::new(key))
    }

    fn shared_network_key(&self, key: &NetworkKey) -> Arc<NetworkKey> {
        let known = self.listing(key.kind).key(key).or_else(|| self.owned.key(key));
        known.cloned().unwrap_or_else(|| Arc::new(key.clone()))
    }
}

fn owner(nad: &Nad) -> Option<&NetworkKey> {
    match &nad.owner {
        Owner::Network(key) => Some(key),
        Owner::None | Owner::Foreign(_) => None,
    }
}

#[cfg(test)]
mod tests;
