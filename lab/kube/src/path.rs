//! The paths of the API.

use sriov_nad::names::{GROUP, NadKey, NetworkKey, NetworkKind, VERSION};

pub(crate) const CRDS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
pub(crate) const NAMESPACES: &str = "/api/v1/namespaces";

pub(crate) fn namespace(name: &str) -> String {
    format!("{NAMESPACES}/{name}")
}

pub(crate) fn config_map(namespace: &str, name: &str) -> String {
    format!("{NAMESPACES}/{namespace}/configmaps/{name}")
}

pub(crate) fn events(namespace: &str) -> String {
    format!("/apis/events.k8s.io/v1/namespaces/{namespace}/events")
}

pub(crate) fn network(key: &NetworkKey) -> String {
    format!("{}/{}", networks(key.kind, &key.namespace), key.name)
}

pub(crate) fn networks(kind: NetworkKind, namespace: &str) -> String {
    format!("/apis/{GROUP}/{VERSION}/namespaces/{namespace}/{}", kind.plural())
}

pub(crate) fn nad(key: &NadKey) -> String {
    format!("{}/{}", nads(&key.namespace), key.name)
}

pub(crate) fn nads(namespace: &str) -> String {
    let plural = "network-attachment-definitions";
    format!("/apis/k8s.cni.cncf.io/v1/namespaces/{namespace}/{plural}")
}
