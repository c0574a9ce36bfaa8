use kube::Client;
use kube::api::{Api, DynamicObject};
use kube::core::{ApiResource, GroupVersionKind};
use serde_json::{Value, json};
use sriov_host::document;
use sriov_nad::sim::ApiServer;

/// The CRDs that the controller ships.
pub(crate) fn crds() -> Vec<Value> {
    let text = include_str!("../../../examples/nad-controller/deploy/crds.yaml");
    let objects = document::read_all(text).unwrap();
    objects.iter().map(|object| object.read().unwrap()).collect()
}

/// A server, and kube's client of it.
pub(crate) fn server() -> (ApiServer, Client) {
    let server = ApiServer::new();
    let client = Client::new(server.service(), "default");
    (server, client)
}

/// The networks of a namespace, without types.
pub(crate) fn networks(client: &Client, namespace: &str) -> Api<DynamicObject> {
    Api::namespaced_with(client.clone(), namespace, &resource())
}

pub(crate) fn resource() -> ApiResource {
    let kind = GroupVersionKind::gvk("sriovnetwork.openshift.io", "v1", "SriovNetwork");
    ApiResource::from_gvk_with_plural(&kind, "sriovnetworks")
}

/// A network as JSON.
pub(crate) fn network(namespace: &str, name: &str, spec: Value) -> Value {
    let mut network = json!({
        "apiVersion": "sriovnetwork.openshift.io/v1", "kind": "SriovNetwork",
        "metadata": { "name": name, "namespace": namespace },
        "spec": { "resourceName": "cx6" },
    });
    if let (Some(target), Value::Object(spec)) = (network["spec"].as_object_mut(), spec) {
        target.extend(spec);
    }
    network
}
