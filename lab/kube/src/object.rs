//! The objects that cases create, and what is read from those the API server has.

use serde_json::{Value, json};
use sriov_nad::nad::{OWNER_ANNOTATION, RESOURCE_NAME_ANNOTATION};
use sriov_nad::names::{GROUP, NetworkKey, VERSION};

use crate::api::{Api, Patch};
use crate::failure::{Done, Failure, same};

/// A network as a user writes it.
pub(crate) fn network(key: &NetworkKey, spec: &Value) -> Value {
    json!({
        "apiVersion": format!("{GROUP}/{VERSION}"),
        "kind": key.kind.as_str(),
        "metadata": { "name": key.name, "namespace": key.namespace },
        "spec": spec,
    })
}

pub(crate) fn namespace(name: &str) -> Value {
    json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": {
        "name": name, "labels": { LABEL: "" } } })
}

/// Marks what is removed after a case.
pub(crate) const LABEL: &str = "sriov-kube-lab";

/// A finalizer of somebody else.
pub(crate) const HELD: &str = "lab.example/held";

/// Adds the finalizer of somebody else.
pub(crate) async fn hold(api: &Api, path: &str) -> Done {
    let object = api.get(path).await?.unwrap_or_default();
    let mut finalizers = finalizers(&object);
    finalizers.push(HELD.into());
    set_finalizers(api, path, &object, finalizers).await
}

/// Removes the finalizer of somebody else, and no other.
pub(crate) async fn release(api: &Api, path: &str) -> Done {
    let object = api.get(path).await?.unwrap_or_default();
    let mut finalizers = finalizers(&object);
    finalizers.retain(|finalizer| finalizer != HELD);
    set_finalizers(api, path, &object, finalizers).await
}

fn finalizers(object: &Value) -> Vec<Value> {
    object["metadata"]["finalizers"].as_array().cloned().unwrap_or_default()
}

async fn set_finalizers(api: &Api, path: &str, object: &Value, finalizers: Vec<Value>) -> Done {
    let version = resource_version(object);
    let change = json!({ "metadata": { "finalizers": finalizers, "resourceVersion": version } });
    api.patch(path, Patch::Merge, &change).await.map(drop)
}

/// Something that keeps its namespace from going away.
pub(crate) fn held_config_map() -> Value {
    json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": {
        "name": "held", "finalizers": [HELD] } })
}

pub(crate) fn uid(object: &Value) -> &str {
    object["metadata"]["uid"].as_str().unwrap_or_default()
}

pub(crate) fn name(object: &Value) -> &str {
    object["metadata"]["name"].as_str().unwrap_or_default()
}

pub(crate) fn resource_version(object: &Value) -> &str {
    object["metadata"]["resourceVersion"].as_str().unwrap_or_default()
}

pub(crate) fn owner(nad: &Value) -> &str {
    nad["metadata"]["annotations"][OWNER_ANNOTATION].as_str().unwrap_or_default()
}

/// The CNI config of a NAD, parsed.
pub(crate) fn config(nad: &Value) -> Done<Value> {
    let text = nad["spec"]["config"].as_str().unwrap_or_default();
    serde_json::from_str(text).map_err(Failure::of("parse", "spec.config"))
}

/// The condition of this type.
pub(crate) fn condition<'a>(network: &'a Value, kind: &str) -> &'a Value {
    let conditions = network["status"]["conditions"].as_array();
    let mut conditions = conditions.into_iter().flatten();
    conditions.find(|condition| condition["type"] == kind).unwrap_or(&Value::Null)
}

/// Whether a network says that its NAD is as it wants it now.
pub(crate) fn is_ready(network: &Value) -> bool {
    let ready = condition(network, "Ready");
    ready["status"] == "True" && ready["observedGeneration"] == network["metadata"]["generation"]
}

/// Fails unless the NAD is the one that this network wants.
pub(crate) fn belongs(nad: &Value, network: &Value, key: &NetworkKey) -> Done {
    same("the owner annotation", owner(nad), &key.owner_token())?;
    let wanted =
        format!("openshift.io/{}", network["spec"]["resourceName"].as_str().unwrap_or_default());
    let found = nad["metadata"]["annotations"][RESOURCE_NAME_ANNOTATION].as_str();
    same("the resource annotation", found, Some(&wanted))?;
    let config = config(nad)?;
    same("the name in the config", config["name"].as_str(), Some(&key.name))?;
    same("the plugin", config["type"].as_str(), Some(key.kind.plugin()))?;
    let vlan = network["spec"]["vlan"].as_i64().unwrap_or(0);
    same("the VLAN", config["vlan"].as_i64().unwrap_or(0), vlan)?;
    let references = nad["metadata"]["ownerReferences"].as_array();
    let uids: Vec<_> = references.into_iter().flatten().map(|owner| &owner["uid"]).collect();
    let inside = nad["metadata"]["namespace"] == network["metadata"]["namespace"];
    let wanted = if inside { vec![&network["metadata"]["uid"]] } else { Vec::new() };
    same("the uids of the ownerReferences", uids, wanted)
}
