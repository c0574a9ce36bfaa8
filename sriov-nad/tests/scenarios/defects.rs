//! One story for each way in which controllers of this kind are known to fail. Those that have a
//! place of their own: B3 in `claims`, B6 in `foreign`, B7 and B15 in `invalid`, B11 and B12 in
//! `silent`, B19 in `late`; B17 is the linter's.

use serde_json::{Value, json};
use sriov_nad::sim::actors::NamespaceController;
use sriov_nad::sim::{ApiError, Fault, Matcher, Rule, Verb};
use tokio::time::sleep;

use crate::world::{NADS, OPERATOR, World, central, local, millis, network, secs};

const NET: (&str, &str, &str) = ("sriovnetworks", OPERATOR, "net");
/// Where the operator notes the namespace it wrote to last.
const BOOKKEEPING: &str = "operator.sriovnetwork.openshift.io/last-network-namespace";

fn with_bookkeeping(namespace: &str) -> Value {
    let mut network = central("net", "shop");
    network["metadata"]["annotations"] = json!({ BOOKKEEPING: namespace });
    network
}

/// An empty note made every later reconcile of the operator fail.
#[tokio::test(start_paused = true)]
async fn b01_bookkeeping_that_is_empty() {
    let world = World::new().await;
    world.server.create(&with_bookkeeping("")).unwrap();
    world.until("ready", secs(5), |world| world.is_ready(NET)).await;
}

/// A note about a NAD that is gone, as after a restore from a backup, blocked its creation.
#[tokio::test(start_paused = true)]
async fn b02_bookkeeping_that_is_stale() {
    let world = World::new().await;
    world.server.create(&with_bookkeeping("never-there")).unwrap();
    world.until("ready", secs(5), |world| world.is_ready(NET)).await;
}

/// A note that users can write decided what is deleted.
#[tokio::test(start_paused = true)]
async fn b04_bookkeeping_that_points_at_others() {
    let world = World::new().await;
    let victim = json!({
        "apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition",
        "metadata": { "namespace": "default", "name": "net" },
        "spec": { "config": r#"{"type":"bridge"}"# },
    });
    let victim = world.server.create(&victim).unwrap();
    world.server.create(&with_bookkeeping("default")).unwrap();
    world.until("ready", secs(5), |world| world.is_ready(NET)).await;
    world.server.delete(NET.0, NET.1, NET.2).unwrap();
    world.until("gone", secs(30), |world| world.server.get(NET.0, NET.1, NET.2).is_none()).await;
    world.quiet().await;
    assert_eq!(world.nad("default", "net"), Some(victim));
}

/// Text of users became part of a template.
#[tokio::test(start_paused = true)]
async fn b05_text_that_looks_like_code() {
    let world = World::new().await;
    let text = r#"/tmp/x", "ipam": {"type": "evil"}, "y": "{{ .Evil }}"#;
    let mut network = central("net", "shop");
    network["spec"]["logFile"] = text.into();
    world.server.create(&network).unwrap();
    world.until("ready", secs(5), |world| world.is_ready(NET)).await;
    let config = world.config("shop", "net").unwrap();
    assert_eq!((&config["logFile"], &config["ipam"]), (&json!(text), &json!({})));
}

/// Namespaces were watched for their creation only.
#[tokio::test(start_paused = true)]
async fn b08_a_namespace_replaced_while_nobody_watched() {
    let mut world = World::new().await;
    world.server.create(&central("net", "shop")).unwrap();
    world.until("ready", secs(5), |world| world.is_ready(NET)).await;
    let offline = Rule::new(Matcher::new().verb(Verb::Watch), Fault::Disconnect);
    world.server.faults().add(offline.times(6));
    for source in ["namespaces", NADS] {
        world.server.faults().drop_watches(source);
    }
    world.join(NamespaceController, millis(1));
    world.server.delete("namespaces", "", "shop").unwrap();
    let gone = |world: &World| world.server.get("namespaces", "", "shop").is_none();
    world.until("namespace gone", secs(5), gone).await;
    world.server.create_namespace("shop").unwrap();
    world.server.compact();
    let back = |world: &World| world.nad("shop", "net").is_some() && world.is_ready(NET);
    world.until("back", secs(120), back).await;
}

/// A shutdown took the finalizers away, of one kind and not of the others.
#[tokio::test(start_paused = true)]
async fn b09_finalizers_outlive_the_controller() {
    let mut world = World::new().await;
    let kinds = [
        ("SriovNetwork", "sriovnetworks"),
        ("SriovIBNetwork", "sriovibnetworks"),
        ("OVSNetwork", "ovsnetworks"),
    ];
    for (kind, plural) in kinds {
        world.server.create(&network(kind, OPERATOR, plural, "shop")).unwrap();
        let key = (plural, OPERATOR, plural);
        world.until("ready", secs(5), |world| world.is_ready(key)).await;
    }
    world.stop().await;
    for (_, plural) in kinds {
        let network = world.server.get(plural, OPERATOR, plural).unwrap();
        let finalizers = network["metadata"]["finalizers"].as_array().unwrap();
        assert_eq!(finalizers.len(), 1, "{network}");
    }
}

/// Readiness was a ping.
#[tokio::test(start_paused = true)]
async fn b10_not_ready_before_every_list_is_complete() {
    let mut world = World::empty();
    let hang = Matcher::new().verb(Verb::List).resource("ovsnetworks");
    world.server.faults().add(Rule::new(hang, Fault::Hang).times(1));
    world.start();
    sleep(secs(20)).await;
    let health = world.handle().health();
    assert!(!health.is_ready() && health.is_live(), "{health:?}");
    assert!(health.not_ready.iter().any(|why| why.contains("OVSNetwork")), "{health:?}");
    world.until("ready", secs(400), |world| world.handle().health().is_ready()).await;
}

/// Waiting times grew up to a quarter of an hour.
#[tokio::test(start_paused = true)]
async fn b13_soon_there_after_a_long_outage() {
    let world = World::new().await;
    let away = Fault::Fail(ApiError::internal("etcd is away"));
    world.server.faults().add(Rule::new(Matcher::new().writes(), away));
    world.server.create(&central("net", "shop")).unwrap();
    sleep(secs(3600)).await;
    world.server.faults().clear();
    let took = world.until("ready", secs(60), |world| world.is_ready(NET)).await;
    assert!(took <= secs(30), "{took:?}");
}

/// What passes by itself was called invalid.
#[tokio::test(start_paused = true)]
async fn b14_trouble_of_the_api_server_is_not_the_users() {
    let world = World::new().await;
    let away = Fault::Fail(ApiError::internal("etcd is away"));
    let nads = Matcher::new().verb(Verb::Apply).resource(NADS);
    world.server.faults().add(Rule::new(nads, away));
    world.server.create(&central("net", "shop")).unwrap();
    let told = |world: &World| world.ready(NET.0, NET.1, NET.2).is_some();
    world.until("told", secs(60), told).await;
    let ready = world.ready(NET.0, NET.1, NET.2).unwrap();
    assert_eq!((&ready["status"], &ready["reason"]), (&json!("False"), &json!("ApiError")));
    assert!(ready["message"].as_str().unwrap().contains("etcd is away"), "{ready}");
}

/// Space inside of strings was taken for formatting.
#[tokio::test(start_paused = true)]
async fn b16_space_inside_of_strings_stays() {
    let world = World::new().await;
    let mut network = central("net", "shop");
    network["spec"]["ipam"] = r#"{ "type": "x", "note": "two  words\u00a0here" }"#.into();
    world.server.create(&network).unwrap();
    world.until("ready", secs(5), |world| world.is_ready(NET)).await;
    let config = world.nad("shop", "net").unwrap()["spec"]["config"].clone();
    assert!(config.as_str().unwrap().contains(r#""note": "two  words\u00a0here""#), "{config}");
}

/// A network that is out of bounds since the operator moved could not be deleted.
#[tokio::test(start_paused = true)]
async fn b18_deleted_after_the_operator_has_moved() {
    let mut world = World::new().await;
    world.server.create(&central("net", "shop")).unwrap();
    world.until("ready", secs(5), |world| world.is_ready(NET)).await;
    world.stop().await;
    world.options.plan.operator_namespace = "elsewhere".to_owned();
    world.start();
    world.server.delete(NET.0, NET.1, NET.2).unwrap();
    let gone = |world: &World| {
        world.nad("shop", "net").is_none() && world.server.get(NET.0, NET.1, NET.2).is_none()
    };
    world.until("gone", secs(60), gone).await;
}

/// Finalizers were changed by writing the whole object.
#[tokio::test(start_paused = true)]
async fn b20_finalizers_of_others_meanwhile() {
    let world = World::new().await;
    world.latency(millis(20));
    world.server.create(&central("net", "shop")).unwrap();
    for number in 0..10 {
        let note = json!({ "metadata": { "annotations": { "note": number.to_string() } } });
        world.server.patch(NET, &note, "notes").unwrap();
        sleep(millis(9)).await;
    }
    let theirs = json!({ "metadata": { "finalizers": [
        "netattdef.finalizers.sriovnetwork.openshift.io", "example.com/other",
    ] } });
    world.until("ready", secs(20), |world| world.is_ready(NET)).await;
    world.server.patch(NET, &theirs, "other").unwrap();
    world.server.delete(NET.0, NET.1, NET.2).unwrap();
    let left = |world: &World| {
        let network = world.server.get(NET.0, NET.1, NET.2).unwrap();
        network["metadata"]["finalizers"] == json!(["example.com/other"])
    };
    world.until("only theirs is left", secs(30), left).await;
    let network = world.server.get(NET.0, NET.1, NET.2).unwrap();
    assert_eq!(network["metadata"]["annotations"]["note"], "9");
}

/// A conflict at the finalizer repeated the delete of the NAD, which was another one by then.
#[tokio::test(start_paused = true)]
async fn b21_a_newer_nad_of_that_name_is_not_deleted() {
    let world = World::new().await;
    world.server.create(&central("net", "shop")).unwrap();
    world.until("ready", secs(5), |world| world.is_ready(NET)).await;
    world.quiet().await;
    let refused = Fault::Fail(ApiError::internal("etcd is away"));
    let finalizers = Matcher::new().verb(Verb::Patch).resource("sriovnetworks");
    world.server.faults().add(Rule::new(finalizers, refused).times(5));
    world.server.delete(NET.0, NET.1, NET.2).unwrap();
    world.until("NAD gone", secs(10), |world| world.nad("shop", "net").is_none()).await;
    let newer = json!({
        "apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition",
        "metadata": { "namespace": "shop", "name": "net" },
        "spec": { "config": r#"{"type":"bridge"}"# },
    });
    let newer = world.server.create(&newer).unwrap();
    world.until("gone", secs(120), |world| world.server.get(NET.0, NET.1, NET.2).is_none()).await;
    world.quiet().await;
    assert_eq!(world.nad("shop", "net"), Some(newer));
}

/// What a retarget left behind was forgotten if the controller did not see it happen.
#[tokio::test(start_paused = true)]
async fn b22_retargeted_and_deleted_while_the_controller_was_down() {
    let mut world = World::new().await;
    world.server.create_namespace("bar").unwrap();
    world.server.create(&central("net", "shop")).unwrap();
    world.server.create(&local("shop", "bystander")).unwrap();
    world.until("ready", secs(5), |world| world.is_ready(NET)).await;
    world.quiet().await;
    world.kill().await;
    let retarget = json!({ "spec": { "networkNamespace": "bar" } });
    world.server.patch(NET, &retarget, "kubectl").unwrap();
    world.server.delete(NET.0, NET.1, NET.2).unwrap();
    world.start();
    world.until("gone", secs(60), |world| world.server.get(NET.0, NET.1, NET.2).is_none()).await;
    assert!(world.nad("shop", "net").is_none() && world.nad("bar", "net").is_none());
    assert!(world.nad("shop", "bystander").is_some());
}
