use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::super::resource::ResourceId;
use super::super::{ApiError, Resource};
use super::{Key, Store, object};

/// So many changes are kept for watches and continued lists.
const KEPT: usize = 50_000;

/// One change of one object.
#[derive(Clone, Debug)]
pub struct Change {
    /// The revision of this change.
    pub revision: u64,
    /// Group and plural.
    pub resource: (String, String),
    /// Namespace and name.
    pub key: (String, String),
    /// The object before; `None` if it was created.
    pub before: Option<Arc<Value>>,
    /// The object afterwards; `None` if it was removed.
    pub after: Option<Arc<Value>>,
}

/// The objects of a resource at a revision.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(crate) revision: u64,
    pub(crate) objects: BTreeMap<Key, Arc<Value>>,
}

impl Change {
    /// The last state of a removed object, with the revision of its removal, as etcd tells it.
    pub(crate) fn removed(&self) -> Option<Value> {
        let mut last = Value::clone(self.before.as_ref()?);
        let revision = self.revision.to_string();
        object::set_meta(&mut last, "resourceVersion", Some(revision.into()));
        Some(last)
    }
}

impl Store {
    pub(super) fn record(&mut self, change: Change) {
        self.log.push_back(Arc::new(change));
        if self.log.len() > KEPT
            && let Some(oldest) = self.log.pop_front()
        {
            self.compacted = oldest.revision;
        }
    }

    /// Forgets the history, as etcd does every five minutes: watches and continued lists of earlier
    /// revisions are answered with 410.
    pub fn compact(&mut self) {
        self.log.clear();
        self.compacted = self.revision;
    }

    /// The changes after a revision; `None` if they are compacted.
    pub(crate) fn since(&self, revision: u64) -> Option<impl Iterator<Item = &Arc<Change>>> {
        (revision >= self.compacted).then(|| {
            let start = self.log.partition_point(|change| change.revision <= revision);
            self.log.range(start..)
        })
    }

    pub(crate) fn oldest_revision(&self) -> u64 {
        self.compacted
    }

    /// The objects of a resource now.
    pub(crate) fn snapshot(&self, id: &ResourceId) -> Snapshot {
        let objects = self.objects.get(id).cloned().unwrap_or_default();
        Snapshot { revision: self.revision, objects }
    }

    /// The objects of a resource at an earlier revision.
    ///
    /// # Errors
    ///
    /// 410 if it is compacted, 504 if it is in the future.
    pub(crate) fn snapshot_at(&self, id: &ResourceId, revision: u64) -> Result<Snapshot, ApiError> {
        if revision > self.revision {
            return Err(ApiError::too_large(revision, self.revision));
        }
        let oldest = self.compacted;
        let expired =
            || ApiError::expired(format!("too old resource version: {revision} ({oldest})"));
        let changes: Vec<&Arc<Change>> = self.since(revision).ok_or_else(expired)?.collect();
        let mut objects = self.snapshot(id).objects;
        for change in changes.into_iter().rev().filter(|change| change.resource == *id) {
            match &change.before {
                Some(before) => objects.insert(change.key.clone(), Arc::clone(before)),
                None => objects.remove(&change.key),
            };
        }
        Ok(Snapshot { revision, objects })
    }

    /// The objects of a resource, in the order of namespace and name.
    pub(crate) fn objects(&self, resource: &Resource) -> impl Iterator<Item = &Arc<Value>> {
        self.objects.get(&resource.id()).into_iter().flat_map(BTreeMap::values)
    }
}
