use std::time::Duration;

use serde_json::{Value, json};
use sriov_nad::names::NadKey;
use sriov_nad::sim::ApiServer;
use sriov_nad::sim::actors::{
    Actor, GcActor, Gitops, NamespaceController, OperatorActor, ResourceNamePatcher, UserPatcher,
    run, settle,
};

use crate::support::network;

const NADS: &str = "network-attachment-definitions";

fn cluster() -> (ApiServer, OperatorActor) {
    let server = ApiServer::new();
    for name in ["operator", "shop"] {
        server.create_namespace(name).unwrap();
    }
    (server, OperatorActor::new("operator"))
}

fn nad(server: &ApiServer, namespace: &str) -> Value {
    server.get(NADS, namespace, "fast").expect("a NAD")
}

fn ready(server: &ApiServer, namespace: &str) -> (String, String) {
    let network = server.get("sriovnetworks", namespace, "fast").unwrap();
    let condition = &network["status"]["conditions"][0];
    let text = |key: &str| condition[key].as_str().unwrap_or_default().to_owned();
    (text("status"), text("reason"))
}

fn words(status: &str, reason: &str) -> (String, String) {
    (status.to_owned(), reason.to_owned())
}

#[test]
fn the_operator_makes_a_nad_and_rests() {
    let (server, mut operator) = cluster();
    let spec = json!({ "networkNamespace": "shop", "vlan": 5 });
    server.create(&network("operator", "fast", spec)).unwrap();
    assert!(settle(&mut operator, &server) < 10);
    let made = nad(&server, "shop");
    assert!(made["spec"]["config"].as_str().unwrap().contains(r#""vlan": 5"#));
    assert_eq!(ready(&server, "operator"), words("True", "NetworkReady"));
    let cr = server.get("sriovnetworks", "operator", "fast").unwrap();
    let finalizer = "netattdef.finalizers.sriovnetwork.openshift.io";
    assert_eq!(cr["metadata"]["finalizers"], json!([finalizer]));
    let note = "operator.sriovnetwork.openshift.io/last-network-namespace";
    assert_eq!(cr["metadata"]["annotations"][note], "shop");
    assert!(!operator.step(&server), "at rest");

    server.delete("sriovnetworks", "operator", "fast").unwrap();
    settle(&mut operator, &server);
    assert!(server.list("sriovnetworks", "").is_empty() && server.list(NADS, "").is_empty());
}

#[test]
fn the_operator_replaces_whole_nads() {
    let (server, mut operator) = cluster();
    server.create(&network("shop", "fast", json!({}))).unwrap();
    settle(&mut operator, &server);
    let first = nad(&server, "shop");
    assert_eq!(first["metadata"]["ownerReferences"][0]["name"], "fast");
    let labels = json!({ "metadata": { "labels": { "x": "y" }, "finalizers": ["x.io/y"] } });
    server.patch((NADS, "shop", "fast"), &labels, "me").unwrap();
    assert!(!operator.step(&server), "labels and finalizers are not compared");
    let note = json!({ "metadata": { "annotations": { "x": "y" } } });
    server.patch((NADS, "shop", "fast"), &note, "me").unwrap();
    settle(&mut operator, &server);
    let again = nad(&server, "shop");
    for key in ["annotations", "labels", "finalizers", "ownerReferences"] {
        assert_eq!(again["metadata"].get(key), first["metadata"].get(key), "{key}");
    }
}

#[test]
fn the_operator_leaves_nads_of_others_alone() {
    let (server, mut operator) = cluster();
    server.create(&network("shop", "fast", json!({}))).unwrap();
    settle(&mut operator, &server);
    let spec = json!({ "networkNamespace": "shop", "vlan": 7 });
    server.create(&network("operator", "fast", spec)).unwrap();
    let before = nad(&server, "shop");
    settle(&mut operator, &server);
    assert_eq!(nad(&server, "shop"), before);
    assert_eq!(ready(&server, "operator"), words("False", "NetworkAttachmentDefinitionInvalid"));
    let outside = json!({ "spec": { "networkNamespace": "operator" } });
    server.patch(("sriovnetworks", "shop", "fast"), &outside, "me").unwrap();
    settle(&mut operator, &server);
    assert_eq!(ready(&server, "shop"), words("False", "NetworkAttachmentDefinitionInvalid"));
    let nowhere = json!({ "spec": { "networkNamespace": "nowhere" } });
    server.patch(("sriovnetworks", "operator", "fast"), &nowhere, "me").unwrap();
    settle(&mut operator, &server);
    assert_eq!(ready(&server, "operator"), words("False", "NamespaceNotFound"));
}

#[test]
fn the_operator_and_a_user_fight() {
    let (server, mut operator) = cluster();
    server.create(&network("shop", "fast", json!({}))).unwrap();
    settle(&mut operator, &server);
    let wanted = nad(&server, "shop")["spec"]["config"].clone();
    let mut user = UserPatcher::new(NadKey::new("shop", "fast"), "{}").times(3);
    for _ in 0..3 {
        assert!(user.step(&server) && !user.step(&server));
        assert_eq!(nad(&server, "shop")["spec"]["config"], "{}");
        assert!(operator.step(&server) && !operator.step(&server));
        assert_eq!(nad(&server, "shop")["spec"]["config"], wanted);
    }
    assert!(!user.step(&server), "gave up");
}

#[test]
fn the_resource_name_is_added_once() {
    let (server, mut operator) = cluster();
    let plugins = json!({ "metaPlugins": r#"{"type": "vrf"}"# });
    server.create(&network("shop", "fast", plugins)).unwrap();
    settle(&mut operator, &server);
    assert_eq!(settle(&mut ResourceNamePatcher, &server), 1);
    let config = nad(&server, "shop")["spec"]["config"].as_str().unwrap().to_owned();
    let config: Value = serde_json::from_str(&config).unwrap();
    assert_eq!(config["plugins"][0]["resourceName"], "openshift.io/cx6");
    assert_eq!(config["plugins"][1].get("resourceName"), None);
}

#[tokio::test(start_paused = true)]
async fn orphans_are_collected_some_time_later() {
    let (server, mut operator) = cluster();
    server.create(&network("shop", "fast", json!({}))).unwrap();
    settle(&mut operator, &server);
    let mut collector = GcActor::new(Duration::from_secs(5));
    assert!(!collector.step(&server) && collector.due().is_none());
    server.delete("sriovnetworks", "shop", "fast").unwrap();
    // A new owner of the same name has another uid.
    server.create(&network("shop", "fast", json!({}))).unwrap();
    assert!(!collector.step(&server));
    tokio::time::sleep(Duration::from_millis(4900)).await;
    assert!(!collector.step(&server), "not yet");
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(collector.step(&server));
    assert!(server.get(NADS, "shop", "fast").is_none());
}

#[tokio::test(start_paused = true)]
async fn a_running_collector_needs_no_change_to_wake() {
    let (server, mut operator) = cluster();
    server.create(&network("shop", "fast", json!({}))).unwrap();
    settle(&mut operator, &server);
    let collector = GcActor::new(Duration::from_secs(5));
    tokio::spawn(run(collector, server.clone(), Duration::from_millis(18)));
    tokio::time::sleep(Duration::from_secs(1)).await;
    server.delete("sriovnetworks", "shop", "fast").unwrap();
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert!(server.get(NADS, "shop", "fast").is_some());
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(server.get(NADS, "shop", "fast").is_none());
}

#[test]
fn a_namespace_goes_when_it_is_empty() {
    let (server, _) = cluster();
    let mut held = network("shop", "fast", json!({}));
    held["metadata"]["finalizers"] = json!(["x.io/y"]);
    server.create(&held).unwrap();
    server.create(&network("shop", "slow", json!({}))).unwrap();
    let mut controller = NamespaceController;
    assert!(!controller.step(&server));
    server.delete("namespaces", "", "shop").unwrap();
    settle(&mut controller, &server);
    assert_eq!(server.list("sriovnetworks", "shop").len(), 1, "held by its finalizer");
    let phase = server.get("namespaces", "", "shop").unwrap()["status"]["phase"].clone();
    assert_eq!(phase, "Terminating");
    let free = json!({ "metadata": { "finalizers": null } });
    server.patch(("sriovnetworks", "shop", "fast"), &free, "me").unwrap();
    assert_eq!(settle(&mut controller, &server), 1);
    assert!(server.get("namespaces", "", "shop").is_none());
    let first = server.create_namespace("shop").unwrap();
    assert_eq!(first["status"]["phase"], "Active");
}

#[test]
fn a_repository_puts_back_what_was_changed() {
    let (server, _) = cluster();
    let mut gitops =
        Gitops::new(network("shop", "fast", json!({ "vlan": 5 })), "argocd-controller");
    assert!(gitops.step(&server) && !gitops.step(&server));
    let change = json!({ "spec": { "vlan": 6, "trust": "on" } });
    server.patch(("sriovnetworks", "shop", "fast"), &change, "me").unwrap();
    assert!(gitops.step(&server) && !gitops.step(&server));
    let stored = server.get("sriovnetworks", "shop", "fast").unwrap();
    assert_eq!((&stored["spec"]["vlan"], &stored["spec"]["trust"]), (&json!(5), &json!("on")));
}
