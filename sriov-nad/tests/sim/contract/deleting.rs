use serde_json::json;

use super::bench::{
    Bench, NAMESPACES, NETWORKS, generation, network, network_with, one, refusal, uid, version,
};

pub(crate) async fn finalizers_hold_an_object(bench: Bench) {
    let held =
        network_with("a", json!({ "finalizers": ["x.io/one"] }), json!({ "resourceName": "x" }));
    let created = bench.post(NETWORKS, &held).await.unwrap();
    let marked = bench.delete(&one("a"), &json!({})).await.unwrap();
    assert_eq!(marked["kind"], "SriovNetwork");
    assert!(marked["metadata"]["deletionTimestamp"].is_string());
    assert_eq!(marked["metadata"]["deletionGracePeriodSeconds"], 0);
    assert_eq!(generation(&marked), generation(&created) + 1);
    let again = bench.delete(&one("a"), &json!({})).await.unwrap();
    assert_eq!(again, marked);
    let created = bench.post(NETWORKS, &network("a")).await;
    assert_eq!(refusal(&created), (409, "AlreadyExists"), "the name is still taken");
    let free = json!([
        { "op": "test", "path": "/metadata/uid", "value": uid(&marked) },
        { "op": "test", "path": "/metadata/finalizers/0", "value": "x.io/one" },
        { "op": "remove", "path": "/metadata/finalizers/0" },
    ]);
    bench.json_patch(&one("a"), &free).await.unwrap();
    assert_eq!(refusal(&bench.get(&one("a")).await), (404, "NotFound"));
    assert_eq!(refusal(&bench.delete(&one("a"), &json!({})).await), (404, "NotFound"));
    let new = bench.network("a").await;
    assert_ne!(uid(&new), uid(&marked));
}

pub(crate) async fn preconditions_are_checked(bench: Bench) {
    let first = bench.network("a").await;
    let stale = version(&first).to_owned();
    let labels = json!({ "metadata": { "labels": { "a": "b" } } });
    let now = bench.merge(&one("a"), &labels).await.unwrap();
    for (precondition, text) in [
        (json!({ "uid": "00000000-1111-4111-8111-000000000000" }), "the UID in the precondition"),
        (json!({ "resourceVersion": stale }), "the ResourceVersion in the precondition"),
        (
            json!({ "uid": uid(&now), "resourceVersion": stale }),
            "the ResourceVersion in the precondition",
        ),
    ] {
        let answer = bench.delete(&one("a"), &json!({ "preconditions": precondition })).await;
        assert_eq!(refusal(&answer), (409, "Conflict"), "{precondition}");
        let message = answer.unwrap_err().message.clone();
        assert!(message.contains(text), "{message}");
    }
    let exact = json!({ "uid": uid(&now), "resourceVersion": version(&now) });
    let gone = bench.delete(&one("a"), &json!({ "preconditions": exact })).await.unwrap();
    assert_eq!((&gone["kind"], &gone["status"]), (&json!("Status"), &json!("Success")));
    assert_eq!(gone["details"]["uid"], uid(&now));
    assert_eq!(gone["details"]["kind"], "sriovnetworks");
}

pub(crate) async fn many_are_deleted_at_once(bench: Bench) {
    for (name, label) in [("a", "x"), ("b", "x"), ("c", "y")] {
        let metadata = json!({ "labels": { "l": label } });
        let body = network_with(name, metadata, json!({ "resourceName": "r" }));
        bench.post(NETWORKS, &body).await.unwrap();
    }
    bench.delete(&format!("{NETWORKS}?labelSelector=l%3Dx"), &json!({})).await.unwrap();
    let left = bench.get(NETWORKS).await.unwrap();
    let names: Vec<_> =
        left["items"].as_array().unwrap().iter().map(|item| &item["metadata"]["name"]).collect();
    assert_eq!(names, ["c"]);
}

pub(crate) async fn foreground_deletion_waits_for_the_collector(bench: Bench) {
    let path = format!("{NETWORKS}/a");
    let held =
        network_with("a", json!({ "finalizers": ["x.io/one"] }), json!({ "resourceName": "x" }));
    bench.post(NETWORKS, &held).await.unwrap();
    let marked = bench.delete(&path, &json!({ "propagationPolicy": "Foreground" })).await.unwrap();
    let finalizers = &marked["metadata"]["finalizers"];
    assert!(finalizers.as_array().unwrap().contains(&json!("foregroundDeletion")), "{finalizers}");
    bench.network("b").await;
    let background = json!({ "propagationPolicy": "Background" });
    let gone = bench.delete(&one("b"), &background).await.unwrap();
    assert_eq!(gone["status"], "Success");
}

pub(crate) async fn a_terminating_namespace_takes_nothing_new(bench: Bench) {
    let held =
        network_with("a", json!({ "finalizers": ["x.io/one"] }), json!({ "resourceName": "x" }));
    bench.post(NETWORKS, &held).await.unwrap();
    let path = format!("{NAMESPACES}/{}", bench.namespace);
    let marked = bench.delete(&path, &json!({})).await.unwrap();
    assert!(marked["metadata"]["deletionTimestamp"].is_string());
    assert_eq!(marked["status"]["phase"], "Terminating");
    let posted = bench.post(NETWORKS, &network("b")).await;
    let applied = bench.apply(&one("b"), "me", &network("b")).await;
    for answer in [posted, applied] {
        assert_eq!(refusal(&answer), (403, "Forbidden"));
        let status = answer.unwrap_err();
        let cause = &status.details.as_ref().unwrap().causes[0];
        assert_eq!(cause.reason, "NamespaceTerminating");
        assert_eq!(cause.field, "metadata.namespace");
        let expected = format!(
            "sriovnetworks.sriovnetwork.openshift.io \"b\" is forbidden: unable to create new \
             content in namespace {} because it is being terminated",
            bench.namespace
        );
        assert_eq!(status.message, expected);
    }
    let labels = json!({ "metadata": { "labels": { "a": "b" } } });
    bench.merge(&one("a"), &labels).await.unwrap();
    let free = json!({ "metadata": { "finalizers": null } });
    bench.merge(&one("a"), &free).await.unwrap();
    let default = bench.delete(&format!("{NAMESPACES}/default"), &json!({})).await;
    assert_eq!(refusal(&default), (403, "Forbidden"));
}

pub(crate) async fn a_dry_run_stores_nothing(bench: Bench) {
    let created = bench.post(&format!("{NETWORKS}?dryRun=All"), &network("a")).await.unwrap();
    assert_eq!(created["spec"]["logLevel"], "info");
    assert_eq!(refusal(&bench.get(&one("a")).await), (404, "NotFound"));
    let stored = bench.network("a").await;
    let path = format!("{}?dryRun=All", one("a"));
    let changed = bench.merge(&path, &json!({ "spec": { "vlan": 5 } })).await.unwrap();
    assert_eq!(changed["spec"]["vlan"], 5);
    bench.delete(&one("a"), &json!({ "dryRun": ["All"] })).await.unwrap();
    assert_eq!(bench.get(&one("a")).await.unwrap(), stored);
    bench.delete(&path, &json!({})).await.unwrap();
    let gone = bench.get(&one("a")).await;
    assert_eq!(refusal(&gone), (404, "NotFound"), "a body replaces the query");
}
