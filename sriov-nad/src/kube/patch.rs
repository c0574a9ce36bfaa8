//! The bodies of patches, each with what guards it.

use k8s_openapi::jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::text::shortened;
use crate::engine::FinalizerChange;
use crate::nad::Desired;
use crate::names::{GROUP, NetworkKey, VERSION};
use crate::plan::Precondition;
use crate::spec::Condition;

/// The CRDs take no longer messages of conditions (`metav1.Condition`).
const MESSAGE_LIMIT: usize = 32768;

/// The apply of a NAD. With `metadata.uid` the API server refuses to touch, or to create, another
/// object of that name.
pub(crate) fn nad(desired: &Desired, existing: Option<&Precondition>) -> Value {
    let mut value = desired.to_value();
    let metadata = value.get_mut("metadata").and_then(Value::as_object_mut);
    if let (Some(metadata), Some(existing)) = (metadata, existing) {
        guard(metadata, existing);
    }
    value
}

fn guard(members: &mut Map<String, Value>, precondition: &Precondition) {
    members.insert("uid".to_owned(), precondition.uid.as_str().into());
    if let Some(version) = &precondition.resource_version {
        members.insert("resourceVersion".to_owned(), version.as_str().into());
    }
}

/// The apply of one condition on the status. `present` is the network as it is now.
///
/// An apply to the status ignores `metadata.uid`: only the version keeps the condition from landing
/// on another network of the same name.
pub(crate) fn condition(
    key: &NetworkKey,
    condition: &Condition,
    present: &Value,
    now: Timestamp,
) -> Value {
    let since = transition(condition, present)
        .map_or_else(|| now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(), str::to_owned);
    let mut entry = json!({
        "type": condition.kind,
        "status": condition.status,
        "reason": condition.reason,
        "message": shortened(&condition.message, MESSAGE_LIMIT),
        "lastTransitionTime": since,
    });
    if let (Some(generation), Some(entry)) = (condition.observed_generation, entry.as_object_mut())
    {
        entry.insert("observedGeneration".to_owned(), generation.into());
    }
    json!({
        "apiVersion": format!("{GROUP}/{VERSION}"),
        "kind": key.kind.as_str(),
        "metadata": {
            "name": key.name,
            "namespace": key.namespace,
            "resourceVersion": present.pointer("/metadata/resourceVersion"),
        },
        "status": { "conditions": [entry] },
    })
}

/// Since when the condition has had its status, if that does not change now. An apply that left it
/// out would remove it.
fn transition<'a>(condition: &Condition, present: &'a Value) -> Option<&'a str> {
    let is = |entry: &Value, key: &str, value: &str| {
        entry.get(key).and_then(Value::as_str) == Some(value)
    };
    let conditions = present.pointer("/status/conditions")?.as_array()?;
    let entry = conditions.iter().find(|entry| is(entry, "type", &condition.kind))?;
    entry.get("lastTransitionTime")?.as_str().filter(|_| is(entry, "status", &condition.status))
}

/// The JSON patch of a list of finalizers, or `None` if there is nothing to change. The whole list
/// is tested, so that the index is that of the finalizer.
pub(crate) fn finalizer(change: &FinalizerChange) -> Option<Value> {
    let FinalizerChange { uid, present, finalizer, add } = change;
    let index = present.iter().position(|name| name == finalizer);
    let step = match (add, index) {
        (true, Some(_)) | (false, None) => return None,
        // Kubernetes has no empty list of finalizers, only none, and a test for null means none.
        (true, None) if present.is_empty() => {
            json!({ "op": "add", "path": "/metadata/finalizers", "value": [finalizer] })
        }
        (true, None) => {
            json!({ "op": "add", "path": "/metadata/finalizers/-", "value": finalizer })
        }
        (false, Some(index)) => {
            json!({ "op": "remove", "path": format!("/metadata/finalizers/{index}") })
        }
    };
    let list = if present.is_empty() { Value::Null } else { json!(present) };
    Some(json!([
        { "op": "test", "path": "/metadata/uid", "value": uid },
        { "op": "test", "path": "/metadata/finalizers", "value": list },
        step,
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::NetworkKind;

    fn change(present: &[&str], add: bool) -> FinalizerChange {
        let present = present.iter().map(|&name| name.to_owned()).collect();
        FinalizerChange { uid: "u".to_owned(), present, finalizer: "ours".to_owned(), add }
    }

    fn steps(present: &[&str], add: bool) -> (Value, Value) {
        let patch = finalizer(&change(present, add)).unwrap();
        assert_eq!(patch[0], json!({ "op": "test", "path": "/metadata/uid", "value": "u" }));
        assert_eq!(
            (&patch[1]["op"], &patch[1]["path"]),
            (&json!("test"), &json!("/metadata/finalizers"))
        );
        (patch[1]["value"].clone(), patch[2].clone())
    }

    #[test]
    fn finalizers_are_changed_where_they_were_seen() {
        let add = json!({ "op": "add", "path": "/metadata/finalizers", "value": ["ours"] });
        assert_eq!(steps(&[], true), (Value::Null, add));
        let append = json!({ "op": "add", "path": "/metadata/finalizers/-", "value": "ours" });
        assert_eq!(steps(&["a"], true), (json!(["a"]), append));
        let remove = json!({ "op": "remove", "path": "/metadata/finalizers/1" });
        assert_eq!(steps(&["a", "ours", "b"], false), (json!(["a", "ours", "b"]), remove));
    }

    #[test]
    fn finalizers_that_are_as_wanted_need_no_patch() {
        assert_eq!(finalizer(&change(&["ours"], true)), None);
        assert_eq!(finalizer(&change(&["a"], false)), None);
    }

    #[test]
    fn a_condition_keeps_its_time_as_long_as_its_status() {
        let key = NetworkKey::new(NetworkKind::Ovs, "shop", "net");
        let ready = Condition {
            kind: "Ready".to_owned(),
            status: "True".to_owned(),
            reason: "NetworkReady".to_owned(),
            message: String::new(),
            observed_generation: Some(3),
        };
        let present = |status: &str| {
            json!({ "metadata": { "resourceVersion": "7" }, "status": { "conditions": [
                { "type": "Other", "status": "True", "lastTransitionTime": "2020-01-01T00:00:00Z" },
                { "type": "Ready", "status": status, "lastTransitionTime": "2025-01-01T00:00:00Z" },
            ] } })
        };
        let now: Timestamp = "2026-02-03T04:05:06.789Z".parse().unwrap();
        let since = |present: &Value| {
            let body = condition(&key, &ready, present, now);
            assert_eq!(body["metadata"]["resourceVersion"], present["metadata"]["resourceVersion"]);
            let entry = &body["status"]["conditions"][0];
            assert_eq!(entry["observedGeneration"], 3);
            entry["lastTransitionTime"].as_str().unwrap().to_owned()
        };
        assert_eq!(since(&present("True")), "2025-01-01T00:00:00Z");
        assert_eq!(since(&present("False")), "2026-02-03T04:05:06Z");
        assert_eq!(since(&json!({})), "2026-02-03T04:05:06Z");
    }
}
