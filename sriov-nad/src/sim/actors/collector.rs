use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::Actor;
use crate::sim::store::{Target, object};
use crate::sim::{ApiServer, Store};

/// The garbage collector: removes objects whose owners are all gone, some time later.
///
/// An owner is gone if no object of its name has its uid. It also takes the finalizers of foreground
/// and orphan deletion away (kube-controller-manager, `pkg/controller/garbagecollector`).
#[derive(Debug)]
pub struct GcActor {
    delay: Duration,
    doomed: BTreeMap<String, Duration>,
}

impl GcActor {
    /// A collector that takes this long. A real one takes from milliseconds to some ten seconds.
    pub fn new(delay: Duration) -> Self {
        Self { delay, doomed: BTreeMap::new() }
    }

    /// When each object without an owner is due, noted when it is first seen.
    fn note(&mut self, orphans: &[Found], now: Duration) {
        let due = now + self.delay;
        let known = std::mem::take(&mut self.doomed);
        for found in orphans {
            let due = known.get(&found.uid).copied().unwrap_or(due);
            self.doomed.insert(found.uid.clone(), due);
        }
    }
}

impl Actor for GcActor {
    fn step(&mut self, server: &ApiServer) -> bool {
        let now = server.elapsed();
        let (orphans, finished) = server.with(|store| (orphans(store), finished(store)));
        self.note(&orphans, now);
        if let Some(found) = finished.first() {
            return found.release(server);
        }
        let due =
            orphans.iter().find(|found| self.doomed.get(&found.uid).is_some_and(|due| *due <= now));
        due.is_some_and(|found| {
            self.doomed.remove(&found.uid);
            server.delete(&found.resource, &found.namespace, &found.name).is_ok()
        })
    }

    fn due(&self) -> Option<Duration> {
        self.doomed.values().min().copied()
    }
}

/// An object with something to be done.
#[derive(Debug)]
struct Found {
    resource: String,
    namespace: String,
    name: String,
    uid: String,
    finalizers: Vec<String>,
}

impl Found {
    fn new(resource: &str, object: &Value) -> Self {
        Self {
            resource: resource.to_owned(),
            namespace: object::namespace(object).to_owned(),
            name: object::name(object).to_owned(),
            uid: object::uid(object).to_owned(),
            finalizers: object::finalizers(object).into_iter().map(str::to_owned).collect(),
        }
    }

    fn release(&self, server: &ApiServer) -> bool {
        let others: Vec<&String> = self.finalizers.iter().filter(|name| !ours(name)).collect();
        let change = json!({ "metadata": { "finalizers": others } });
        let place = (self.resource.as_str(), self.namespace.as_str(), self.name.as_str());
        server.patch(place, &change, "kube-controller-manager").is_ok()
    }
}

fn ours(finalizer: &str) -> bool {
    matches!(finalizer, "foregroundDeletion" | "orphan")
}

/// Objects with owners, none of which is there.
fn orphans(store: &Store) -> Vec<Found> {
    let orphan = |object: &Value| {
        let owners = owners(object);
        !object::is_deleting(object)
            && !owners.is_empty()
            && owners.iter().all(|owner| is_gone(store, object, owner))
    };
    everything(store).filter(|(_, object)| orphan(object)).map(found).collect()
}

/// Deleted objects that wait for the collector only: their dependents, if they wait for them, are
/// gone.
fn finished(store: &Store) -> Vec<Found> {
    let waits = |object: &Value| {
        let uid = object::uid(object);
        let foreground = object::finalizers(object).contains(&"foregroundDeletion");
        foreground
            && everything(store).any(|(_, other)| {
                let blocks = |owner: &&Value| owner.get("uid").is_some_and(|found| found == uid);
                owners(&other).iter().any(blocks)
            })
    };
    everything(store)
        .filter(|(_, object)| object::is_deleting(object))
        .filter(|(_, object)| object::finalizers(object).iter().any(|name| ours(name)))
        .filter(|(_, object)| !waits(object))
        .map(found)
        .collect()
}

fn found((resource, object): (String, Value)) -> Found {
    Found::new(&resource, &object)
}

fn everything(store: &Store) -> impl Iterator<Item = (String, Value)> {
    store.resources().flat_map(|resource| {
        let objects = store.objects(resource);
        objects.map(|object| (resource.qualified(), Value::clone(object)))
    })
}

fn owners(object: &Value) -> Vec<&Value> {
    let list = object::meta(object, "ownerReferences").and_then(Value::as_array);
    list.into_iter().flatten().collect()
}

fn is_gone(store: &Store, object: &Value, owner: &Value) -> bool {
    let text = |key: &str| owner.get(key).and_then(Value::as_str).unwrap_or_default();
    // An unknown kind is not decided about.
    let Some(resource) = store.resource_of(owner) else { return false };
    let namespace = if resource.namespaced() { object::namespace(object) } else { "" };
    let target = Target {
        resource,
        namespace: namespace.to_owned(),
        name: text("name").to_owned(),
        status: false,
    };
    let alive = store.find(&target);
    // One that waits for its dependents is as good as gone for them.
    alive.is_none_or(|alive| {
        let waits =
            object::is_deleting(alive) && object::finalizers(alive).contains(&"foregroundDeletion");
        waits || object::uid(alive) != text("uid")
    })
}
