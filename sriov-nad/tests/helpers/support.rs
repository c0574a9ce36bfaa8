//! A cluster of a test.

use kube::Client;
use serde_json::{Value, json};
use sriov_nad::names::{NetworkKey, NetworkKind};
use sriov_nad::sim::ApiServer;

pub(crate) const NETWORKS: &str = "sriovnetworks";
pub(crate) const NADS: &str = "network-attachment-definitions";

/// A cluster with the namespace `shop`.
pub(crate) fn cluster() -> (ApiServer, Client) {
    let server = ApiServer::new();
    server.create_namespace("shop").unwrap();
    let client = Client::new(server.service(), "default");
    (server, client)
}

pub(crate) fn key() -> NetworkKey {
    NetworkKey::new(NetworkKind::Sriov, "shop", "fast")
}

/// The network `shop/fast` with this in its spec.
pub(crate) fn network(spec: &Value) -> Value {
    let mut object = json!({
        "apiVersion": "sriovnetwork.openshift.io/v1",
        "kind": "SriovNetwork",
        "metadata": { "namespace": "shop", "name": "fast" },
        "spec": { "resourceName": "cx6" },
    });
    let extra = spec.as_object().unwrap().clone();
    object["spec"].as_object_mut().unwrap().extend(extra);
    object
}

pub(crate) fn uid(object: &Value) -> String {
    object["metadata"]["uid"].as_str().unwrap().to_owned()
}
