//! The contract of `tests/sim/contract` on a real API server.
//!
//! ```sh
//! KUBECONFIG=… cargo test -p sriov-nad --all-features --test contract_real -- --ignored
//! ```
//!
//! `CONTRACT_FILTER` chooses cases by a part of their names. Each case gets a namespace of its own,
//! which is deleted afterwards.

#![cfg(all(feature = "sim", feature = "kube"))]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "what is not as expected fails the test, and the environment names the server"
)]

#[path = "sim/contract/mod.rs"]
mod contract;
#[path = "sim/support.rs"]
#[expect(dead_code, reason = "only the CRDs are needed here")]
mod support;

use kube::Client;
use serde_json::json;

use contract::{Bench, CASES, install, wait_for_kinds};

#[tokio::test]
#[ignore = "needs a real API server, named by KUBECONFIG"]
async fn a_real_server_keeps_the_contract() {
    let named = std::env::var("KUBECONFIG").is_ok_and(|text| !text.is_empty());
    assert!(named, "KUBECONFIG names no server");
    let mut config = kube::Config::infer().await.unwrap();
    // A refusal with 504 is what a case is about.
    config.default_retry = false;
    let client = Client::try_from(config).unwrap();
    install(&client, &support::crds()).await;
    wait_for_kinds(&client).await;
    let filter = std::env::var("CONTRACT_FILTER").unwrap_or_default();
    let chosen = CASES.iter().filter(|(name, _)| name.contains(&filter));
    let mut failed = Vec::new();
    for (name, case) in chosen {
        let namespace = namespace(&client).await;
        let run = tokio::spawn(case(client.clone(), namespace.clone()));
        let passed = run.await.is_ok();
        println!("{} {name}", if passed { "ok  " } else { "FAIL" });
        failed.extend((!passed).then_some(*name));
        let bench = Bench::new(client.clone(), namespace.clone());
        let _ = bench.delete(&format!("api/v1/namespaces/{namespace}"), &json!({})).await;
    }
    assert!(failed.is_empty(), "{failed:?}");
}

/// Creates a namespace for a case.
async fn namespace(client: &Client) -> String {
    let bench = Bench::new(client.clone(), String::new());
    let body = json!({ "metadata": { "generateName": "contract-" } });
    let namespace = bench.post("api/v1/namespaces", &body).await.unwrap();
    namespace["metadata"]["name"].as_str().unwrap().to_owned()
}
