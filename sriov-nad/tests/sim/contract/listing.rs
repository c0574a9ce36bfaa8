use serde_json::{Value, json};

use super::bench::{Bench, NETWORKS, network_with, refusal, version};

fn names(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().unwrap();
    items.iter().map(|item| item["metadata"]["name"].as_str().unwrap()).collect()
}

pub(crate) async fn pages_show_one_revision(bench: Bench) {
    for name in ["a", "b", "c", "d", "e"] {
        bench.network(name).await;
    }
    let first = bench.get(&format!("{NETWORKS}?limit=2")).await.unwrap();
    assert_eq!(names(&first), ["a", "b"]);
    assert_eq!(first["kind"], "SriovNetworkList");
    assert_eq!(first["metadata"]["remainingItemCount"], 3);
    let network = |name: &str| super::bench::one(name);
    bench.delete(&network("c"), &json!({})).await.unwrap();
    bench.network("cc").await;
    let token = first["metadata"]["continue"].as_str().unwrap();
    let second = bench.get(&format!("{NETWORKS}?limit=2&continue={token}")).await.unwrap();
    assert_eq!(names(&second), ["c", "d"], "as things were at the first page");
    assert_eq!(version(&second), version(&first));
    let token = second["metadata"]["continue"].as_str().unwrap();
    let last = bench.get(&format!("{NETWORKS}?limit=2&continue={token}")).await.unwrap();
    assert_eq!(names(&last), ["e"]);
    assert!(last["metadata"]["continue"].as_str().unwrap_or_default().is_empty());
    let all = bench.get(NETWORKS).await.unwrap();
    assert_eq!(names(&all), ["a", "b", "cc", "d", "e"]);
}

pub(crate) async fn a_future_version_times_out(bench: Bench) {
    let path = format!("{NETWORKS}?resourceVersion=999999999");
    let answer = bench.get(&path).await;
    assert_eq!(refusal(&answer), (504, "Timeout"));
    let cause = &answer.unwrap_err().details.clone().unwrap().causes[0];
    assert_eq!(cause.reason, "ResourceVersionTooLarge");
}

pub(crate) async fn a_bad_token_is_refused(bench: Bench) {
    let answer = bench.get(&format!("{NETWORKS}?limit=1&continue=nonsense")).await;
    assert_eq!(refusal(&answer), (400, "BadRequest"));
    let answer = bench.get(&format!("{NETWORKS}?resourceVersion=x")).await;
    assert_eq!(refusal(&answer).0, 400);
}

pub(crate) async fn selectors_choose(bench: Bench) {
    for (name, tier) in [("a", "1"), ("b", "2"), ("c", "2")] {
        let metadata = json!({ "labels": { "tier": tier } });
        let body = network_with(name, metadata, json!({ "resourceName": "x" }));
        bench.post(NETWORKS, &body).await.unwrap();
    }
    for (selector, expected) in [
        ("labelSelector=tier%3D2", vec!["b", "c"]),
        ("labelSelector=tier%20notin%20(2,3)", vec!["a"]),
        ("labelSelector=!tier", vec![]),
        ("fieldSelector=metadata.name%3Db", vec!["b"]),
        ("fieldSelector=metadata.name!%3Db", vec!["a", "c"]),
        ("labelSelector=tier%3D2&fieldSelector=metadata.name%3Da", vec![]),
    ] {
        let list = bench.get(&format!("{NETWORKS}?{selector}")).await.unwrap();
        assert_eq!(names(&list), expected, "{selector}");
    }
    let answer = bench.get(&format!("{NETWORKS}?fieldSelector=spec.vlan%3D1")).await;
    assert_eq!(refusal(&answer), (400, "BadRequest"));
}
