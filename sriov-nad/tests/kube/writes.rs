//! Verb, path, parameters, content type and body of every call.

use serde_json::{Value, json};
use sriov_nad::engine::{Cluster, ClusterError, FinalizerChange};
use sriov_nad::nad::Desired;
use sriov_nad::plan::{Precondition, Warning};
use sriov_nad::spec::Condition;

use crate::wire::{Seen, cluster, exchange, nad, network};

const NAD: &str = "/apis/k8s.cni.cncf.io/v1/namespaces/shop/network-attachment-definitions/fast";
const NETWORK: &str = "/apis/sriovnetwork.openshift.io/v1/namespaces/operator/sriovibnetworks/fast";

pub(crate) fn desired() -> Desired {
    Desired {
        key: nad(),
        owner: network(),
        owner_uid: None,
        resource_name: "openshift.io/ib".to_owned(),
        config: "{}".to_owned(),
    }
}

pub(crate) fn stored() -> Value {
    let mut value = desired().to_value();
    value["metadata"]["uid"] = "nad-uid".into();
    value["metadata"]["resourceVersion"] = "12".into();
    value
}

pub(crate) fn seen(version: Option<&str>) -> Precondition {
    Precondition { uid: "nad-uid".to_owned(), resource_version: version.map(str::to_owned) }
}

pub(crate) fn removal() -> FinalizerChange {
    let present = ["a", "ours"].map(str::to_owned).to_vec();
    FinalizerChange { uid: "u".to_owned(), present, finalizer: "ours".to_owned(), add: false }
}

fn ready() -> Condition {
    Condition {
        kind: "Ready".to_owned(),
        status: "True".to_owned(),
        reason: "NetworkReady".to_owned(),
        message: "is there".to_owned(),
        observed_generation: Some(4),
    }
}

#[tokio::test]
async fn a_new_nad_is_applied_without_force() {
    let (applied, seen) =
        exchange(201, stored(), async |cluster| cluster.apply_nad(&desired(), None, false).await)
            .await;
    assert_eq!(seen.line, format!("PATCH {NAD}"));
    assert_eq!(seen.query, "fieldManager=sriov-nad", "no force");
    assert_eq!(seen.content_type.as_deref(), Some("application/apply-patch+yaml"));
    assert_eq!(seen.body, desired().to_value());
    let applied = applied.unwrap();
    assert_eq!((applied.uid.as_str(), applied.resource_version.as_str()), ("nad-uid", "12"));
}

#[tokio::test]
async fn a_nad_that_is_there_is_applied_by_uid() {
    for (version, expected) in [(None, Value::Null), (Some("11"), json!("11"))] {
        let (applied, request) = exchange(200, stored(), async |cluster| {
            cluster.apply_nad(&desired(), Some(&seen(version)), true).await
        })
        .await;
        assert!(applied.is_ok());
        assert_eq!(request.query, "force=true&fieldManager=sriov-nad");
        assert_eq!(request.body["metadata"]["uid"], "nad-uid");
        assert_eq!(request.body["metadata"]["resourceVersion"], expected);
    }
}

#[tokio::test]
async fn a_delete_is_meant_for_one_object() {
    let (deleted, request) = exchange(200, json!({ "kind": "Status" }), async |cluster| {
        cluster.delete_nad(&nad(), &seen(Some("11"))).await
    })
    .await;
    assert!(deleted.is_ok());
    assert_eq!(request.line, format!("DELETE {NAD}"));
    let expected = json!({ "uid": "nad-uid", "resourceVersion": "11" });
    assert_eq!(request.body["preconditions"], expected);
}

#[tokio::test]
async fn what_is_gone_is_deleted() {
    let (deleted, _) = exchange(404, json!({ "code": 404 }), async |cluster| {
        cluster.delete_nad(&nad(), &seen(None)).await
    })
    .await;
    assert_eq!(deleted, Ok(()));
}

#[tokio::test]
async fn a_finalizer_goes_by_a_json_patch_that_tests() {
    let (patched, request) = exchange(200, json!({}), async |cluster| {
        cluster.patch_finalizer(&network(), &removal()).await
    })
    .await;
    assert_eq!(patched, Ok(()));
    assert_eq!(request.line, format!("PATCH {NETWORK}"));
    assert_eq!(request.query, "fieldManager=sriov-nad");
    assert_eq!(request.content_type.as_deref(), Some("application/json-patch+json"));
    let expected = json!([
        { "op": "test", "path": "/metadata/uid", "value": "u" },
        { "op": "test", "path": "/metadata/finalizers", "value": ["a", "ours"] },
        { "op": "remove", "path": "/metadata/finalizers/1" },
    ]);
    assert_eq!(request.body, expected);
}

#[tokio::test]
async fn the_first_finalizer_makes_the_list() {
    let change = FinalizerChange { present: Vec::new(), add: true, ..removal() };
    let (patched, request) = exchange(200, json!({}), async |cluster| {
        cluster.patch_finalizer(&network(), &change).await
    })
    .await;
    assert_eq!(patched, Ok(()));
    let test = json!({ "op": "test", "path": "/metadata/finalizers", "value": null });
    let add = json!({ "op": "add", "path": "/metadata/finalizers", "value": ["ours"] });
    assert_eq!((&request.body[1], &request.body[2]), (&test, &add));
}

/// The two requests of a condition, with the network as it is meanwhile.
async fn condition(present: Value) -> (Seen, Seen) {
    let (cluster, mut wire) = cluster();
    let key = network();
    let condition = ready();
    let (applied, seen) = tokio::join!(cluster.apply_condition(&key, "u", &condition), async {
        (wire.answer(200, &present).await, wire.answer(200, &json!({})).await)
    });
    assert_eq!(applied, Ok(()));
    seen
}

#[tokio::test]
async fn a_condition_is_applied_to_the_status_of_one_object() {
    let (read, write) =
        condition(json!({ "metadata": { "uid": "u", "resourceVersion": "7" } })).await;
    assert_eq!(read.line, format!("GET {NETWORK}"));
    assert_eq!(write.line, format!("PATCH {NETWORK}/status"));
    assert_eq!(write.query, "force=true&fieldManager=sriov-nad");
    assert_eq!(write.content_type.as_deref(), Some("application/apply-patch+yaml"));
    assert_eq!(write.body["apiVersion"], "sriovnetwork.openshift.io/v1");
    assert_eq!(write.body["kind"], "SriovIBNetwork");
    let meta = json!({ "name": "fast", "namespace": "operator", "resourceVersion": "7" });
    assert_eq!(write.body["metadata"], meta);
    let entries = write.body["status"]["conditions"].as_array().unwrap();
    assert_eq!(entries.len(), 1, "conditions of others are theirs");
    assert_eq!(entries[0]["observedGeneration"], 4);
}

#[tokio::test]
async fn a_condition_tells_since_when_its_status_holds() {
    let since = "2025-01-01T00:00:00Z";
    let present = |status: &str| {
        let entry = json!({ "type": "Ready", "status": status, "lastTransitionTime": since });
        json!({ "metadata": { "uid": "u" }, "status": { "conditions": [entry] } })
    };
    let time = |seen: &Seen| seen.body["status"]["conditions"][0]["lastTransitionTime"].clone();
    assert_eq!(time(&condition(present("True")).await.1), since);
    let changed = time(&condition(present("False")).await.1);
    assert!(changed.as_str().is_some_and(|time| time > since && time.ends_with('Z')), "{changed}");
}

/// An apply to the status ignores the uid of its body, so it is looked at before.
#[tokio::test]
async fn a_condition_is_not_for_another_network_of_that_name() {
    let (answer, seen) = exchange(200, json!({ "metadata": { "uid": "v" } }), async |cluster| {
        cluster.apply_condition(&network(), "u", &ready()).await
    })
    .await;
    assert!(matches!(answer, Err(ClusterError::PreconditionFailed(_))), "{answer:?}");
    assert_eq!(seen.line, format!("GET {NETWORK}"));
}

#[tokio::test]
async fn live_reads_tell_none_from_unknown() {
    let (found, request) = exchange(200, json!({ "metadata": { "uid": "u" } }), async |cluster| {
        cluster.network_uid(&network()).await
    })
    .await;
    assert_eq!((found, request.line), (Ok(Some("u".to_owned())), format!("GET {NETWORK}")));
    let (found, request) =
        exchange(404, json!({}), async |cluster| cluster.nad(&nad()).await).await;
    assert_eq!((found, request.line), (Ok(None), format!("GET {NAD}")));
    let (found, _) = exchange(200, stored(), async |cluster| cluster.nad(&nad()).await).await;
    assert_eq!(found.unwrap().unwrap().uid, "nad-uid");
    let (found, _) =
        exchange(200, json!({}), async |cluster| cluster.network_uid(&network()).await).await;
    assert!(found.is_err(), "{found:?}");
}

#[tokio::test]
async fn a_warning_is_an_event_beside_the_network() {
    let warning = Warning { uid: "u".to_owned(), reason: "Contested", note: "by x".to_owned() };
    let (sent, request) =
        exchange(201, json!({}), async |cluster| cluster.warn(&network(), &warning).await).await;
    assert_eq!(sent, Ok(()));
    assert_eq!(request.line, "POST /apis/events.k8s.io/v1/namespaces/operator/events");
    let body = request.body;
    assert_eq!((&body["type"], &body["reason"]), (&json!("Warning"), &json!("Contested")));
    assert_eq!((&body["regarding"]["uid"], &body["note"]), (&json!("u"), &json!("by x")));
    for required in ["eventTime", "reportingController", "reportingInstance", "action"] {
        assert!(body[required].as_str().is_some_and(|text| !text.is_empty()), "{required}");
    }
}
