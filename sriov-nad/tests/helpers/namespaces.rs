use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;
use sriov_nad::kube::{NamespaceBlocker, NamespaceError, unique_namespace, wait_namespace_gone};

use crate::support::cluster;

#[tokio::test(start_paused = true)]
async fn names_never_collide_and_deletions_hit_their_own() {
    let (server, client) = cluster();
    let mut names = BTreeSet::new();
    for _ in 0..50 {
        let made = unique_namespace(&client, "test").await.unwrap();
        assert!(made.name().starts_with("test-"), "{made:?}");
        assert!(names.insert(made.name().to_owned()), "{made:?}");
    }
    let made = unique_namespace(&client, "test").await.unwrap();
    let label = &server.get("namespaces", "", made.name()).unwrap()["metadata"]["labels"];
    assert_eq!(
        label,
        &json!({ "app.kubernetes.io/managed-by": "sriov-nad",
        "kubernetes.io/metadata.name": made.name() })
    );
    made.delete().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_prefix_has_to_make_a_name() {
    let (_server, client) = cluster();
    for prefix in ["", "Test", "a.b", "-a", &"a".repeat(58)] {
        let error = unique_namespace(&client, prefix).await.unwrap_err();
        assert!(matches!(error, NamespaceError::Prefix(_)), "{prefix}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_namespace_that_is_not_there_is_gone() {
    let (_server, client) = cluster();
    wait_namespace_gone(&client, "nowhere", Duration::from_secs(1)).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_keeps_a_namespace_is_told() {
    let (server, client) = cluster();
    let deadline = Duration::from_secs(20);
    let error = wait_namespace_gone(&client, "shop", deadline).await.unwrap_err();
    assert_eq!(error.blockers(), [NamespaceBlocker::NotDeleted]);

    let own = json!({ "metadata": { "finalizers": ["example.com/own"] } });
    server.patch(("namespaces", "", "shop"), &own, "test").unwrap();
    server.delete("namespaces", "", "shop").unwrap();
    let told = |kind: &str, status: &str| {
        json!({ "type": kind, "status": status, "reason": "R", "message": format!("about {kind}"),
            "lastTransitionTime": "2026-01-01T00:00:00Z" })
    };
    let conditions = json!({ "status": { "conditions": [
        told("NamespaceDeletionDiscoveryFailure", "True"),
        told("NamespaceDeletionContentFailure", "False"),
        told("NamespaceContentRemaining", "True"),
        told("NamespaceFinalizersRemaining", "True"),
    ] } });
    server.patch(("namespaces", "", "shop"), &conditions, "test").unwrap();
    let error = wait_namespace_gone(&client, "shop", deadline).await.unwrap_err();
    assert_eq!(
        error.blockers(),
        [
            NamespaceBlocker::Discovery("about NamespaceDeletionDiscoveryFailure".into()),
            NamespaceBlocker::Content("about NamespaceContentRemaining".into()),
            NamespaceBlocker::Finalizers("about NamespaceFinalizersRemaining".into()),
            NamespaceBlocker::Own(vec!["example.com/own".into()]),
        ]
    );
}
