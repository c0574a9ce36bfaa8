use std::time::Duration;

use kube::Client;
use serde_json::{Value, json};
use sriov_nad::kube::capture::{Captured, KindRef, Outcome, Selection, capture, restore};
use sriov_nad::sim::{ApiError, ApiServer, Fault, Matcher, Resource, Rule, Verb};

use crate::support::cluster;

const NAMESPACE: &str = "openshift-sriov-network-operator";
const OLM: &str = "operators.coreos.com";

/// A cluster with the kinds of OLM and of OpenShift's image mirrors.
fn openshift() -> (ApiServer, Client) {
    let (server, client) = cluster();
    server.create_namespace(NAMESPACE).unwrap();
    server.register(Resource::custom(OLM, "v1alpha1", "subscriptions", "Subscription"));
    server.register(Resource::custom(OLM, "v1", "operatorgroups", "OperatorGroup"));
    let mirrors = [
        ("config.openshift.io", "v1", "imagedigestmirrorsets", "ImageDigestMirrorSet"),
        (
            "operator.openshift.io",
            "v1alpha1",
            "imagecontentsourcepolicies",
            "ImageContentSourcePolicy",
        ),
    ];
    for (group, version, plural, kind) in mirrors {
        server.register(Resource::custom(group, version, plural, kind).cluster_scoped());
    }
    (server, client)
}

fn subscription(namespace: &str, name: &str, package: &str) -> Value {
    json!({
        "apiVersion": "operators.coreos.com/v1alpha1", "kind": "Subscription",
        "metadata": { "namespace": namespace, "name": name, "labels": { "team": "net" } },
        "spec": { "name": package, "channel": "stable", "source": "redhat-operators" },
    })
}

fn group(namespace: &str, name: &str) -> Value {
    json!({
        "apiVersion": "operators.coreos.com/v1", "kind": "OperatorGroup",
        "metadata": {
            "namespace": namespace, "name": name,
            "annotations": { "olm.providedAPIs": "SriovNetwork.v1.sriovnetwork.openshift.io" },
        },
        "spec": { "targetNamespaces": [namespace] },
    })
}

fn mirror_set() -> Value {
    json!({
        "apiVersion": "config.openshift.io/v1", "kind": "ImageDigestMirrorSet",
        "metadata": { "name": "mirrors" },
        "spec": { "imageDigestMirrors": [{ "source": "a", "mirrors": ["b"] }] },
    })
}

fn install(server: &ApiServer) {
    server.create(&subscription(NAMESPACE, "sriov", "sriov-network-operator")).unwrap();
    server.create(&subscription("shop", "other", "another-operator")).unwrap();
    server.create(&group(NAMESPACE, "sriov-group")).unwrap();
    server.create(&group("shop", "shop-group")).unwrap();
    server.create(&mirror_set()).unwrap();
}

fn titles(captured: &Captured) -> Vec<String> {
    let title = |object: &Value| {
        let name = object["metadata"]["name"].as_str().unwrap();
        format!("{} {name}", object["kind"].as_str().unwrap())
    };
    captured.objects.iter().map(title).collect()
}

fn outcomes(restored: &[sriov_nad::kube::capture::Restored]) -> Vec<Outcome> {
    restored.iter().map(|object| object.outcome).collect()
}

#[tokio::test(start_paused = true)]
async fn the_subscription_its_group_and_the_mirrors_are_captured_clean() {
    let (server, client) = openshift();
    install(&server);
    let captured = capture(&client, &Selection::default()).await.unwrap();
    let expected =
        ["ImageDigestMirrorSet mirrors", "OperatorGroup sriov-group", "Subscription sriov"];
    assert_eq!(titles(&captured), expected);
    assert_eq!(captured.objects[2], subscription(NAMESPACE, "sriov", "sriov-network-operator"));
    assert_eq!(captured.absent, []);
}

#[tokio::test(start_paused = true)]
async fn a_reinstall_loses_nothing() {
    let (server, client) = openshift();
    install(&server);
    let captured = capture(&client, &Selection::default()).await.unwrap();
    // Through its text, as between two processes.
    let text = serde_json::to_string(&captured).unwrap();
    let captured: Captured = serde_json::from_str(&text).unwrap();
    assert_eq!(outcomes(&restore(&client, &captured, false).await), [Outcome::Unchanged; 3]);

    server.delete("subscriptions", NAMESPACE, "sriov").unwrap();
    let changed = json!({ "metadata": { "labels": { "stray": "x" } },
        "spec": { "targetNamespaces": [] } });
    server.patch(("operatorgroups", NAMESPACE, "sriov-group"), &changed, "someone").unwrap();
    let before = server.list("subscriptions", "").len();
    let would = restore(&client, &captured, true).await;
    let expected = [Outcome::Unchanged, Outcome::Updated, Outcome::Created];
    assert_eq!(outcomes(&would), expected);
    assert_eq!(server.list("subscriptions", "").len(), before, "a dry run");

    let done = restore(&client, &captured, false).await;
    assert_eq!(outcomes(&done), expected, "{done:?}");
    let paths: Vec<&str> = done[1].differences.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(paths, ["metadata.labels", "spec.targetNamespaces"]);
    assert_eq!(outcomes(&restore(&client, &captured, false).await), [Outcome::Unchanged; 3]);
    assert_eq!(capture(&client, &Selection::default()).await.unwrap(), captured);
    // What OLM keeps in the group was not touched.
    let group = server.get("operatorgroups", NAMESPACE, "sriov-group").unwrap();
    assert!(group["metadata"]["annotations"]["olm.providedAPIs"].is_string(), "{group}");
}

#[tokio::test(start_paused = true)]
async fn without_openshift_the_kinds_are_named_as_absent() {
    let (_server, client) = cluster();
    let captured = capture(&client, &Selection::default()).await.unwrap();
    assert_eq!(captured.objects, Vec::<Value>::new());
    let absent: Vec<String> = captured.absent.iter().map(|kind| kind.kind.clone()).collect();
    let expected =
        ["ImageDigestMirrorSet", "ImageContentSourcePolicy", "Subscription", "OperatorGroup"];
    assert_eq!(absent, expected);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_restored_does_not_keep_the_rest() {
    let (server, client) = openshift();
    install(&server);
    let captured = capture(&client, &Selection::default()).await.unwrap();
    server.delete("subscriptions", NAMESPACE, "sriov").unwrap();
    server.delete("imagedigestmirrorsets", "", "mirrors").unwrap();
    server.unregister("operatorgroups");
    let matcher = Matcher::new().verb(Verb::Create).resource("imagedigestmirrorsets");
    let refused = ApiError::new(403, "Forbidden", "not you");
    server.faults().add(Rule::new(matcher, Fault::Fail(refused)));
    let done = restore(&client, &captured, false).await;
    let expected = [Outcome::Failed, Outcome::NotServed, Outcome::Created];
    assert_eq!(outcomes(&done), expected, "{done:?}");
    assert!(done[0].error.as_ref().unwrap().contains("not you"), "{done:?}");
}

/// It is read back: an object that somebody else changes at once is not restored.
#[tokio::test(start_paused = true)]
async fn what_does_not_stick_is_a_failure() {
    let (server, client) = openshift();
    install(&server);
    let captured = capture(&client, &Selection::default()).await.unwrap();
    server.delete("imagedigestmirrorsets", "", "mirrors").unwrap();
    let meddler = tokio::spawn({
        let server = server.clone();
        async move {
            loop {
                let change = json!({ "spec": { "imageDigestMirrors": [] } });
                let place = ("imagedigestmirrorsets", "", "mirrors");
                let _ = server.patch(place, &change, "meddler");
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
    });
    let slow = Matcher::new().verb(Verb::Create).resource("imagedigestmirrorsets");
    let delay = Fault::DelayAnswer(Duration::from_millis(10));
    server.faults().add(Rule::new(slow, delay));
    let done = restore(&client, &captured, false).await;
    meddler.abort();
    assert_eq!(done[0].outcome, Outcome::Failed, "{done:?}");
    assert_eq!(done[0].differences[0].path, "spec.imageDigestMirrors");
}

#[tokio::test(start_paused = true)]
async fn references_to_dead_owners_are_dropped_and_living_ones_kept() {
    let (server, client) = openshift();
    let owner = server.get("namespaces", "", NAMESPACE).unwrap();
    let reference = |uid: &Value| json!({ "apiVersion": "v1", "kind": "Namespace", "name": NAMESPACE, "uid": uid });
    let mut object = subscription(NAMESPACE, "sriov", "sriov-network-operator");
    let alive = reference(&owner["metadata"]["uid"]);
    object["metadata"]["ownerReferences"] = json!([alive, reference(&"dead".into())]);
    server.create(&object).unwrap();
    let captured = capture(&client, &Selection::default()).await.unwrap();
    assert_eq!(captured.objects[0]["metadata"]["ownerReferences"], json!([alive]));
}

#[tokio::test(start_paused = true)]
async fn further_kinds_come_with_the_selection() {
    let (server, client) = openshift();
    install(&server);
    let selection = Selection {
        namespace: Some(NAMESPACE.into()),
        kinds: vec![
            KindRef::new("sriovnetwork.openshift.io/v1", "SriovNetwork"),
            KindRef::new("v1", "Namespace"),
            KindRef::new("example.com/v1", "Nothing"),
        ],
        mirrors: false,
        ..Selection::default()
    };
    let captured = capture(&client, &selection).await.unwrap();
    let expected =
        [&format!("Namespace {NAMESPACE}"), "OperatorGroup sriov-group", "Subscription sriov"];
    assert_eq!(titles(&captured), expected);
    assert_eq!(captured.absent, [KindRef::new("example.com/v1", "Nothing")]);
}
