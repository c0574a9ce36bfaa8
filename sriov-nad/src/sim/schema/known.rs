//! The CRDs of sriov-network-operator (`config/crd/bases`) and of the NADs, and `ObjectMeta`.

use serde_json::{Value, json};

use super::Schema;
use crate::names::NetworkKind;

/// The schema of a network.
pub(crate) fn network(kind: NetworkKind) -> Schema {
    let spec = match kind {
        NetworkKind::Sriov => sriov(),
        NetworkKind::Ib => ib(),
        NetworkKind::Ovs => ovs(),
    };
    let conditions = json!({
        "type": "array", "items": condition(),
        "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"],
    });
    let status = json!({ "type": "object", "properties": { "conditions": conditions } });
    object(&json!({ "spec": spec, "status": status }))
}

/// The schema of a NAD.
pub(crate) fn nad() -> Schema {
    let spec = json!({ "type": "object", "properties": { "config": text() } });
    object(&json!({ "spec": spec }))
}

/// The metadata, as server-side apply merges it (apimachinery, `pkg/apis/meta/v1/types.go`).
pub(crate) fn object_meta() -> Schema {
    let map = json!({ "type": "object", "additionalProperties": text() });
    let reference = json!({
        "type": "object", "x-kubernetes-map-type": "atomic",
        "x-kubernetes-preserve-unknown-fields": true,
    });
    Schema::from_openapi(&json!({
        "type": "object",
        "x-kubernetes-preserve-unknown-fields": true,
        "properties": {
            "annotations": map,
            "labels": map,
            "finalizers": { "type": "array", "items": text(), "x-kubernetes-list-type": "set" },
            "ownerReferences": {
                "type": "array", "items": reference,
                "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["uid"],
            },
        },
    }))
}

fn object(properties: &Value) -> Schema {
    let schema = json!({ "type": "object", "properties": properties });
    Schema::from_openapi(&schema).with_object_meta()
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn one_of(words: &[&str]) -> Value {
    json!({ "type": "string", "enum": words })
}

fn number(minimum: i64, maximum: i64) -> Value {
    json!({ "type": "integer", "minimum": minimum, "maximum": maximum })
}

fn sriov() -> Value {
    let rate = json!({ "type": "integer", "minimum": 0 });
    let mut level = one_of(&["panic", "error", "warning", "info", "debug", ""]);
    if let Some(level) = level.as_object_mut() {
        level.insert("default".to_owned(), "info".into());
    }
    json!({
        "type": "object",
        "required": ["resourceName"],
        "properties": {
            "networkNamespace": text(), "resourceName": text(), "capabilities": text(),
            "ipam": text(), "metaPlugins": text(), "logFile": text(),
            "vlan": number(0, 4094), "vlanQoS": number(0, 7),
            "vlanProto": one_of(&["802.1q", "802.1Q", "802.1ad", "802.1AD"]),
            "spoofChk": one_of(&["on", "off"]), "trust": one_of(&["on", "off"]),
            "linkState": one_of(&["auto", "enable", "disable"]),
            "minTxRate": rate, "maxTxRate": rate, "logLevel": level,
        },
    })
}

fn ib() -> Value {
    json!({
        "type": "object",
        "required": ["resourceName"],
        "properties": {
            "networkNamespace": text(), "resourceName": text(), "capabilities": text(),
            "ipam": text(), "metaPlugins": text(),
            "linkState": one_of(&["auto", "enable", "disable"]),
        },
    })
}

fn ovs() -> Value {
    let id = number(0, 4095);
    let trunk = json!({ "type": "object", "properties": { "minID": id, "maxID": id, "id": id } });
    json!({
        "type": "object",
        "required": ["resourceName"],
        "properties": {
            "networkNamespace": text(), "resourceName": text(), "capabilities": text(),
            "ipam": text(), "metaPlugins": text(), "bridge": text(), "interfaceType": text(),
            "vlan": id, "mtu": { "type": "integer" },
            "trunk": { "type": "array", "items": trunk },
        },
    })
}

/// `metav1.Condition`, with the markers that controller-gen makes of it.
fn condition() -> Value {
    json!({
        "type": "object",
        "required": ["lastTransitionTime", "message", "reason", "status", "type"],
        "properties": {
            "type": { "type": "string", "maxLength": 316 },
            "status": one_of(&["True", "False", "Unknown"]),
            "reason": { "type": "string", "minLength": 1, "maxLength": 1024 },
            "message": { "type": "string", "maxLength": 32768 },
            "lastTransitionTime": { "type": "string", "format": "date-time" },
            "observedGeneration": { "type": "integer", "minimum": 0 },
        },
    })
}
