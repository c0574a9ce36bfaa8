use serde_json::{Map, Value};

/// What the API server and controllers keep in `metadata`: it is of this object, not of its like.
/// Finalizers belong to controllers that may be gone when the object is restored.
const MANAGED_METADATA: [&str; 9] = [
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "managedFields",
    "selfLink",
    "finalizers",
];

/// Annotations that controllers keep: OLM lists the APIs of the operators that are installed just
/// now (operator-framework/api, pkg/operators/v1, `OperatorGroupProvidedAPIsAnnotationKey`).
const MANAGED_ANNOTATIONS: [&str; 1] = ["olm.providedAPIs"];

/// An object without what the API server and controllers keep in it: what a person would have
/// written. References to owners stay, whether or not they are alive.
pub(in crate::kube) fn clean(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(object) = object.as_object_mut() {
        object.remove("status");
        if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
            clean_metadata(metadata);
        }
    }
    object
}

fn clean_metadata(metadata: &mut Map<String, Value>) {
    metadata.retain(|key, _| !MANAGED_METADATA.contains(&key.as_str()));
    if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
        annotations.retain(|key, _| !MANAGED_ANNOTATIONS.contains(&key.as_str()));
    }
    // An empty map or list is none at all.
    metadata.retain(|_, value| {
        value.as_object().is_none_or(|map| !map.is_empty())
            && value.as_array().is_none_or(|list| !list.is_empty())
    });
}

/// The captured object with what the API server needs to replace the live one, and with what
/// controllers keep in that.
pub(super) fn onto(captured: &Value, live: &Value) -> Value {
    let mut object = captured.clone();
    let live_meta = live.get("metadata").and_then(Value::as_object);
    let (Some(metadata), Some(live_meta)) = (meta_mut(&mut object), live_meta) else {
        return object;
    };
    for key in ["uid", "resourceVersion", "finalizers"] {
        if let Some(value) = live_meta.get(key) {
            metadata.insert(key.to_owned(), value.clone());
        }
    }
    keep_annotations(metadata, live_meta);
    if let (Some(object), Some(status)) = (object.as_object_mut(), live.get("status")) {
        object.insert("status".to_owned(), status.clone());
    }
    object
}

fn keep_annotations(metadata: &mut Map<String, Value>, live: &Map<String, Value>) {
    for key in MANAGED_ANNOTATIONS {
        let kept = live.get("annotations").and_then(|annotations| annotations.get(key));
        let Some(kept) = kept else { continue };
        let annotations = metadata.entry("annotations").or_insert_with(|| Map::new().into());
        if let Some(annotations) = annotations.as_object_mut() {
            annotations.insert(key.to_owned(), kept.clone());
        }
    }
}

pub(super) fn meta_mut(object: &mut Value) -> Option<&mut Map<String, Value>> {
    object.get_mut("metadata")?.as_object_mut()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_the_server_keeps_is_left_out_and_the_rest_stays() {
        let live = json!({
            "apiVersion": "operators.coreos.com/v1", "kind": "OperatorGroup",
            "metadata": {
                "name": "g", "namespace": "n", "uid": "u", "resourceVersion": "7",
                "generation": 2, "creationTimestamp": "t", "managedFields": [{}], "selfLink": "/",
                "finalizers": ["f"], "labels": {}, "annotations": {
                    "olm.providedAPIs": "A.v1",
                    "kubectl.kubernetes.io/last-applied-configuration": "{}",
                },
            },
            "spec": { "targetNamespaces": [] }, "status": { "namespaces": ["n"] },
        });
        assert_eq!(
            clean(&live),
            json!({
                "apiVersion": "operators.coreos.com/v1", "kind": "OperatorGroup",
                "metadata": { "name": "g", "namespace": "n", "annotations": {
                    "kubectl.kubernetes.io/last-applied-configuration": "{}",
                } },
                "spec": { "targetNamespaces": [] },
            })
        );
        // Put back onto the live one it is that, with nothing of controllers lost.
        let put = onto(&clean(&live), &live);
        assert_eq!(put.pointer("/metadata/finalizers"), Some(&json!(["f"])));
        assert_eq!(put.pointer("/metadata/annotations/olm.providedAPIs"), Some(&json!("A.v1")));
        assert_eq!(clean(&put), clean(&live));
    }
}
