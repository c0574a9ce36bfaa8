//! The state machine: objects, one revision for all of them, and the log of changes.

mod crd;
mod create;
mod delete;
mod fields;
mod history;
mod managed;
pub(crate) mod object;
mod patch;
mod shape;
mod update;

pub(crate) use delete::{DeleteOptions, Propagation};
pub use history::Change;
pub(crate) use history::Snapshot;
pub(crate) use patch::Patch;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::clock::timestamp;
use super::resource::{ResourceId, built_in};
use super::{ApiError, Resource};
use crate::names::NetworkKind;

/// Namespace and name; the namespace is empty for objects of the cluster.
pub(crate) type Key = (String, String);

type Objects = BTreeMap<Key, Arc<Value>>;

/// All objects of a cluster.
#[derive(Debug)]
pub struct Store {
    resources: BTreeMap<ResourceId, Arc<Resource>>,
    objects: BTreeMap<ResourceId, Objects>,
    revision: u64,
    compacted: u64,
    log: VecDeque<Arc<Change>>,
    uids: u64,
    now: Duration,
}

/// How a write is done.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct WriteOptions {
    /// The field manager.
    pub manager: String,
    /// Whether an apply takes fields over from other managers.
    pub force: bool,
    /// Whether nothing is stored (`dryRun=All`).
    pub dry_run: bool,
}

impl WriteOptions {
    /// As this field manager.
    pub fn manager(name: impl Into<String>) -> Self {
        Self { manager: name.into(), ..Self::default() }
    }

    /// The same, taking fields over.
    #[must_use]
    pub fn forced(self) -> Self {
        Self { force: true, ..self }
    }
}

/// Which object a request is about, and which part of it.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) resource: Arc<Resource>,
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) status: bool,
}

impl Target {
    pub(crate) fn key(&self) -> Key {
        (self.namespace.clone(), self.name.clone())
    }

    pub(crate) fn subresource(&self) -> &'static str {
        if self.status { "status" } else { "" }
    }
}

impl Store {
    /// A cluster with the namespaces every cluster has, the networks and the NADs.
    pub(crate) fn new() -> Self {
        let mut store = Self {
            resources: BTreeMap::new(),
            objects: BTreeMap::new(),
            revision: 0,
            compacted: 0,
            log: VecDeque::new(),
            uids: 0,
            now: Duration::ZERO,
        };
        let networks = NetworkKind::ALL.into_iter().map(Resource::network);
        for resource in built_in().into_iter().chain(networks).chain([Resource::nads()]) {
            store.register(resource);
        }
        for name in ["default", "kube-node-lease", "kube-public", "kube-system"] {
            let body = json!({ "metadata": { "name": name } });
            if let Some(target) = store.target("namespaces", "", name) {
                let _ = store.create(&target, &body, &WriteOptions::manager("kube-apiserver"));
            }
        }
        store
    }

    pub(crate) fn set_now(&mut self, now: Duration) {
        self.now = now;
    }

    /// Makes a kind known, as a CRD does.
    pub fn register(&mut self, resource: Resource) {
        self.resources.insert(resource.id(), Arc::new(resource));
    }

    /// All kinds.
    pub fn resources(&self) -> impl Iterator<Item = &Arc<Resource>> {
        self.resources.values()
    }

    pub(crate) fn resource_by_id(&self, id: &ResourceId) -> Option<Arc<Resource>> {
        self.resources.get(id).cloned()
    }

    /// The kind with this plural, `plural.group` or kind.
    pub(crate) fn resource(&self, name: &str) -> Option<Arc<Resource>> {
        let fits = |resource: &&Arc<Resource>| {
            resource.plural == name || resource.kind == name || resource.qualified() == name
        };
        self.resources.values().find(fits).cloned()
    }

    /// The kind an object says it is of.
    pub(crate) fn resource_of(&self, object: &Value) -> Option<Arc<Resource>> {
        self.resources.values().find(|resource| resource.matches(object)).cloned()
    }

    pub(crate) fn target(&self, resource: &str, namespace: &str, name: &str) -> Option<Target> {
        let resource = self.resource(resource)?;
        let namespace = if resource.namespaced() { namespace } else { "" };
        Some(Target {
            resource,
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            status: false,
        })
    }

    /// The object, if it is there.
    pub(crate) fn find(&self, target: &Target) -> Option<&Arc<Value>> {
        self.objects.get(&target.resource.id())?.get(&target.key())
    }

    /// The object.
    pub(crate) fn get(&self, target: &Target) -> Result<Arc<Value>, ApiError> {
        let absent = || ApiError::not_found(&target.resource, &target.name);
        self.find(target).cloned().ok_or_else(absent)
    }

    /// The revision of the last change.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    fn timestamp(&self) -> String {
        timestamp(self.now)
    }

    /// Version 4 in form, but counted: the same run gives the same uids.
    fn next_uid(&mut self) -> String {
        self.uids += 1;
        format!("{:08x}-0000-4000-8000-{:012x}", self.uids, self.uids)
    }

    /// Stores an object, or removes it, and tells the watches.
    fn commit(&mut self, target: &Target, object: Option<Value>) -> Arc<Value> {
        self.revision += 1;
        let id = target.resource.id();
        let objects = self.objects.entry(id.clone()).or_default();
        let before = objects.get(&target.key()).cloned();
        let after = object.map(|mut object| {
            object::set_meta(
                &mut object,
                "resourceVersion",
                Some(self.revision.to_string().into()),
            );
            Arc::new(object)
        });
        match &after {
            Some(after) => objects.insert(target.key(), Arc::clone(after)),
            None => objects.remove(&target.key()),
        };
        let last = after.clone().or_else(|| before.clone()).unwrap_or_default();
        self.record(Change {
            revision: self.revision,
            resource: id,
            key: target.key(),
            before,
            after,
        });
        last
    }
}
