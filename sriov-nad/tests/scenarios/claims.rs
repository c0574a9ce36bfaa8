//! Two networks that want the same NAD.

use serde_json::json;
use sriov_nad::sim::actors::GcActor;
use tokio::time::sleep;

use crate::world::{OPERATOR, OWNER, World, central, local, millis, network, secs};

const CONFLICT: &str = "NetworkAttachmentDefinitionConflict";

#[tokio::test(start_paused = true)]
async fn the_first_keeps_it_and_the_second_says_so() {
    let world = World::new().await;
    let first = ("sriovnetworks", OPERATOR, "net");
    let second = ("sriovibnetworks", OPERATOR, "net");
    world.server.create(&central("net", "shop")).unwrap();
    world.until("ready", secs(5), |world| world.is_ready(first)).await;
    let uid = world.nad("shop", "net").unwrap()["metadata"]["uid"].clone();
    world.server.create(&network("SriovIBNetwork", OPERATOR, "net", "shop")).unwrap();
    world.until("told", secs(5), |world| world.says(second, "False", CONFLICT)).await;
    sleep(secs(3600)).await;
    assert_eq!(world.config("shop", "net").unwrap()["type"], "sriov");

    // The loser goes, and takes nothing along.
    world.server.delete(second.0, second.1, second.2).unwrap();
    let gone = |world: &World| world.server.get(second.0, second.1, second.2).is_none();
    world.until("gone", secs(60), gone).await;
    sleep(secs(3600)).await;
    assert_eq!(world.nad("shop", "net").unwrap()["metadata"]["uid"], uid, "{}", world.story());
}

#[tokio::test(start_paused = true)]
async fn the_second_inherits_it_when_the_first_goes() {
    let mut world = World::new().await;
    world.join(GcActor::new(secs(2)), millis(10));
    let (first, second) = (("sriovnetworks", OPERATOR, "net"), ("sriovnetworks", "shop", "net"));
    world.server.create(&central("net", "shop")).unwrap();
    world.until("ready", secs(5), |world| world.is_ready(first)).await;
    world.server.create(&local("shop", "net")).unwrap();
    world.until("told", secs(5), |world| world.says(second, "False", CONFLICT)).await;
    world.server.delete(first.0, first.1, first.2).unwrap();
    world.until("inherited", secs(60), |world| world.is_ready(second)).await;
    let owner = &world.nad("shop", "net").unwrap()["metadata"]["annotations"][OWNER];
    assert_eq!(owner, "SriovNetwork.sriovnetwork.openshift.io/shop/net");
}

#[tokio::test(start_paused = true)]
async fn claimants_at_the_same_time_have_one_winner() {
    let mut world = World::empty();
    for kind in ["SriovNetwork", "SriovIBNetwork", "OVSNetwork"] {
        world.server.create(&network(kind, OPERATOR, "net", "shop")).unwrap();
    }
    world.start();
    let keys = ["sriovnetworks", "sriovibnetworks", "ovsnetworks"].map(|k| (k, OPERATOR, "net"));
    let settled = |world: &World| {
        let ready = keys.iter().filter(|key| world.is_ready(**key)).count();
        let lost = keys.iter().filter(|key| world.says(**key, "False", CONFLICT)).count();
        (ready, lost) == (1, 2)
    };
    world.until("one winner", secs(10), settled).await;
    let uid = world.nad("shop", "net").unwrap()["metadata"]["uid"].clone();
    world.quiet().await;
    assert!(settled(&world));
    assert_eq!(world.nad("shop", "net").unwrap()["metadata"]["uid"], uid);
}

#[tokio::test(start_paused = true)]
async fn a_network_outside_its_bounds_has_no_nad() {
    let world = World::new().await;
    let key = ("sriovnetworks", "shop", "net");
    world.server.create_namespace("bar").unwrap();
    world.server.create(&network("SriovNetwork", "shop", "net", "bar")).unwrap();
    let told = |world: &World| world.says(key, "False", "NetworkAttachmentDefinitionInvalid");
    world.until("told", secs(5), told).await;
    let message = world.ready(key.0, key.1, key.2).unwrap()["message"].clone();
    assert!(message.as_str().unwrap().contains("networkNamespace cannot be set"), "{message}");
    assert!(world.nad("bar", "net").is_none() && world.nad("shop", "net").is_none());
    world.server.patch(key, &json!({ "spec": { "networkNamespace": null } }), "kubectl").unwrap();
    world.until("ready", secs(5), |world| world.is_ready(key)).await;
}
