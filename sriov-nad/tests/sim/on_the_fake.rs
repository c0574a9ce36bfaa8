use std::time::Duration;

use kube::Client;
use serde_json::{Value, json};
use sriov_nad::sim::ApiServer;

use crate::contract::{Bench, CASES};
use crate::support::crds;

#[tokio::test(start_paused = true)]
async fn the_fake_keeps_the_contract() {
    for (name, case) in CASES {
        println!("{name}");
        let server = ApiServer::new();
        server.create_namespace("case").unwrap();
        case(Client::new(server.service(), "default"), "case".to_owned()).await;
    }
}

/// The same with the kinds made from CRDs, as a real server has them.
#[tokio::test(start_paused = true)]
async fn the_fake_keeps_the_contract_with_installed_crds() {
    for (name, case) in CASES {
        println!("{name}");
        let server = ApiServer::new();
        for kind in ["SriovNetwork", "SriovIBNetwork", "OVSNetwork", "NetworkAttachmentDefinition"]
        {
            server.unregister(kind);
        }
        let client = Client::new(server.service(), "default");
        install(&client, &crds()).await;
        wait_for_kinds(&client).await;
        server
            .create(&json!({
                "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "case" },
            }))
            .unwrap();
        case(client, "case".to_owned()).await;
    }
}

/// Creates the CRDs that are not there.
async fn install(client: &Client, crds: &[Value]) {
    let bench = Bench::new(client.clone(), String::new());
    for crd in crds {
        let path = "apis/apiextensions.k8s.io/v1/customresourcedefinitions";
        let answer = bench.post(path, crd).await;
        assert!(
            answer.is_ok() || answer.as_ref().is_err_and(|status| status.is_already_exists()),
            "{answer:?}"
        );
    }
}

/// Waits until both kinds are served: that takes a moment after their CRDs are created.
async fn wait_for_kinds(client: &Client) {
    let bench = Bench::new(client.clone(), "default".to_owned());
    for path in [
        "apis/sriovnetwork.openshift.io/v1/sriovnetworks",
        "apis/k8s.cni.cncf.io/v1/network-attachment-definitions",
    ] {
        let mut tries = 0;
        while bench.get(path).await.is_err() {
            tries += 1;
            assert!(tries < 300, "{path} is not served");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}
