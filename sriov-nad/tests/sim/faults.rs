use std::time::Duration;

use kube::api::{DeleteParams, DynamicObject, ListParams, Patch, PatchParams, PostParams};
use serde_json::{Value, json};
use sriov_nad::sim::{ApiError, Fault, Matcher, Rule, Verb};
use tokio::time::{Instant, timeout};

use crate::support::{network, networks, server};

fn object(name: &str) -> DynamicObject {
    serde_json::from_value(network("default", name, Value::Null)).unwrap()
}

fn code(error: &kube::Error) -> u16 {
    match error {
        kube::Error::Api(status) => status.code,
        _ => 0,
    }
}

#[tokio::test(start_paused = true)]
async fn requests_fail_so_often() {
    let (server, client) = server();
    let api = networks(&client, "default");
    let creates = Matcher::new().verb(Verb::Create).resource("sriovnetworks");
    let refusal = ApiError::internal("failed calling webhook \"operator\"");
    server.faults().add(Rule::new(creates, Fault::Fail(refusal)).after(1).times(2));
    let mut codes = Vec::new();
    for name in ["a", "b", "c", "d"] {
        let answer = api.create(&PostParams::default(), &object(name)).await;
        codes.push(answer.err().as_ref().map(code));
    }
    assert_eq!(codes, [None, Some(500), Some(500), None]);
    assert_eq!(server.list("sriovnetworks", "").len(), 2, "what failed did not happen");
}

#[tokio::test(start_paused = true)]
async fn too_many_requests_say_when_to_come_back() {
    let (server, client) = server();
    let busy = ApiError::too_many(Duration::from_secs(7));
    server.faults().add(Rule::new(Matcher::new(), Fault::Fail(busy)).times(1));
    let request = http::Request::get("/api/v1/namespaces").body(kube::client::Body::empty());
    let answer = client.send(request.unwrap()).await.unwrap();
    assert_eq!(answer.status(), 429);
    assert_eq!(answer.headers()["retry-after"], "7");
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_a_write_that_happened() {
    let (server, client) = server();
    let api = networks(&client, "default");
    server.faults().add(Rule::new(Matcher::new().writes(), Fault::LoseAnswer).times(1));
    let answer = api.create(&PostParams::default(), &object("a")).await;
    assert_eq!(code(&answer.unwrap_err()), 0, "no answer of the server");
    assert!(server.get("sriovnetworks", "default", "a").is_some());
    server.faults().add(Rule::new(Matcher::new().writes(), Fault::Disconnect).times(1));
    assert!(api.delete("a", &DeleteParams::default()).await.is_err());
    assert!(server.get("sriovnetworks", "default", "a").is_some(), "nothing happened");
}

#[tokio::test(start_paused = true)]
async fn requests_hang_or_are_late() {
    let (server, client) = server();
    let api = networks(&client, "default");
    let faults = server.faults();
    faults.add(Rule::new(Matcher::new().verb(Verb::Get).name("a"), Fault::Hang));
    faults.add(Rule::new(Matcher::new().verb(Verb::List), Fault::Delay(Duration::from_secs(9))));
    faults.add(Rule::new(Matcher::new().verb(Verb::Create), Fault::HangAfter));
    let day = Duration::from_hours(24);
    assert!(timeout(day, api.get("a")).await.is_err());
    let start = Instant::now();
    api.list(&ListParams::default()).await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 9);
    assert!(timeout(day, api.create(&PostParams::default(), &object("a"))).await.is_err());
    assert!(server.get("sriovnetworks", "default", "a").is_some());
    faults.clear();
    api.get("a").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_late_answer_is_an_early_write() {
    let (server, client) = server();
    let api = networks(&client, "default");
    let late = Fault::DelayAnswer(Duration::from_secs(5));
    server.faults().add(Rule::new(Matcher::new().verb(Verb::Create), late));
    let create =
        tokio::spawn(async move { api.create(&PostParams::default(), &object("a")).await });
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(server.get("sriovnetworks", "default", "a").is_some() && !create.is_finished());
    create.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn requests_are_counted_by_manager() {
    let (server, client) = server();
    let api = networks(&client, "default");
    for manager in ["one", "one", "two"] {
        let params = PatchParams::apply(manager);
        api.patch("a", &params, &Patch::Apply(&object("a"))).await.unwrap();
    }
    api.get("a").await.unwrap();
    let requests = server.faults().requests();
    assert_eq!((requests.writes_by("one"), requests.writes_by("two")), (2, 1));
    assert_eq!(requests.count(|request| request.verb == Verb::Get && request.name == "a"), 1);
    server.faults().forget_requests();
    assert_eq!(server.faults().requests().iter().count(), 0);
}

/// What a hundred requests meet.
async fn random(seed: u64) -> Vec<u16> {
    let (server, client) = server();
    let api = networks(&client, "default");
    let faults = vec![Fault::Fail(ApiError::internal("x")), Fault::Disconnect];
    server.faults().random(seed, 300, faults);
    let mut codes = Vec::new();
    for _ in 0..100 {
        codes.push(api.list(&ListParams::default()).await.err().as_ref().map_or(200, code));
    }
    codes
}

#[tokio::test(start_paused = true)]
async fn random_faults_come_from_the_seed() {
    let first = random(1).await;
    assert_eq!(first, random(1).await);
    assert_ne!(first, random(2).await);
    let good = first.iter().filter(|code| **code == 200).count();
    assert!((55..85).contains(&good), "about 70: {good}");
    assert!(first.contains(&500) && first.contains(&0));
}

#[tokio::test(start_paused = true)]
async fn uids_and_times_are_the_same_in_each_run() {
    let run = || async {
        let (server, _) = server();
        tokio::time::sleep(Duration::from_secs(3)).await;
        server.create(&network("default", "a", json!({}))).unwrap()
    };
    let first = run().await;
    assert_eq!(first, run().await);
    assert_eq!(first["metadata"]["creationTimestamp"], "2026-01-01T00:00:03Z");
}
