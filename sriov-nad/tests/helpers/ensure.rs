use std::time::Duration;

use serde_json::json;
use sriov_nad::kube::{
    EnsureError, EnsureOptions, EnsureStage, Ensured, Existing, Lack, ensure_network,
};
use sriov_nad::sim::{ApiError, Fault, Matcher, Rule, Verb};

use crate::controller::{self, Manner};
use crate::support::{NADS, NETWORKS, cluster, network, uid};

fn options() -> EnsureOptions {
    EnsureOptions { deadline: Duration::from_secs(30), ..EnsureOptions::default() }
}

#[tokio::test(start_paused = true)]
async fn a_new_network_gets_its_nad() {
    let (server, client) = cluster();
    let _controller = controller::run(&server, Manner::Good);
    let mut stages = Vec::new();
    let wanted = network(&json!({ "vlan": 7 }));
    let tell = |stage: &EnsureStage| stages.push(stage.clone());
    let Ensured { network, nad, created } =
        ensure_network(&client, &wanted, &options(), tell).await.unwrap();
    assert!(created);
    assert!(nad.owner_uids.contains(&network.meta.uid));
    assert!(nad.config.contains("\"vlan\": 7"), "{}", nad.config);
    assert!(matches!(stages.first(), Some(EnsureStage::Created { .. })), "{stages:?}");
    assert_eq!(stages.last(), Some(&EnsureStage::Settled));
}

/// The old network, its finalizer and its NAD stay for 10 s; none of them is taken for the new one.
#[tokio::test(start_paused = true)]
async fn a_terminating_network_is_waited_out() {
    let (server, client) = cluster();
    let mut old = network(&json!({}));
    old["metadata"]["finalizers"] = json!(["example.com/slow"]);
    let old_uid = uid(&server.create(&old).unwrap());
    let controller = controller::run(&server, Manner::Good);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(server.get(NADS, "shop", "fast").is_some());
    server.delete(NETWORKS, "shop", "fast").unwrap();
    let release = tokio::spawn({
        let server = server.clone();
        async move {
            tokio::time::sleep(Duration::from_secs(10)).await;
            let none = json!({ "metadata": { "finalizers": null } });
            server.patch((NETWORKS, "shop", "fast"), &none, "test").unwrap();
        }
    });
    let begun = tokio::time::Instant::now();
    let mut seen_going = false;
    let tell = |stage: &EnsureStage| {
        if let EnsureStage::OldGoing { uid, finalizers } = stage {
            assert_eq!((uid, finalizers.as_slice()), (&old_uid, &["example.com/slow".into()][..]));
            seen_going = true;
        }
    };
    let done = ensure_network(&client, &network(&json!({})), &options(), tell).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_secs(10), "{:?}", begun.elapsed());
    assert!(begun.elapsed() < Duration::from_secs(12), "{:?}", begun.elapsed());
    assert_ne!(done.network.meta.uid, old_uid);
    assert_eq!(done.nad.owner_uids, [done.network.meta.uid]);
    assert!(seen_going);
    release.await.unwrap();
    drop(controller);
}

#[tokio::test(start_paused = true)]
async fn a_terminating_network_that_stays_is_no_success() {
    let (server, client) = cluster();
    let mut old = network(&json!({}));
    old["metadata"]["finalizers"] = json!(["example.com/stuck"]);
    server.create(&old).unwrap();
    let _controller = controller::run(&server, Manner::Good);
    tokio::time::sleep(Duration::from_secs(1)).await;
    server.delete(NETWORKS, "shop", "fast").unwrap();
    let error = ensure_network(&client, &network(&json!({})), &options(), |_| ()).await;
    let error = error.unwrap_err();
    let EnsureError::Deadline { stage, .. } = &error else { panic!("{error:?}") };
    assert!(matches!(&**stage, EnsureStage::OldGoing { .. }), "{stage:?}");
    assert!(error.to_string().contains("example.com/stuck"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn without_a_controller_the_error_says_so() {
    let (_server, client) = cluster();
    let error = ensure_network(&client, &network(&json!({})), &options(), |_| ()).await;
    let EnsureError::Deadline { stage, .. } = error.unwrap_err() else { panic!() };
    assert!(matches!(*stage, EnsureStage::Unsettled(Lack::NoController(_))), "{stage:?}");
}

#[tokio::test(start_paused = true)]
async fn what_the_controller_says_is_passed_on() {
    let (server, client) = cluster();
    let _controller = controller::run(&server, Manner::Refuses("quota exceeded"));
    let error = ensure_network(&client, &network(&json!({})), &options(), |_| ()).await;
    assert!(error.as_ref().unwrap_err().to_string().contains("quota exceeded"), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn a_left_over_nad_is_not_the_new_networks() {
    let (server, client) = cluster();
    // Everything fits but the uid of the owner.
    let mut nad = json!({
        "apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition",
        "metadata": {
            "namespace": "shop", "name": "fast",
            "annotations": {
                "k8s.v1.cni.cncf.io/resourceName": "openshift.io/cx6",
                "sriovnetwork.openshift.io/owner-ref":
                    "SriovNetwork.sriovnetwork.openshift.io/shop/fast",
            },
            "ownerReferences": [{ "apiVersion": "sriovnetwork.openshift.io/v1",
                "kind": "SriovNetwork", "name": "fast", "uid": "another" }],
        },
    });
    let config = r#"{"cniVersion":"1.0.0","name":"fast","type":"sriov","vlan":0,"vlanQoS":0,
        "logLevel":"info","ipam":{}}"#;
    nad["spec"] = json!({ "config": config });
    server.create(&nad).unwrap();
    let error = ensure_network(&client, &network(&json!({})), &options(), |_| ()).await;
    let EnsureError::Deadline { stage, .. } = error.unwrap_err() else { panic!() };
    assert!(matches!(*stage, EnsureStage::Unsettled(Lack::NadOfPredecessor(_))), "{stage:?}");
}

#[tokio::test(start_paused = true)]
async fn an_operator_without_conditions_is_enough() {
    let (server, client) = cluster();
    let _controller = controller::run(&server, Manner::NoConditions);
    ensure_network(&client, &network(&json!({})), &options(), |_| ()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_network_that_is_there_is_kept_or_replaced() {
    let (server, client) = cluster();
    let _controller = controller::run(&server, Manner::Good);
    let there = uid(&server.create(&network(&json!({ "vlan": 3 }))).unwrap());
    let keep = ensure_network(&client, &network(&json!({ "vlan": 3 })), &options(), |_| ()).await;
    let keep = keep.unwrap();
    assert_eq!((keep.created, &keep.network.meta.uid), (false, &there));

    let other = network(&json!({ "vlan": 4 }));
    let error = ensure_network(&client, &other, &options(), |_| ()).await.unwrap_err();
    assert!(matches!(error, EnsureError::Differs { .. }), "{error:?}");

    let replace = EnsureOptions { existing: Existing::Replace, ..options() };
    let done = ensure_network(&client, &other, &replace, |_| ()).await.unwrap();
    assert!(done.created);
    assert_ne!(done.network.meta.uid, there);
    assert!(done.nad.config.contains("\"vlan\": 4"));
}

#[tokio::test(start_paused = true)]
async fn an_invalid_network_is_never_created() {
    let (server, client) = cluster();
    let wanted = network(&json!({ "ipam": "none" }));
    let error = ensure_network(&client, &wanted, &options(), |_| ()).await.unwrap_err();
    assert_eq!(error.code(), "SRIOV-N003", "{error:?}");
    assert!(server.list(NETWORKS, "").is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_webhook_that_is_starting_is_waited_for() {
    let (server, client) = cluster();
    let _controller = controller::run(&server, Manner::Good);
    let matcher = Matcher::new().verb(Verb::Create).resource(NETWORKS);
    let down = ApiError::internal("failed calling webhook \"operator\": connection refused");
    server.faults().add(Rule::new(matcher, Fault::Fail(down)).times(3));
    let mut refusals = Vec::new();
    let tell = |stage: &EnsureStage| {
        if let EnsureStage::Refused { answer } = stage {
            refusals.push(answer.clone());
        }
    };
    ensure_network(&client, &network(&json!({})), &options(), tell).await.unwrap();
    assert!(refusals.iter().any(|it| it.contains("failed calling webhook")), "{refusals:?}");
}

#[tokio::test(start_paused = true)]
async fn a_network_deleted_by_others_is_an_error() {
    let (server, client) = cluster();
    let remover = tokio::spawn({
        let server = server.clone();
        async move {
            tokio::time::sleep(Duration::from_secs(3)).await;
            server.delete(NETWORKS, "shop", "fast").unwrap();
        }
    });
    let error = ensure_network(&client, &network(&json!({})), &options(), |_| ()).await;
    assert!(matches!(error, Err(EnsureError::Gone { .. })), "{error:?}");
    remover.await.unwrap();
}

/// Events may be lost: a dead watch costs a recheck, and no more.
#[tokio::test(start_paused = true)]
async fn silent_watches_are_survived() {
    let (server, client) = cluster();
    server.faults().silence_watches(NETWORKS, true);
    server.faults().silence_watches(NADS, true);
    let _controller = controller::run(&server, Manner::Good);
    ensure_network(&client, &network(&json!({})), &options(), |_| ()).await.unwrap();
}
