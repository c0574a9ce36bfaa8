//! Who may write a NAD now: networks that want the same one take turns.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::names::{NadKey, NetworkKey};

/// The NADs that are being worked on, by whom, and who waits for them.
#[derive(Debug, Default)]
pub(super) struct Turns {
    taken: BTreeMap<NadKey, Arc<NetworkKey>>,
    waiting: BTreeMap<NadKey, BTreeSet<Arc<NetworkKey>>>,
}

impl Turns {
    /// Takes all of these NADs, or none; who gets none is told by [`end`](Self::end) when to try
    /// again.
    pub(super) fn take<'a>(
        &mut self,
        network: &Arc<NetworkKey>,
        nads: impl IntoIterator<Item = &'a NadKey> + Clone,
    ) -> bool {
        let other = |nad: &&NadKey| self.taken.get(*nad).is_some_and(|by| by != network);
        if let Some(nad) = nads.clone().into_iter().find(other) {
            self.waiting.entry(nad.clone()).or_default().insert(Arc::clone(network));
            return false;
        }
        for nad in nads {
            self.taken.insert(nad.clone(), Arc::clone(network));
        }
        true
    }

    /// A network has done its work. Returns who waited for one of its NADs.
    pub(super) fn end(&mut self, network: &NetworkKey) -> BTreeSet<Arc<NetworkKey>> {
        let Self { taken, waiting } = self;
        let mut next = BTreeSet::new();
        taken.retain(|nad, by| {
            let keep = **by != *network;
            if !keep {
                next.extend(waiting.remove(nad).unwrap_or_default());
            }
            keep
        });
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::NetworkKind;

    #[test]
    fn a_nad_has_one_writer_and_the_next_one_is_told() {
        let [a, b] = ["a", "b"].map(|name| Arc::new(NetworkKey::new(NetworkKind::Ib, "ns", name)));
        let [x, y] = ["x", "y"].map(|name| NadKey::new("ns", name));
        let mut turns = Turns::default();
        assert!(turns.take(&a, [&x]) && turns.take(&a, [&x]));
        assert!(!turns.take(&b, [&y, &x]));
        assert!(turns.take(&a, [&y]), "who got not all got none");
        assert_eq!(turns.end(&b), BTreeSet::new());
        assert_eq!(turns.end(&a), BTreeSet::from([Arc::clone(&b)]));
        assert!(turns.take(&b, [&y, &x]));
        assert_eq!(turns.end(&b), BTreeSet::new());
    }
}
