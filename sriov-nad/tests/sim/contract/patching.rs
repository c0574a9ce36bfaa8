use serde_json::json;

use super::bench::{Bench, one, refusal, uid, version};

pub(crate) async fn a_json_patch_tests(bench: Bench) {
    let first = bench.network("a").await;
    let other = "00000000-1111-4111-8111-000000000000";
    let add = |uid: &str| {
        json!([
            { "op": "test", "path": "/metadata/uid", "value": uid },
            { "op": "add", "path": "/metadata/finalizers", "value": ["x.io/one"] },
        ])
    };
    let refused = bench.json_patch(&one("a"), &add(other)).await;
    assert_eq!(refusal(&refused), (422, "Invalid"));
    let message = "the server rejected our request due to an error in our request";
    assert_eq!(refused.unwrap_err().message, message);
    assert_eq!(bench.get(&one("a")).await.unwrap(), first);
    let stored = bench.json_patch(&one("a"), &add(uid(&first))).await.unwrap();
    assert_eq!(stored["metadata"]["finalizers"], json!(["x.io/one"]));
    for bad in [
        json!([{ "op": "test", "path": "/metadata/finalizers", "value": [] }]),
        json!([{ "op": "test", "path": "/metadata/finalizers/1", "value": "x.io/two" }]),
        json!([{ "op": "remove", "path": "/metadata/finalizers/7" }]),
        json!([{ "op": "remove", "path": "/spec/absent" }]),
        json!([{ "op": "add", "path": "/absent/x", "value": 1 }]),
    ] {
        let answer = bench.json_patch(&one("a"), &bad).await;
        assert_eq!(refusal(&answer), (422, "Invalid"), "{bad}");
    }
    let vlan = json!([
        { "op": "test", "path": "/spec/vlan", "value": null },
        { "op": "replace", "path": "/spec/vlan", "value": 5 },
    ]);
    let stored = bench.json_patch(&one("a"), &vlan).await.unwrap();
    assert_eq!(stored["spec"]["vlan"], 5, "what is absent is null, and is replaced as well");
    let absent = bench.json_patch(&one("b"), &add(other)).await;
    assert_eq!(refusal(&absent), (404, "NotFound"));
    let uid = json!([{ "op": "replace", "path": "/metadata/uid", "value": other }]);
    assert_eq!(refusal(&bench.json_patch(&one("a"), &uid).await), (422, "Invalid"));
}

pub(crate) async fn a_merge_patch_removes_by_null(bench: Bench) {
    bench.network("a").await;
    let set =
        json!({ "metadata": { "annotations": { "x": "1", "y": "2" } }, "spec": { "vlan": 5 } });
    bench.merge(&one("a"), &set).await.unwrap();
    let unset = json!({ "metadata": { "annotations": { "x": null } }, "spec": { "vlan": null } });
    let stored = bench.merge(&one("a"), &unset).await.unwrap();
    assert_eq!(stored["metadata"]["annotations"], json!({ "y": "2" }));
    assert_eq!(stored["spec"], json!({ "resourceName": "cx6", "logLevel": "info" }));
    let bad = json!({ "spec": { "resourceName": null } });
    assert_eq!(refusal(&bench.merge(&one("a"), &bad).await), (422, "Invalid"));
    let default = json!({ "spec": { "logLevel": null } });
    let stored = bench.merge(&one("a"), &default).await.unwrap();
    assert_eq!(stored["spec"]["logLevel"], "info");
}

pub(crate) async fn a_stale_merge_patch_is_a_conflict(bench: Bench) {
    let first = bench.network("a").await;
    bench.merge(&one("a"), &json!({ "spec": { "vlan": 5 } })).await.unwrap();
    let stale =
        json!({ "metadata": { "resourceVersion": version(&first) }, "spec": { "vlan": 6 } });
    assert_eq!(refusal(&bench.merge(&one("a"), &stale).await), (409, "Conflict"));
    let absent = bench.merge(&one("b"), &json!({})).await;
    assert_eq!(refusal(&absent), (404, "NotFound"));
}

pub(crate) async fn an_unknown_format_is_refused(bench: Bench) {
    bench.network("a").await;
    let answer = bench.send("PATCH", &one("a"), "application/json", Some(&json!({}))).await;
    assert_eq!(refusal(&answer), (415, "UnsupportedMediaType"));
    let answer = bench.json_patch(&one("a"), &json!({ "op": "remove" })).await;
    assert_eq!(refusal(&answer).0, 400);
}
