use kube::Client;
use serde_json::json;
use sriov_nad::sim::ApiServer;

use crate::contract::{CASES, install, wait_for_kinds};
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
