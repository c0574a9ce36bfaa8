use std::time::Duration;

use serde_json::json;
use sriov_nad::kube::ready::{
    NotReady, NotReadyCause, ReadyOptions, Step, wait_controller_ready,
    wait_controller_ready_unless,
};
use sriov_nad::sim::{ApiError, ApiServer, Fault, Matcher, Resource, Rule, Verb};

use crate::controller::{self, Manner};
use crate::support::{NETWORKS, cluster};

const OPERATOR: &str = "openshift-sriov-network-operator";

fn options() -> ReadyOptions {
    let deadline = Duration::from_secs(20);
    ReadyOptions { namespace: Some("shop".into()), deadline, ..ReadyOptions::default() }
}

/// A Deployment, its pod and its lease, all well.
fn deploy(server: &ApiServer) {
    server.create_namespace(OPERATOR).unwrap();
    let deployments = Resource::custom("apps", "v1", "deployments", "Deployment");
    server.register(deployments.without_status());
    let deployment = json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": { "namespace": OPERATOR, "name": "sriov-network-operator" },
        "spec": { "replicas": 1 }, "status": { "availableReplicas": 1 },
    });
    server.create(&deployment).unwrap();
    let pod = json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": { "namespace": OPERATOR, "name": "sriov-network-operator-abc" },
        "status": { "containerStatuses": [
            { "state": { "running": { "startedAt": "2999-01-01T00:00:00Z" } } },
        ] },
    });
    server.create(&pod).unwrap();
    hold_lease(server, "sriov-network-operator-abc_1234");
}

fn hold_lease(server: &ApiServer, holder: &str) {
    let lease = json!({
        "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
        "metadata": { "namespace": OPERATOR, "name": "leader" },
        "spec": { "holderIdentity": holder },
    });
    server.create(&lease).unwrap();
}

fn patch(server: &ApiServer, place: (&str, &str), change: &serde_json::Value) {
    server.patch((place.0, OPERATOR, place.1), change, "test").unwrap();
}

async fn refuted(server: &ApiServer, client: &kube::Client) -> Box<NotReady> {
    let not_ready = wait_controller_ready(client, &options()).await.unwrap_err();
    assert!(server.list(NETWORKS, "").is_empty(), "the probe is gone");
    assert_eq!(not_ready.left_behind, Vec::<String>::new());
    not_ready
}

#[tokio::test(start_paused = true)]
async fn a_controller_that_follows_is_ready_and_nothing_stays() {
    let (server, client) = cluster();
    let _controller = controller::run(&server, Manner::Good);
    let followed = wait_controller_ready(&client, &options()).await.unwrap();
    assert!(followed.create > Duration::ZERO && followed.create < Duration::from_secs(3));
    assert!(server.list(NETWORKS, "").is_empty());
    let own = ReadyOptions { namespace: None, ..options() };
    wait_controller_ready(&client, &own).await.unwrap();
    let mut namespaces = server.list("namespaces", "");
    namespaces.retain(|it| it["metadata"]["name"].as_str().unwrap().starts_with("sriov-probe-"));
    let going = |it: &serde_json::Value| it["metadata"]["deletionTimestamp"].is_string();
    assert!(namespaces.iter().all(going), "{namespaces:?}");
}

#[tokio::test(start_paused = true)]
async fn a_controller_that_does_nothing_is_silent() {
    let (server, client) = cluster();
    deploy(&server);
    let not_ready = refuted(&server, &client).await;
    assert_eq!((not_ready.step, &not_ready.cause), (Step::Create, &NotReadyCause::Silent));
    assert!(not_ready.evidence.iter().any(|it| it.contains("is available")), "{not_ready:?}");
}

/// It has started, and has even served a network: its watch is dead all the same.
#[tokio::test(start_paused = true)]
async fn a_controller_that_stops_to_follow_has_a_dead_watch() {
    let (server, client) = cluster();
    deploy(&server);
    let _controller = controller::run(&server, Manner::OnceOnly);
    let not_ready = refuted(&server, &client).await;
    assert_eq!((not_ready.step, &not_ready.cause), (Step::Change, &NotReadyCause::DeadWatch));
}

#[tokio::test(start_paused = true)]
async fn what_is_wrong_with_the_deployment_is_told() {
    let (server, client) = cluster();
    let cause = refuted(&server, &client).await.cause;
    assert_eq!(cause, NotReadyCause::NoOperatorNamespace(OPERATOR.into()));

    deploy(&server);
    patch(&server, ("leases", "leader"), &json!({ "spec": { "holderIdentity": "gone-xyz_1" } }));
    let cause = refuted(&server, &client).await.cause;
    let expected =
        NotReadyCause::WaitingForLease { lease: "leader".into(), holder: "gone-xyz_1".into() };
    assert_eq!(cause, expected);

    let none = json!({ "status": { "availableReplicas": null } });
    patch(&server, ("deployments", "sriov-network-operator"), &none);
    let cause = refuted(&server, &client).await.cause;
    assert_eq!(cause, NotReadyCause::Unavailable("sriov-network-operator".into()));

    let crashing = json!({ "status": { "containerStatuses": [
        { "state": { "waiting": { "reason": "CrashLoopBackOff" } } },
    ] } });
    patch(&server, ("pods", "sriov-network-operator-abc"), &crashing);
    let cause = refuted(&server, &client).await.cause;
    let pod = "sriov-network-operator-abc".into();
    assert_eq!(cause, NotReadyCause::PodNotRunning { pod, reason: "CrashLoopBackOff".into() });

    server.delete("deployments", OPERATOR, "sriov-network-operator").unwrap();
    let cause = refuted(&server, &client).await.cause;
    assert_eq!(cause, NotReadyCause::NoDeployment(OPERATOR.into()));
}

#[tokio::test(start_paused = true)]
async fn missing_kinds_are_named() {
    let (server, client) = cluster();
    server.unregister("sriovnetworks");
    let not_ready = wait_controller_ready(&client, &options()).await.unwrap_err();
    let kind = "sriovnetwork.openshift.io/v1/SriovNetwork".to_owned();
    assert_eq!(not_ready.cause, NotReadyCause::CrdMissing(kind));
    assert_eq!(not_ready.step, Step::Prepare);
}

#[tokio::test(start_paused = true)]
async fn refusals_of_the_api_server_and_of_the_controller_are_told_apart() {
    let (server, client) = cluster();
    deploy(&server);
    let creates = || Matcher::new().verb(Verb::Create).resource(NETWORKS);
    let down = ApiError::internal("failed calling webhook \"operator\": connection refused");
    server.faults().add(Rule::new(creates(), Fault::Fail(down)));
    let cause = refuted(&server, &client).await.cause;
    assert!(matches!(cause, NotReadyCause::WebhookUnreachable(_)), "{cause:?}");

    server.faults().clear();
    let denied = ApiError::new(403, "Forbidden", "admission webhook denied the request");
    server.faults().add(Rule::new(creates(), Fault::Fail(denied)));
    let cause = refuted(&server, &client).await.cause;
    assert!(matches!(cause, NotReadyCause::CreateRefused(_)), "{cause:?}");

    server.faults().clear();
    let rbac = "nads is forbidden: User \"operator\" cannot create resource";
    let controller = controller::run(&server, Manner::Refuses(rbac));
    let cause = refuted(&server, &client).await.cause;
    assert!(matches!(cause, NotReadyCause::Forbidden(_)), "{cause:?}");
    drop(controller);
}

#[tokio::test(start_paused = true)]
async fn stopped_or_dropped_the_probe_goes() {
    let (server, client) = cluster();
    let stop = tokio::time::sleep(Duration::from_secs(5));
    let not_ready = wait_controller_ready_unless(&client, &options(), stop).await.unwrap_err();
    assert_eq!(not_ready.cause, NotReadyCause::Stopped);
    assert!(server.list(NETWORKS, "").is_empty());

    let options = options();
    let waiting = wait_controller_ready(&client, &options);
    assert!(tokio::time::timeout(Duration::from_secs(5), waiting).await.is_err());
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(server.list(NETWORKS, "").is_empty(), "removed behind the back of the dropped future");
}
