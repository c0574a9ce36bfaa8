use futures_util::{AsyncBufReadExt, StreamExt};
use http::Request;
use serde_json::{Value, json};

use super::bench::{Bench, NETWORKS, network_with, one, version};

/// The first events of a watch, as type and object. A watch cache that is behind etcd answers
/// "Too large resource version" at first, and wants to be asked again.
async fn watch(bench: &Bench, query: &str, count: usize) -> Vec<(String, Value)> {
    for try_ in 0..10 {
        let events = watch_once(bench, query, count).await;
        if events.first().is_some_and(|(_, object)| object["code"] != 504) {
            return events;
        }
        if query.is_empty() {
            // It wants the newest version of all kinds, and an etcd without progress on request
            // tells the cache of one kind only what happens to that kind.
            let touched = json!({ "metadata": { "annotations": { "touched": try_.to_string() } } });
            bench.merge(&one("b"), &touched).await.unwrap();
        }
    }
    panic!("{query:?}: no watch");
}

async fn watch_once(bench: &Bench, query: &str, count: usize) -> Vec<(String, Value)> {
    let path = NETWORKS.replace("{ns}", &bench.namespace);
    let uri = format!("/{path}?watch=true&timeoutSeconds=20&{query}");
    let request = Request::builder().uri(uri).body(Vec::new()).unwrap();
    let lines = bench.client.request_stream(request).await.unwrap().lines();
    let lines: Vec<_> = lines.take(count).collect().await;
    let parse = |line: String| {
        let event: Value = serde_json::from_str(&line).unwrap();
        (event["type"].as_str().unwrap().to_owned(), event["object"].clone())
    };
    lines.into_iter().map(|line| parse(line.unwrap())).collect()
}

fn seen(events: &[(String, Value)]) -> Vec<(&str, &str)> {
    events
        .iter()
        .map(|(kind, object)| {
            let name = object["metadata"]["name"].as_str();
            (kind.as_str(), name.unwrap_or_else(|| panic!("{kind} {object}")))
        })
        .collect()
}

pub(crate) async fn a_watch_goes_on_from_a_list(bench: Bench) {
    bench.network("before").await;
    let list = bench.get(NETWORKS).await.unwrap();
    bench.network("a").await;
    bench.merge(&one("a"), &json!({ "spec": { "vlan": 5 } })).await.unwrap();
    bench.delete(&one("a"), &json!({})).await.unwrap();
    let events = watch(&bench, &format!("resourceVersion={}", version(&list)), 3).await;
    assert_eq!(seen(&events), [("ADDED", "a"), ("MODIFIED", "a"), ("DELETED", "a")]);
    let versions: Vec<u64> =
        events.iter().map(|(_, object)| version(object).parse().unwrap()).collect();
    assert!(versions.is_sorted() && versions[0] < versions[1], "{versions:?}");
}

pub(crate) async fn a_watch_from_zero_begins_with_what_is_there(bench: Bench) {
    bench.network("a").await;
    bench.network("b").await;
    for query in ["", "resourceVersion=0"] {
        let events = watch(&bench, query, 2).await;
        let mut seen = seen(&events);
        seen.sort_unstable();
        assert_eq!(seen, [("ADDED", "a"), ("ADDED", "b")], "{query:?}");
    }
}

pub(crate) async fn leaving_a_selector_is_a_delete(bench: Bench) {
    let list = bench.get(NETWORKS).await.unwrap();
    let metadata = json!({ "labels": { "in": "1" } });
    let body = network_with("a", metadata, json!({ "resourceName": "x" }));
    bench.post(NETWORKS, &body).await.unwrap();
    bench.merge(&one("a"), &json!({ "metadata": { "labels": { "in": null } } })).await.unwrap();
    bench.merge(&one("a"), &json!({ "spec": { "vlan": 5 } })).await.unwrap();
    bench.merge(&one("a"), &json!({ "metadata": { "labels": { "in": "2" } } })).await.unwrap();
    let query = format!("labelSelector=in&resourceVersion={}", version(&list));
    let events = watch(&bench, &query, 3).await;
    assert_eq!(seen(&events), [("ADDED", "a"), ("DELETED", "a"), ("ADDED", "a")]);
}

pub(crate) async fn a_removal_has_a_version_of_its_own(bench: Bench) {
    let created = bench.network("a").await;
    bench.delete(&one("a"), &json!({})).await.unwrap();
    let query = format!("resourceVersion={}", version(&created));
    let events = watch(&bench, &query, 1).await;
    let (kind, object) = &events[0];
    assert_eq!(kind, "DELETED");
    assert_eq!(object["spec"], created["spec"], "its last state");
    let number = |object| version(object).parse::<u64>().unwrap();
    assert!(number(object) > number(&created));
}
