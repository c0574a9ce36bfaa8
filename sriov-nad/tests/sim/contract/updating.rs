use serde_json::{Value, json};

use super::bench::{
    Bench, NETWORKS, causes, generation, network, network_with, one, refusal, version,
};

pub(crate) async fn a_put_needs_the_version(bench: Bench) {
    let first = bench.network("a").await;
    let bare = bench.put(&one("a"), &network("a")).await;
    assert_eq!(refusal(&bare), (422, "Invalid"));
    assert_eq!(causes(&bare)[0].1, "metadata.resourceVersion");
    let mut changed = first.clone();
    changed["spec"]["vlan"] = 5.into();
    bench.put(&one("a"), &changed).await.unwrap();
    changed["spec"]["vlan"] = 6.into();
    let stale = bench.put(&one("a"), &changed).await;
    assert_eq!(refusal(&stale), (409, "Conflict"));
    assert!(stale.unwrap_err().message.contains("the object has been modified"));
    let unknown = network_with("b", json!({ "resourceVersion": "1" }), json!({}));
    let absent = bench.put(&one("b"), &unknown).await;
    assert_eq!(refusal(&absent), (404, "NotFound"));
}

pub(crate) async fn a_put_for_another_uid_is_a_conflict(bench: Bench) {
    let mut body = bench.network("a").await;
    body["metadata"]["uid"] = "00000000-1111-4111-8111-000000000000".into();
    let answer = bench.put(&one("a"), &body).await;
    assert_eq!(refusal(&answer), (409, "Conflict"));
    assert!(answer.unwrap_err().message.contains("Precondition failed: UID in precondition"));
}

pub(crate) async fn the_generation_follows_the_spec(bench: Bench) {
    bench.network("a").await;
    let labels = json!({ "metadata": { "labels": { "a": "b" } } });
    assert_eq!(generation(&bench.merge(&one("a"), &labels).await.unwrap()), 1);
    let status = json!({ "status": { "conditions": [condition("Ready")] } });
    let path = format!("{}/status", one("a"));
    assert_eq!(generation(&bench.merge(&path, &status).await.unwrap()), 1);
    let spec = json!({ "spec": { "vlan": 5 }, "metadata": { "generation": 77 } });
    assert_eq!(generation(&bench.merge(&one("a"), &spec).await.unwrap()), 2);
    assert_eq!(generation(&bench.merge(&one("a"), &spec).await.unwrap()), 2);
}

pub(crate) async fn what_changes_nothing_stores_nothing(bench: Bench) {
    let first = bench.network("a").await;
    let put = bench.put(&one("a"), &first).await.unwrap();
    assert_eq!(put, first);
    let merged = bench.merge(&one("a"), &json!({ "spec": { "resourceName": "cx6" } })).await;
    assert_eq!(merged.unwrap(), first);
    let applied = bench.apply(&one("b"), "me", &network("b")).await.unwrap();
    let again = bench.apply(&one("b"), "me", &network("b")).await.unwrap();
    assert_eq!(again, applied);
    let co_owned = bench.apply(&one("b"), "you", &network("b")).await.unwrap();
    assert_ne!(version(&co_owned), version(&applied), "a new owner is a change");
}

pub(crate) async fn the_status_is_written_apart(bench: Bench) {
    bench.network("a").await;
    let both = json!({
        "spec": { "vlan": 5 }, "metadata": { "labels": { "a": "b" } },
        "status": { "conditions": [condition("Ready")] },
    });
    let path = format!("{}/status", one("a"));
    let stored = bench.merge(&path, &both).await.unwrap();
    assert_eq!(stored["status"]["conditions"], json!([condition("Ready")]));
    assert_eq!(
        (&stored["spec"]["vlan"], &stored["metadata"]["labels"]),
        (&Value::Null, &Value::Null)
    );
    let without = json!({ "status": { "conditions": [] }, "spec": { "vlan": 6 } });
    let stored = bench.merge(&one("a"), &without).await.unwrap();
    assert_eq!(stored["status"]["conditions"], json!([condition("Ready")]));
    assert_eq!(stored["spec"]["vlan"], 6);
    let bad = json!({ "status": { "conditions": [{ "type": "Ready" }] } });
    assert_eq!(refusal(&bench.merge(&path, &bad).await), (422, "Invalid"));
    let mut whole = stored.clone();
    whole["spec"]["vlan"] = 7.into();
    whole["status"]["conditions"][0]["message"] = "new".into();
    let stored = bench.put(&path, &whole).await.unwrap();
    assert_eq!(stored["spec"]["vlan"], 6);
    assert_eq!(stored["status"]["conditions"][0]["message"], "new");
}

pub(crate) async fn no_new_finalizers_while_deleting(bench: Bench) {
    let held =
        network_with("a", json!({ "finalizers": ["x.io/one"] }), json!({ "resourceName": "x" }));
    bench.post(NETWORKS, &held).await.unwrap();
    bench.delete(&one("a"), &json!({})).await.unwrap();
    let more = json!({ "metadata": { "finalizers": ["x.io/one", "x.io/two"] } });
    let answer = bench.merge(&one("a"), &more).await;
    assert_eq!(refusal(&answer), (422, "Invalid"));
    let expected = ("FieldValueForbidden".to_owned(), "metadata.finalizers".to_owned());
    assert_eq!(causes(&answer), [expected.clone(), expected], "it is looked at twice");
    let spec = bench.merge(&one("a"), &json!({ "spec": { "vlan": 5 } })).await.unwrap();
    assert_eq!(spec["spec"]["vlan"], 5, "other fields can change");
}

pub(crate) fn condition(kind: &str) -> Value {
    json!({
        "type": kind, "status": "True", "reason": "Because", "message": "",
        "lastTransitionTime": "2026-01-01T00:00:00Z",
    })
}
