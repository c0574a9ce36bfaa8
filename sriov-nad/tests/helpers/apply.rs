use serde_json::json;
use sriov_nad::kube::{ApplyOptions, ObjectChange, RequestErrorKind, apply_network, diff_network};
use sriov_nad::render::RenderOptions;

use crate::controller::{self, Manner};
use crate::support::{NADS, NETWORKS, cluster, key, network};

fn options() -> ApplyOptions {
    ApplyOptions { field_manager: "tester".into(), force: false, dry_run: false }
}

#[tokio::test(start_paused = true)]
async fn created_configured_unchanged() {
    let (server, client) = cluster();
    let first = network(&json!({ "vlan": 1 }));
    let dry = ApplyOptions { dry_run: true, ..options() };
    let would = apply_network(&client, &key(), &first, &dry).await.unwrap();
    assert_eq!(would.change, ObjectChange::Created);
    assert!(server.list(NETWORKS, "").is_empty());

    let done = apply_network(&client, &key(), &first, &options()).await.unwrap();
    assert_eq!(done.change, ObjectChange::Created);
    let again = apply_network(&client, &key(), &first, &options()).await.unwrap();
    assert_eq!((again.change, again.differences.len()), (ObjectChange::Unchanged, 0));

    let second = network(&json!({ "vlan": 2 }));
    let would = apply_network(&client, &key(), &second, &dry).await.unwrap();
    assert_eq!(would.change, ObjectChange::Configured);
    let live = || server.get(NETWORKS, "shop", "fast").unwrap()["spec"]["vlan"].clone();
    assert_eq!(live(), 1);
    let done = apply_network(&client, &key(), &second, &options()).await.unwrap();
    assert_eq!(live(), 2);
    assert_eq!(done.differences, would.differences);
    assert_eq!(done.differences[0].path, "spec.vlan");
}

#[tokio::test(start_paused = true)]
async fn fields_of_others_are_taken_by_force_only() {
    let (server, client) = cluster();
    let theirs = ApplyOptions { field_manager: "gitops".into(), ..options() };
    apply_network(&client, &key(), &network(&json!({ "vlan": 1 })), &theirs).await.unwrap();
    let ours = network(&json!({ "vlan": 2 }));
    let error = apply_network(&client, &key(), &ours, &options()).await.unwrap_err();
    assert_eq!(error.kind(), RequestErrorKind::Conflict);
    assert!(error.answer().contains("gitops"), "{}", error.answer());
    let forced = ApplyOptions { force: true, ..options() };
    apply_network(&client, &key(), &ours, &forced).await.unwrap();
    assert_eq!(server.get(NETWORKS, "shop", "fast").unwrap()["spec"]["vlan"], 2);
}

#[tokio::test(start_paused = true)]
async fn a_diff_names_the_network_and_its_nad_and_changes_nothing() {
    let (server, client) = cluster();
    let rendering = RenderOptions::default();
    let diff = async |object: &serde_json::Value| {
        diff_network(&client, &key(), object, &options(), &rendering).await.unwrap()
    };
    let first = network(&json!({ "vlan": 1 }));
    let changes = diff(&first).await;
    let kinds: Vec<_> = changes.iter().map(|change| (change.kind, change.change)).collect();
    let created = ObjectChange::Created;
    assert_eq!(kinds, [("SriovNetwork", created), ("NetworkAttachmentDefinition", created)]);
    assert!(server.list(NETWORKS, "").is_empty() && server.list(NADS, "").is_empty());

    let _controller = controller::run(&server, Manner::Good);
    apply_network(&client, &key(), &first, &options()).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    assert_eq!(diff(&first).await.len(), 0);

    // A third party has changed the NAD: the network is as it should be.
    let drifted = json!({ "spec": { "config": "{\"type\":\"sriov\"}" } });
    server.patch((NADS, "shop", "fast"), &drifted, "somebody").unwrap();
    let changes = diff(&first).await;
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert_eq!(changes[0].kind, "NetworkAttachmentDefinition");
    assert_eq!(changes[0].differences[0].path, "spec.config");
}
