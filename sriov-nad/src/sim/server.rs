use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::watch;

use super::clock::Clock;
use super::store::{DeleteOptions, Patch, Target, object};
use super::{ApiError, ApiService, Faults, Resource, Store, WriteOptions};

/// A fake API server. Clones are handles of the same one.
///
/// Its methods are the hand of a test: they are no requests, so that [`Faults`] do not reach them
/// and nothing counts them. `resource` is a plural, `plural.group` or a kind.
#[derive(Clone, Debug)]
pub struct ApiServer(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Mutex<Store>,
    clock: Clock,
    revision: watch::Sender<u64>,
    faults: Faults,
}

impl Default for ApiServer {
    fn default() -> Self {
        Self::new()
    }
}

impl ApiServer {
    /// An empty cluster: the namespaces that are always there, the networks and the NADs as CRDs.
    pub fn new() -> Self {
        let store = Store::new();
        let (revision, _) = watch::channel(store.revision());
        let (clock, faults) = (Clock::start(), Faults::default());
        Self(Arc::new(Inner { store: Mutex::new(store), clock, revision, faults }))
    }

    /// The service for `kube::Client::new`, or for any HTTP server.
    pub fn service(&self) -> ApiService {
        ApiService::new(self.clone())
    }

    /// What goes wrong.
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// Looks at the state, or changes it, as one step.
    pub fn with<T>(&self, step: impl FnOnce(&mut Store) -> T) -> T {
        let mut store = self.lock();
        store.set_now(self.0.clock.now());
        let result = step(&mut store);
        let revision = store.revision();
        self.0.revision.send_if_modified(|known| std::mem::replace(known, revision) != revision);
        result
    }

    fn lock(&self) -> MutexGuard<'_, Store> {
        self.0.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes at every change.
    pub(crate) fn revisions(&self) -> watch::Receiver<u64> {
        self.0.revision.subscribe()
    }

    /// Time since the start, on tokio's clock.
    pub fn elapsed(&self) -> Duration {
        self.0.clock.now()
    }

    /// Makes a kind known, as a CRD does.
    pub fn register(&self, resource: Resource) {
        self.with(|store| store.register(resource));
    }

    /// Forgets a kind and its objects, as if its CRD were deleted.
    pub fn unregister(&self, resource: &str) {
        self.with(|store| store.unregister(resource));
    }

    /// Forgets the history: watches and continued lists of before are answered with 410.
    pub fn compact(&self) {
        self.with(Store::compact);
    }

    /// The object, if it is there.
    pub fn get(&self, resource: &str, namespace: &str, name: &str) -> Option<Value> {
        self.with(|store| {
            let target = store.target(resource, namespace, name)?;
            store.find(&target).map(|object| Value::clone(object))
        })
    }

    /// All objects, in the order of namespace and name; an empty namespace is all of them.
    pub fn list(&self, resource: &str, namespace: &str) -> Vec<Value> {
        self.with(|store| {
            let Some(resource) = store.resource(resource) else { return Vec::new() };
            let here = |object: &&Arc<Value>| {
                namespace.is_empty() || object::namespace(object) == namespace
            };
            store.objects(&resource).filter(here).map(|object| Value::clone(object)).collect()
        })
    }

    /// Creates an object.
    ///
    /// # Errors
    ///
    /// As the API server refuses a POST.
    pub fn create(&self, object: &Value) -> Result<Value, ApiError> {
        self.create_as(object, "kubectl-create")
    }

    /// Creates an object as this field manager.
    ///
    /// # Errors
    ///
    /// As the API server refuses a POST.
    pub fn create_as(&self, object: &Value, manager: &str) -> Result<Value, ApiError> {
        self.write(object, |store, target| {
            let options = WriteOptions::manager(manager);
            store.create(target, object, &options).map(|stored| Value::clone(&stored))
        })
    }

    /// Creates a namespace.
    ///
    /// # Errors
    ///
    /// As the API server refuses a POST.
    pub fn create_namespace(&self, name: &str) -> Result<Value, ApiError> {
        self.create(&json!({
            "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": name },
        }))
    }

    /// Replaces an object; for custom resources with its `resourceVersion`.
    ///
    /// # Errors
    ///
    /// As the API server refuses a PUT.
    pub fn update(&self, object: &Value, manager: &str) -> Result<Value, ApiError> {
        self.write(object, |store, target| {
            let options = WriteOptions::manager(manager);
            store.update(target, object, &options).map(|stored| Value::clone(&stored))
        })
    }

    /// Applies an object server-side.
    ///
    /// # Errors
    ///
    /// As the API server refuses a PATCH.
    pub fn apply(&self, object: &Value, options: &WriteOptions) -> Result<Value, ApiError> {
        self.write(object, |store, target| {
            let patch = Patch::Apply(object.clone());
            store.patch(target, &patch, options).map(|stored| Value::clone(&stored))
        })
    }

    /// Applies the status of an object server-side.
    ///
    /// # Errors
    ///
    /// As the API server refuses a PATCH.
    pub fn apply_status(&self, object: &Value, options: &WriteOptions) -> Result<Value, ApiError> {
        self.write(object, |store, target| {
            let patch = Patch::Apply(object.clone());
            let target = Target { status: true, ..target.clone() };
            store.patch(&target, &patch, options).map(|stored| Value::clone(&stored))
        })
    }

    /// Changes an object by a merge patch (RFC 7386), as `kubectl patch --type merge`.
    ///
    /// # Errors
    ///
    /// As the API server refuses a PATCH.
    pub fn patch(
        &self,
        (resource, namespace, name): (&str, &str, &str),
        change: &Value,
        manager: &str,
    ) -> Result<Value, ApiError> {
        self.with(|store| {
            let target = known(store.target(resource, namespace, name))?;
            let (patch, options) = (Patch::Merge(change.clone()), WriteOptions::manager(manager));
            store.patch(&target, &patch, &options).map(|stored| Value::clone(&stored))
        })
    }

    /// Deletes an object; finalizers hold it.
    ///
    /// # Errors
    ///
    /// As the API server refuses a DELETE.
    pub fn delete(&self, resource: &str, namespace: &str, name: &str) -> Result<Value, ApiError> {
        self.with(|store| {
            let target = known(store.target(resource, namespace, name))?;
            store.delete(&target, &DeleteOptions::default()).map(|deleted| deleted.to_value())
        })
    }

    fn write(
        &self,
        object: &Value,
        step: impl FnOnce(&mut Store, &Target) -> Result<Value, ApiError>,
    ) -> Result<Value, ApiError> {
        self.with(|store| {
            let resource = store.resource_of(object);
            let target = resource.and_then(|resource| {
                let (namespace, name) = (object::namespace(object), object::name(object));
                store.target(&resource.qualified(), namespace, name)
            });
            step(store, &known(target)?)
        })
    }
}

fn known(target: Option<Target>) -> Result<Target, ApiError> {
    let message = "the server could not find the requested resource";
    target.ok_or_else(|| ApiError::new(404, "NotFound", message))
}
