//! How refusals of the API server arrive at the engine.

use std::time::Duration;

use serde_json::{Value, json};
use sriov_nad::engine::{Cluster, ClusterError};

use crate::wire::{cluster, exchange, nad, network};
use crate::writes::{desired, removal, seen};

async fn apply_refused(code: u16, body: Value) -> ClusterError {
    let (applied, _) =
        exchange(code, body, async |cluster| cluster.apply_nad(&desired(), None, false).await)
            .await;
    applied.unwrap_err()
}

#[tokio::test]
async fn a_conflict_of_managers_names_them() {
    let body = json!({
        "kind": "Status", "status": "Failure", "code": 409, "reason": "Conflict",
        "message": "Apply failed with 1 conflict: …",
        "details": { "causes": [{
            "reason": "FieldManagerConflict",
            "message": "conflict with \"kubectl-edit\" using k8s.cni.cncf.io/v1",
            "field": ".spec.config",
        }] },
    });
    let managers = vec!["kubectl-edit".to_owned()];
    assert_eq!(apply_refused(409, body).await, ClusterError::Conflict { managers });
}

#[tokio::test]
async fn another_object_of_that_name_is_a_failed_precondition() {
    let text = "Precondition failed: UID in precondition: a, UID in object meta: b";
    let body = json!({ "code": 409, "reason": "Conflict", "message": text });
    let expected = ClusterError::PreconditionFailed(text.to_owned());
    assert_eq!(apply_refused(409, body.clone()).await, expected);
    let (deleted, _) =
        exchange(409, body, async |cluster| cluster.delete_nad(&nad(), &seen(Some("1"))).await)
            .await;
    assert_eq!(deleted, Err(expected));
}

#[tokio::test]
async fn a_failed_test_of_a_json_patch_is_a_failed_precondition() {
    let text = "the server rejected our request due to an error in our request";
    let body = json!({ "code": 422, "reason": "Invalid", "message": text, "details": {} });
    let (patched, _) = exchange(422, body.clone(), async |cluster| {
        cluster.patch_finalizer(&network(), &removal()).await
    })
    .await;
    assert_eq!(patched, Err(ClusterError::PreconditionFailed(text.to_owned())));
    assert_eq!(apply_refused(422, body).await, ClusterError::Invalid(text.to_owned()));
}

#[tokio::test]
async fn a_terminating_namespace_and_a_missing_one() {
    let body = json!({ "code": 403, "reason": "Forbidden", "message": "no", "details": {
        "causes": [{ "reason": "NamespaceTerminating", "message": "…" }] } });
    assert_eq!(apply_refused(403, body).await, ClusterError::NamespaceTerminating);
    let body = json!({ "code": 404, "message": "namespaces \"shop\" not found" });
    let expected = ClusterError::NotFound("namespaces \"shop\" not found".to_owned());
    assert_eq!(apply_refused(404, body).await, expected);
    let body = json!({ "code": 403, "message": "admission says no" });
    assert_eq!(apply_refused(403, body).await, ClusterError::Forbidden("admission says no".into()));
}

#[tokio::test]
async fn a_rate_limit_is_told_by_the_header_or_by_the_status() {
    let wait = |secs| ClusterError::TooMany { retry_after: Some(Duration::from_secs(secs)) };
    let body = json!({ "code": 429, "details": { "retryAfterSeconds": 9 } });
    assert_eq!(apply_refused(429, body).await, wait(9));

    let (cluster, mut wire) = cluster();
    let plain = "Too many requests, please try again later.".to_owned();
    let key = nad();
    let (found, _) =
        tokio::join!(cluster.nad(&key), wire.answer_with(429, &[("Retry-After", "3")], plain));
    assert_eq!(found, Err(wait(3)));
}

#[tokio::test]
async fn trouble_on_the_way_is_transient_and_says_where() {
    let text = |error| match error {
        ClusterError::Transient(text) => text,
        other => panic!("{other:?}"),
    };
    assert_eq!(text(apply_refused(503, json!({ "message": "overloaded" })).await), "overloaded");

    let (cluster, mut wire) = cluster();
    let key = nad();
    let (found, ()) = tokio::join!(cluster.nad(&key), wire.break_off());
    let message = text(found.unwrap_err());
    assert!(message.contains("GET /apis/k8s.cni.cncf.io/v1/"), "{message}");
    assert!(message.contains("connection reset by peer"), "{message}");

    let (found, _) = tokio::join!(cluster.nad(&key), wire.answer_with(200, &[], "<html>".into()));
    assert!(text(found.unwrap_err()).contains("no JSON"));
}
