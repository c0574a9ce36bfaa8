use std::collections::BTreeMap;
use std::sync::Arc;

/// Which values belong to a key: few, mostly one.
#[derive(Debug)]
pub(super) struct Index<K, V>(BTreeMap<Arc<K>, Vec<Arc<V>>>);

impl<K, V> Default for Index<K, V> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<K: Clone + Ord, V: Ord> Index<K, V> {
    pub(super) fn insert(&mut self, key: Arc<K>, value: &Arc<V>) {
        let values = self.0.entry(key).or_insert_with(|| Vec::with_capacity(1));
        if let Err(place) = values.binary_search(value) {
            values.insert(place, Arc::clone(value));
        }
    }

    pub(super) fn remove(&mut self, key: &K, value: &V) {
        let Some(values) = self.0.get_mut(key) else { return };
        values.retain(|known| **known != *value);
        if values.is_empty() {
            self.0.remove(key);
        }
    }

    pub(super) fn get(&self, key: &K) -> impl Iterator<Item = &Arc<V>> {
        self.0.get(key).into_iter().flatten()
    }

    /// The key as it is stored, to be shared.
    pub(super) fn key(&self, key: &K) -> Option<&Arc<K>> {
        self.0.get_key_value(key).map(|(key, _)| key)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &Arc<K>> {
        self.0.keys()
    }

    /// From this key on, in order.
    pub(super) fn from(&self, key: &K) -> impl Iterator<Item = (&Arc<K>, &Vec<Arc<V>>)> {
        self.0.range::<K, _>(key..)
    }
}
