use serde_json::{Value, json};

use super::bench::{Bench, NADS, causes, nad, network, network_with, one, refusal, uid, version};
use super::updating::condition;

const OTHER: &str = "00000000-1111-4111-8111-000000000000";

fn place(name: &str) -> String {
    format!("{NADS}/{name}")
}

fn spec(spec: Value) -> Value {
    network_with("a", json!({}), spec)
}

pub(crate) async fn an_apply_creates(bench: Bench) {
    let stored = bench.apply(&one("a"), "me", &network("a")).await.unwrap();
    assert_eq!(stored["spec"]["logLevel"], "info");
    let fields = &stored["metadata"]["managedFields"];
    assert_eq!(fields.as_array().unwrap().len(), 1);
    assert_eq!((&fields[0]["manager"], &fields[0]["operation"]), (&json!("me"), &json!("Apply")));
    let owned = json!({ "f:spec": { "f:resourceName": {} } });
    assert_eq!(fields[0]["fieldsV1"], owned, "a default is nobody's");
    let bad =
        bench.apply(&one("b"), "me", &spec(json!({ "resourceName": "x", "vlan": 9999 }))).await;
    assert_eq!(refusal(&bad).0, 400, "the name is another one");
}

pub(crate) async fn an_apply_for_a_vanished_uid_is_a_conflict(bench: Bench) {
    let body = nad("a", &json!({ "uid": OTHER, "resourceVersion": "1" }), "{}");
    let answer = bench.apply(&place("a"), "me", &body).await;
    assert_eq!(refusal(&answer), (409, "Conflict"));
    assert!(causes(&answer).is_empty());
    let text = "uid mismatch: the provided object specified uid";
    assert!(answer.unwrap_err().message.contains(text));
    assert_eq!(refusal(&bench.get(&place("a")).await), (404, "NotFound"));
}

pub(crate) async fn an_apply_for_another_uid_is_invalid(bench: Bench) {
    bench.apply(&place("a"), "me", &nad("a", &json!({}), "{}")).await.unwrap();
    let body = nad("a", &json!({ "uid": OTHER }), "{ }");
    let answer = bench.force(&place("a"), "me", &body).await;
    assert_eq!(refusal(&answer), (422, "Invalid"));
    let cause = ("FieldValueInvalid".to_owned(), "metadata.uid".to_owned());
    assert_eq!(causes(&answer), [cause.clone(), cause], "it is looked at twice");
    assert!(answer.unwrap_err().message.contains("field is immutable"));
}

pub(crate) async fn an_apply_for_another_version_is_a_conflict(bench: Bench) {
    let first = bench.apply(&place("a"), "me", &nad("a", &json!({}), "1")).await.unwrap();
    let second = bench.apply(&place("a"), "me", &nad("a", &json!({}), "2")).await.unwrap();
    let exact = |object: &Value| json!({ "uid": uid(object), "resourceVersion": version(object) });
    let stale = bench.apply(&place("a"), "me", &nad("a", &exact(&first), "3")).await;
    assert_eq!(refusal(&stale), (409, "Conflict"));
    assert!(causes(&stale).is_empty(), "no manager is to blame");
    assert!(stale.unwrap_err().message.contains("the object has been modified"));
    bench.apply(&place("a"), "me", &nad("a", &exact(&second), "3")).await.unwrap();
}

pub(crate) async fn a_conflict_names_managers_and_fields(bench: Bench) {
    let first = json!({ "annotations": { "x.io/a": "1" } });
    bench.apply(&place("a"), "one", &nad("a", &first, "1")).await.unwrap();
    let other = json!({ "annotations": { "x.io/a": "2" } });
    let answer = bench.apply(&place("a"), "two", &nad("a", &other, "2")).await;
    assert_eq!(refusal(&answer), (409, "Conflict"));
    let field = |name: &str| ("FieldManagerConflict".to_owned(), name.to_owned());
    assert_eq!(causes(&answer), [field(".metadata.annotations.x.io/a"), field(".spec.config")]);
    let status = answer.unwrap_err();
    assert_eq!(status.details.as_ref().unwrap().causes[0].message, "conflict with \"one\"");
    assert!(status.message.starts_with("Apply failed with 2 conflicts: conflicts with \"one\""));
    let change = json!({ "spec": { "config": "3" } });
    bench.merge(&format!("{}?fieldManager=editor", place("a")), &change).await.unwrap();
    let answer = bench.apply(&place("a"), "one", &nad("a", &json!({}), "1")).await.unwrap_err();
    let causes = &answer.details.as_ref().unwrap().causes;
    let text = "conflict with \"editor\" using k8s.cni.cncf.io/v1";
    assert!(causes[0].message.starts_with(text), "{}", causes[0].message);
    assert!(answer.message.starts_with("Apply failed with 1 conflict: conflict with \"editor\""));
}

pub(crate) async fn a_forced_apply_takes_over(bench: Bench) {
    bench.apply(&place("a"), "one", &nad("a", &json!({}), "1")).await.unwrap();
    let taken = bench.force(&place("a"), "two", &nad("a", &json!({}), "2")).await.unwrap();
    assert_eq!(taken["spec"]["config"], "2");
    let fields = taken["metadata"]["managedFields"].as_array().unwrap();
    let managers: Vec<_> = fields.iter().map(|entry| &entry["manager"]).collect();
    assert_eq!(managers, ["two"], "who owns nothing is not listed");
}

pub(crate) async fn equal_values_are_owned_together(bench: Bench) {
    let full = spec(json!({ "resourceName": "x", "vlan": 5 }));
    bench.apply(&one("a"), "one", &full).await.unwrap();
    bench.apply(&one("a"), "two", &full).await.unwrap();
    let less = spec(json!({ "resourceName": "x" }));
    let stored = bench.apply(&one("a"), "one", &less).await.unwrap();
    assert_eq!(stored["spec"]["vlan"], 5, "the other one still wants it");
    let stored = bench.apply(&one("a"), "two", &less).await.unwrap();
    assert_eq!(stored["spec"].get("vlan"), None);
}

pub(crate) async fn the_last_field_of_a_map_takes_it_along(bench: Bench) {
    bench.apply(&place("a"), "me", &nad("a", &json!({}), "1")).await.unwrap();
    let mut less = nad("a", &json!({}), "");
    less["spec"] = json!({});
    let answer = bench.apply(&place("a"), "me", &less).await;
    let cause = ("FieldValueTypeInvalid".to_owned(), "spec".to_owned());
    assert_eq!(causes(&answer), [cause], "a map that is still applied becomes null");
    less.as_object_mut().unwrap().remove("spec");
    let stored = bench.apply(&place("a"), "me", &less).await.unwrap();
    assert_eq!((stored.get("spec"), stored["metadata"].get("managedFields")), (None, None));
    let noted = nad("b", &json!({ "annotations": { "x.io/y": "1" } }), "1");
    bench.apply(&place("b"), "me", &noted).await.unwrap();
    let stored = bench.apply(&place("b"), "me", &nad("b", &json!({}), "1")).await.unwrap();
    assert_eq!(stored["metadata"].get("annotations"), None, "the metadata drops it");
}

pub(crate) async fn what_is_no_longer_applied_goes(bench: Bench) {
    let full = json!({ "resourceName": "x", "vlan": 5, "trust": "on" });
    bench.apply(&one("a"), "me", &spec(full)).await.unwrap();
    let change = json!({ "spec": { "spoofChk": "off" } });
    bench.merge(&one("a"), &change).await.unwrap();
    let stored =
        bench.apply(&one("a"), "me", &spec(json!({ "resourceName": "x", "vlan": 5 }))).await;
    let expected = json!({ "resourceName": "x", "vlan": 5, "spoofChk": "off", "logLevel": "info" });
    assert_eq!(stored.unwrap()["spec"], expected);
}

pub(crate) async fn annotations_are_owned_one_by_one(bench: Bench) {
    let with = |annotations: Value| nad("a", &json!({ "annotations": annotations }), "1");
    bench.apply(&place("a"), "one", &with(json!({ "x.io/a": "1", "x.io/b": "1" }))).await.unwrap();
    let mut foreign = with(json!({ "y.io/c": "1" }));
    foreign.as_object_mut().unwrap().remove("spec");
    bench.apply(&place("a"), "two", &foreign).await.unwrap();
    let label = json!({ "metadata": { "labels": { "l": "1" } } });
    bench.merge(&place("a"), &label).await.unwrap();
    let stored = bench.apply(&place("a"), "one", &with(json!({ "x.io/a": "2" }))).await.unwrap();
    let metadata = &stored["metadata"];
    assert_eq!(metadata["annotations"], json!({ "x.io/a": "2", "y.io/c": "1" }));
    assert_eq!(metadata["labels"], json!({ "l": "1" }));
}

pub(crate) async fn finalizers_are_a_set(bench: Bench) {
    let with = |list: Value| {
        network_with("a", json!({ "finalizers": list }), json!({ "resourceName": "x" }))
    };
    bench.apply(&one("a"), "one", &with(json!(["x.io/1"]))).await.unwrap();
    let both = bench.apply(&one("a"), "two", &with(json!(["x.io/2"]))).await.unwrap();
    assert_eq!(both["metadata"]["finalizers"].as_array().unwrap().len(), 2);
    let left = bench.apply(&one("a"), "one", &with(json!([]))).await.unwrap();
    assert_eq!(left["metadata"]["finalizers"], json!(["x.io/2"]));
    let fields = left["metadata"]["managedFields"].to_string();
    assert!(fields.contains(r#"v:\"x.io/2\""#), "{fields}");
}

pub(crate) async fn owner_references_are_told_apart_by_uid(bench: Bench) {
    let owner = |uid: &str| {
        json!({ "apiVersion": "sriovnetwork.openshift.io/v1", "kind": "SriovNetwork", "name": "a",
                "uid": uid })
    };
    let with = |uid: &str| nad("a", &json!({ "ownerReferences": [owner(uid)] }), "1");
    bench.apply(&place("a"), "one", &with("one")).await.unwrap();
    let mut foreign = with("two");
    foreign.as_object_mut().unwrap().remove("spec");
    let both = bench.apply(&place("a"), "two", &foreign).await.unwrap();
    assert_eq!(both["metadata"]["ownerReferences"], json!([owner("one"), owner("two")]));
    let moved = bench.apply(&place("a"), "one", &with("three")).await.unwrap();
    let uids: Vec<_> =
        moved["metadata"]["ownerReferences"].as_array().unwrap().iter().map(uid_of).collect();
    assert!(uids.contains(&"two") && uids.contains(&"three") && uids.len() == 2, "{uids:?}");
}

fn uid_of(reference: &Value) -> &str {
    reference["uid"].as_str().unwrap()
}

fn status(kind: &str, message: &str) -> Value {
    let mut condition = condition(kind);
    condition["message"] = message.into();
    let mut body = network("a");
    body.as_object_mut().unwrap().remove("spec");
    body["status"] = json!({ "conditions": [condition] });
    body
}

pub(crate) async fn conditions_are_told_apart_by_type(bench: Bench) {
    bench.network("a").await;
    let path = format!("{}/status", one("a"));
    bench.apply(&path, "one", &status("Ready", "x")).await.unwrap();
    let both = bench.apply(&path, "two", &status("NadReady", "y")).await.unwrap();
    assert_eq!(both["status"]["conditions"].as_array().unwrap().len(), 2);
    let answer = bench.apply(&path, "two", &status("Ready", "z")).await;
    assert_eq!(refusal(&answer), (409, "Conflict"));
    let field = r#".status.conditions[type="Ready"].message"#;
    assert_eq!(causes(&answer), [("FieldManagerConflict".to_owned(), field.to_owned())]);
    let message = &answer.unwrap_err().details.clone().unwrap().causes[0].message;
    assert_eq!(message, r#"conflict with "one" with subresource "status""#);
    let absent = bench.apply(&format!("{}/status", one("b")), "one", &network("b")).await;
    assert_eq!(refusal(&absent), (404, "NotFound"));
}

/// The metadata of a status write is replaced before it is validated (apiextensions-apiserver,
/// `pkg/registry/customresource/status_strategy.go`); the version is compared before that.
pub(crate) async fn a_status_apply_does_not_look_at_the_uid(bench: Bench) {
    let first = bench.network("a").await;
    let path = format!("{}/status", one("a"));
    let mut body = status("Ready", "x");
    body["metadata"]["uid"] = OTHER.into();
    let stored = bench.apply(&path, "one", &body).await.unwrap();
    assert_eq!(uid(&stored), uid(&first));
    assert_eq!(stored["status"]["conditions"][0]["message"], "x");
    body["metadata"]["resourceVersion"] = version(&first).into();
    let stale = bench.apply(&path, "one", &body).await;
    assert_eq!(refusal(&stale), (409, "Conflict"));
}

pub(crate) async fn managed_fields_tell_who_wrote_how(bench: Bench) {
    bench.apply(&one("a"), "one", &network("a")).await.unwrap();
    let change = json!({ "metadata": { "labels": { "l": "1" } } });
    bench.merge(&format!("{}?fieldManager=two", one("a")), &change).await.unwrap();
    let path = format!("{}/status", one("a"));
    let stored = bench.apply(&path, "one", &status("Ready", "x")).await.unwrap();
    let mut entries = stored["metadata"]["managedFields"].as_array().unwrap().clone();
    for entry in &mut entries {
        assert!(entry["time"].is_string(), "{entry}");
        assert_eq!(entry["apiVersion"], "sriovnetwork.openshift.io/v1");
        entry.as_object_mut().unwrap().retain(|key, _| {
            matches!(key.as_str(), "manager" | "operation" | "subresource" | "fieldsV1")
        });
    }
    let ready = json!({ ".": {}, "f:lastTransitionTime": {}, "f:message": {}, "f:reason": {},
                        "f:status": {}, "f:type": {} });
    let expected = [
        json!({ "manager": "one", "operation": "Apply",
                "fieldsV1": { "f:spec": { "f:resourceName": {} } } }),
        json!({ "manager": "one", "operation": "Apply", "subresource": "status",
                "fieldsV1": { "f:status": { "f:conditions": { "k:{\"type\":\"Ready\"}": ready } } } }),
        json!({ "manager": "two", "operation": "Update",
                "fieldsV1": { "f:metadata": { "f:labels": { ".": {}, "f:l": {} } } } }),
    ];
    assert_eq!(entries.len(), 3);
    for entry in expected {
        assert!(entries.contains(&entry), "{entry} is not in {entries:#?}");
    }
}

pub(crate) async fn an_apply_needs_a_manager(bench: Bench) {
    let kind = "application/apply-patch+yaml";
    let answer = bench.send("PATCH", &one("a"), kind, Some(&network("a"))).await;
    assert_eq!(refusal(&answer), (422, "Invalid"));
    let mut managed = network("a");
    managed["metadata"]["managedFields"] = json!([{ "manager": "x" }]);
    assert_eq!(refusal(&bench.apply(&one("a"), "me", &managed).await), (400, "BadRequest"));
}
