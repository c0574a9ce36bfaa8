use serde_json::{Value, json};

use super::Actor;
use crate::sim::ApiServer;
use crate::sim::store::object;

/// The namespace controller: empties terminating namespaces, object by object, and lets them go.
///
/// An object with finalizers keeps its namespace (kube-controller-manager,
/// `pkg/controller/namespace/deletion`).
#[derive(Debug)]
pub struct NamespaceController;

impl Actor for NamespaceController {
    fn step(&mut self, server: &ApiServer) -> bool {
        let namespaces = server.list("namespaces", "");
        let terminating = namespaces.iter().filter(|namespace| object::is_deleting(namespace));
        terminating.into_iter().any(|namespace| empty(server, object::name(namespace)))
    }
}

/// Deletes one object of a namespace, or the namespace itself if nothing is left.
fn empty(server: &ApiServer, namespace: &str) -> bool {
    let content = content(server, namespace);
    let doomed = content.iter().find(|(_, object)| !object::is_deleting(object));
    if let Some((resource, object)) = doomed {
        return server.delete(resource, namespace, object::name(object)).is_ok();
    }
    let freed = json!({ "spec": { "finalizers": [] } });
    let place = ("namespaces", "", namespace);
    let is_held = server.get("namespaces", "", namespace).is_some_and(|namespace| {
        namespace
            .pointer("/spec/finalizers")
            .and_then(Value::as_array)
            .is_some_and(|list| !list.is_empty())
    });
    content.is_empty() && is_held && server.patch(place, &freed, "kube-controller-manager").is_ok()
}

fn content(server: &ApiServer, namespace: &str) -> Vec<(String, Value)> {
    let resources: Vec<String> = server.with(|store| {
        let namespaced = store.resources().filter(|resource| resource.namespaced());
        namespaced.map(|resource| resource.qualified()).collect()
    });
    let of = |resource: String| {
        let objects = server.list(&resource, namespace);
        objects.into_iter().map(move |object| (resource.clone(), object))
    };
    resources.into_iter().flat_map(of).collect()
}
