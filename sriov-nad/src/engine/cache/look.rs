use std::sync::Arc;

use super::{Cache, owner};
use crate::nad::Nad;
use crate::names::{NadKey, NetworkKey};
use crate::plan::NamespacePhase;
use crate::spec::Network;

/// What the cache holds for one network, at one moment. Taking it copies references only; what
/// costs time, as rendering, is done with it outside of any lock.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Look {
    pub(in crate::engine) key: Arc<NetworkKey>,
    pub(in crate::engine) network: Option<Arc<Network>>,
    /// Where its NAD belongs; `None` without a network.
    pub(in crate::engine) target: Option<NadKey>,
    pub(in crate::engine) namespace: NamespacePhase,
    pub(in crate::engine) at_target: Option<Arc<Nad>>,
    /// What names this network as its owner and is not at the target.
    pub(in crate::engine) elsewhere: Vec<Arc<Nad>>,
    /// Other networks with the same target.
    pub(in crate::engine) rivals: Vec<Arc<Network>>,
}

impl Cache {
    /// Looks at all that concerns a network.
    pub(in crate::engine) fn look(&self, key: &Arc<NetworkKey>) -> Look {
        let network = self.network_at(key).cloned();
        let target = network.as_ref().map(|network| network.target());
        let owned = self.owned.get(key).filter(|nad| Some(&***nad) != target.as_ref());
        let claimants = target.iter().flat_map(|target| self.claimants.get(target));
        Look {
            namespace: target
                .as_ref()
                .map_or(NamespacePhase::Absent, |target| self.phase(&target.namespace)),
            at_target: target.as_ref().and_then(|target| self.at(target)).cloned(),
            elsewhere: owned.filter_map(|nad| self.at(nad)).cloned().collect(),
            rivals: claimants
                .filter(|rival| *rival != key)
                .filter_map(|rival| self.network_at(rival))
                .cloned()
                .collect(),
            key: Arc::clone(key),
            network,
            target,
        }
    }

    /// Whether a NAD names this network as its owner.
    pub(in crate::engine) fn owns(&self, key: &NetworkKey, nad: &NadKey) -> bool {
        self.at(nad).and_then(|nad| owner(nad)) == Some(key)
    }
}
