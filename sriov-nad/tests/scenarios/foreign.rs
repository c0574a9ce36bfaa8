//! What others wrote on a NAD, or left there.

use serde_json::{Value, json};
use sriov_nad::sim::WriteOptions;
use sriov_nad::sim::actors::{OperatorActor, ResourceNamePatcher};
use tokio::time::sleep;

use crate::world::{NADS, OPERATOR, RESOURCE, World, central, millis, secs};

const NET: (&str, &str, &str) = ("sriovnetworks", OPERATOR, "net");
const NAD: (&str, &str, &str) = (NADS, "shop", "net");

#[tokio::test(start_paused = true)]
async fn annotations_labels_and_unknown_fields_of_others_survive_for_ever() {
    let mut world = World::new().await;
    world.server.create(&central("net", "shop")).unwrap();
    world.until("ready", secs(5), |world| world.is_ready(NET)).await;
    let theirs = json!({
        "metadata": {
            "annotations": { "team": "blue" },
            "labels": { "tier": "gold" },
            "finalizers": ["example.com/hold"],
        },
    });
    world.server.patch(NAD, &theirs, "team-tool").unwrap();
    for vlan in 1..5 {
        world.server.patch(NET, &json!({ "spec": { "vlan": vlan } }), "kubectl").unwrap();
        let follows = |world: &World| {
            world.config("shop", "net").is_some_and(|config| config["vlan"] == vlan)
        };
        world.until("follows", secs(5), follows).await;
        world.kill().await;
        world.start();
    }
    sleep(secs(3600)).await;
    let meta = world.nad("shop", "net").unwrap()["metadata"].clone();
    assert_eq!(meta["annotations"]["team"], "blue");
    assert_eq!(meta["labels"]["tier"], "gold");
    assert_eq!(meta["finalizers"], json!(["example.com/hold"]));
}

#[tokio::test(start_paused = true)]
async fn a_nad_without_an_owner_is_adopted() {
    let world = World::new().await;
    let existing = json!({
        "apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition",
        "metadata": { "namespace": "shop", "name": "net", "annotations": { RESOURCE: "x/y" } },
        "spec": { "config": "{}" },
    });
    let existing = world.server.create(&existing).unwrap();
    world.server.create(&central("net", "shop")).unwrap();
    let took = world.until("ready", secs(5), |world| world.is_ready(NET)).await;
    assert!(took < millis(300), "{took:?}");
    let nad = world.nad("shop", "net").unwrap();
    assert_eq!(nad["metadata"]["uid"], existing["metadata"]["uid"]);
    assert_eq!(nad["metadata"]["annotations"][RESOURCE], "openshift.io/cx6");
}

#[tokio::test(start_paused = true)]
async fn a_resource_name_that_others_add_is_no_drift() {
    let mut world = World::new().await;
    world.server.create(&central("net", "shop")).unwrap();
    world.until("ready", secs(5), |world| world.is_ready(NET)).await;
    let before = world.writes();
    world.join(ResourceNamePatcher, millis(20));
    let added = |world: &World| {
        world.config("shop", "net").is_some_and(|config| config.get("resourceName").is_some())
    };
    world.until("added", secs(5), added).await;
    sleep(secs(3600)).await;
    assert_eq!(world.writes(), before, "{}", world.story());
    assert!(added(&world));
}

#[tokio::test(start_paused = true)]
async fn the_operator_beside_it_finds_nothing_to_change() {
    let mut world = World::new().await;
    world.options.plan.condition.0 = "NadReady".to_owned();
    world.stop().await;
    world.start();
    world.server.create(&central("net", "shop")).unwrap();
    let there = |world: &World| world.nad("shop", "net").is_some();
    world.until("there", secs(5), there).await;
    world.quiet().await;
    world.join(OperatorActor::new(OPERATOR), millis(18));
    sleep(secs(60)).await;
    let version =
        |world: &World| world.nad("shop", "net").unwrap()["metadata"]["resourceVersion"].clone();
    let (before, writes) = (version(&world), world.writes());
    // Both look at everything again many times.
    sleep(secs(7200)).await;
    assert_eq!((version(&world), world.writes()), (before, writes), "{}", world.story());
}

#[tokio::test(start_paused = true)]
async fn what_only_looks_different_is_left_alone() {
    let world = World::new().await;
    world.server.create(&central("net", "shop")).unwrap();
    world.until("ready", secs(5), |world| world.is_ready(NET)).await;
    let config = world.config("shop", "net").unwrap();
    let compact = json!({ "spec": { "config": config.to_string() } });
    let options = WriteOptions::manager("kubectl");
    world.server.patch(NAD, &compact, &options.manager).unwrap();
    let before = world.writes();
    sleep(secs(7200)).await;
    let stored: Value = world.nad("shop", "net").unwrap()["spec"]["config"].clone();
    assert_eq!((stored, world.writes()), (config.to_string().into(), before));
}
