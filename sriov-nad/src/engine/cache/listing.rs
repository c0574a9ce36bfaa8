use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::mem;
use std::sync::Arc;

use crate::engine::Change;

/// The objects of one source, by key.
///
/// While a new list comes in, the old objects keep serving: half a list is no state the cluster
/// ever was in. At its end the new ones take over, and every key of either is reported as moved,
/// since what happened in between was not seen.
#[derive(Debug)]
pub(super) struct Listing<K, T> {
    current: BTreeMap<Arc<K>, Arc<T>>,
    fresh: Option<BTreeMap<Arc<K>, Arc<T>>>,
    complete: bool,
}

/// A key whose object changed, or may have.
#[derive(Debug)]
pub(super) struct Moved<K, T> {
    pub(super) key: Arc<K>,
    pub(super) old: Option<Arc<T>>,
    pub(super) new: Option<Arc<T>>,
}

impl<K, T> Default for Listing<K, T> {
    fn default() -> Self {
        Self { current: BTreeMap::new(), fresh: None, complete: false }
    }
}

impl<K: Clone + Ord, T: Eq> Listing<K, T> {
    /// Takes a change in; the listing is as after it when this returns.
    pub(super) fn feed(&mut self, change: Change<T>, key: impl Fn(&T) -> &K) -> Vec<Moved<K, T>> {
        match change {
            Change::Restart => self.fresh = Some(BTreeMap::new()),
            Change::Listed(object) => self.list(object, key),
            Change::Complete => return self.complete(),
            Change::Applied(object) => return vec![self.apply(object, key)],
            Change::Deleted(object) => return self.delete(key(&object)).into_iter().collect(),
        }
        Vec::new()
    }

    fn list(&mut self, object: T, key: impl Fn(&T) -> &K) {
        let known = self.current.get_key_value(key(&object));
        let key = known.map_or_else(|| Arc::new(key(&object).clone()), |(key, _)| Arc::clone(key));
        // What did not change is kept once, not twice.
        let same = known.map(|(_, known)| known).filter(|known| ***known == object);
        let object = same.cloned().unwrap_or_else(|| Arc::new(object));
        self.fresh.get_or_insert_default().insert(key, object);
    }

    fn complete(&mut self) -> Vec<Moved<K, T>> {
        self.complete = true;
        let old = mem::replace(&mut self.current, self.fresh.take().unwrap_or_default());
        let moved = |(key, new): (&Arc<K>, &Arc<T>)| Moved {
            key: Arc::clone(key),
            old: old.get(key).cloned(),
            new: Some(Arc::clone(new)),
        };
        let mut all: Vec<_> = self.current.iter().map(moved).collect();
        let gone = old.iter().filter(|(key, _)| !self.current.contains_key(*key));
        all.extend(gone.map(|(key, old)| Moved {
            key: Arc::clone(key),
            old: Some(Arc::clone(old)),
            new: None,
        }));
        all
    }

    fn apply(&mut self, object: T, key: impl Fn(&T) -> &K) -> Moved<K, T> {
        let (object, key) = {
            let key = key(&object);
            let known = self.current.get_key_value(key).map(|(key, _)| Arc::clone(key));
            let key = known.unwrap_or_else(|| Arc::new(key.clone()));
            (Arc::new(object), key)
        };
        if let Some(fresh) = &mut self.fresh {
            fresh.insert(Arc::clone(&key), Arc::clone(&object));
        }
        let old = self.current.insert(Arc::clone(&key), Arc::clone(&object));
        Moved { key, old, new: Some(object) }
    }

    fn delete(&mut self, key: &K) -> Option<Moved<K, T>> {
        if let Some(fresh) = &mut self.fresh {
            fresh.remove(key);
        }
        let (key, old) = self.current.remove_entry(key)?;
        Some(Moved { key, old: Some(old), new: None })
    }
}

impl<K: Ord, T> Listing<K, T> {
    /// Whether a list was ever completed.
    pub(super) const fn is_complete(&self) -> bool {
        self.complete
    }

    pub(super) fn len(&self) -> usize {
        self.current.len()
    }

    pub(super) fn get(&self, key: &K) -> Option<&Arc<T>> {
        self.current.get(key)
    }

    /// The key as it is stored, to be shared.
    pub(super) fn key(&self, key: &K) -> Option<&Arc<K>> {
        self.current.get_key_value(key).map(|(key, _)| key)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &Arc<K>> {
        self.current.keys()
    }

    /// The objects from this key on, in order.
    pub(super) fn from(&self, key: &K) -> impl Iterator<Item = (&Arc<K>, &Arc<T>)>
    where
        Arc<K>: Borrow<K>,
    {
        self.current.range::<K, _>(key..)
    }
}
