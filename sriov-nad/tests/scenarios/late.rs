//! NADs that are there in a second, whatever happens around their creation.

use sriov_nad::sim::actors::{GcActor, NamespaceController};
use tokio::time::sleep;

use crate::world::{NADS, OPERATOR, World, central, local, millis, secs};

const NET: (&str, &str, &str) = ("sriovnetworks", OPERATOR, "net");

#[tokio::test(start_paused = true)]
async fn a_new_network_costs_two_writes() {
    let mut world = World::new().await;
    world.join(GcActor::new(secs(1)), millis(10));
    world.server.create(&local("shop", "net")).unwrap();
    let key = ("sriovnetworks", "shop", "net");
    let took = world.until("ready", secs(5), |world| world.is_ready(key)).await;
    assert!(took < secs(1), "{took:?}");
    world.quiet().await;
    assert_eq!(world.writes(), 2, "{}", world.story());
    let nad = world.nad("shop", "net").unwrap();
    assert_eq!(nad["metadata"]["ownerReferences"][0]["kind"], "SriovNetwork");
}

#[tokio::test(start_paused = true)]
async fn a_network_of_another_namespace_costs_a_third_write_for_its_finalizer() {
    let world = World::new().await;
    world.server.create(&central("net", "shop")).unwrap();
    world.until("ready", secs(5), |world| world.is_ready(NET)).await;
    world.quiet().await;
    assert_eq!(world.writes(), 3, "{}", world.story());
    assert!(world.nad("shop", "net").unwrap()["metadata"].get("ownerReferences").is_none());
}

#[tokio::test(start_paused = true)]
async fn s000a_created_while_the_old_one_terminates() {
    let world = World::new().await;
    let mut old = central("net", "shop");
    old["metadata"]["finalizers"] = serde_json::json!(["example.com/slow"]);
    let old = world.server.create(&old).unwrap();
    world.until("ready", secs(5), |world| world.is_ready(NET)).await;
    world.server.delete(NET.0, NET.1, NET.2).unwrap();
    assert_eq!(world.server.create(&central("net", "shop")).unwrap_err().code(), 409);
    world.until("NAD gone", secs(5), |world| world.nad("shop", "net").is_none()).await;
    sleep(secs(90)).await;
    let freed = serde_json::json!({ "metadata": { "finalizers": null } });
    world.server.patch(NET, &freed, "slow").unwrap();
    let new = world.server.create(&central("net", "shop")).unwrap();
    assert_ne!(old["metadata"]["uid"], new["metadata"]["uid"]);
    let took = world.until("ready", secs(5), |world| world.is_ready(NET)).await;
    assert!(took < secs(1), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn s000b_deleted_and_created_again_within_10_ms() {
    let mut world = World::new().await;
    world.join(GcActor::new(secs(3)), millis(10));
    let key = ("sriovnetworks", "shop", "net");
    world.server.create(&local("shop", "net")).unwrap();
    world.until("ready", secs(5), |world| world.is_ready(key)).await;
    for _ in 0..20 {
        world.server.delete(key.0, key.1, key.2).unwrap();
        sleep(millis(10)).await;
        let new = world.server.create(&local("shop", "net")).unwrap();
        let owned = |world: &World| {
            let nad = world.nad("shop", "net");
            nad.is_some_and(|nad| {
                nad["metadata"]["ownerReferences"][0]["uid"] == new["metadata"]["uid"]
            })
        };
        world.until("the NAD of the new one", secs(2), owned).await;
        // The collector has long looked at the old owner by then.
        sleep(secs(10)).await;
        assert!(owned(&world) && world.is_ready(key), "{}", world.story());
    }
}

#[tokio::test(start_paused = true)]
async fn s000c_the_namespace_comes_late() {
    let world = World::new().await;
    world.server.create(&central("net", "later")).unwrap();
    let missing = |world: &World| world.says(NET, "False", "NamespaceNotFound");
    world.until("told", secs(5), missing).await;
    let message = world.ready(NET.0, NET.1, NET.2).unwrap()["message"].clone();
    assert_eq!(message, r#"target namespace "later" does not exist"#);
    sleep(secs(300)).await;
    world.server.create_namespace("later").unwrap();
    let took = world.until("ready", secs(5), |world| world.is_ready(NET)).await;
    assert!(took < secs(1), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn s000d_the_namespace_terminates_for_90_s_and_comes_back() {
    let mut world = World::new().await;
    world.server.create(&central("net", "shop")).unwrap();
    world.until("ready", secs(5), |world| world.is_ready(NET)).await;
    world.server.delete("namespaces", "", "shop").unwrap();
    world.join(NamespaceController, secs(90));
    let told = |world: &World| world.says(NET, "False", "NamespaceTerminating");
    world.until("told that it terminates", secs(5), told).await;
    let gone = |world: &World| world.says(NET, "False", "NamespaceNotFound");
    world.until("told that it is gone", secs(1000), gone).await;
    world.server.create_namespace("shop").unwrap();
    let took = world.until("ready", secs(5), |world| world.is_ready(NET)).await;
    assert!(took < secs(1), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn s000e_a_hundred_at_once() {
    let world = World::new().await;
    world.latency(millis(3));
    for number in 0..100 {
        world.server.create(&central(&format!("net-{number}"), "shop")).unwrap();
    }
    let all = |world: &World| world.server.list(NADS, "shop").len() == 100;
    let took = world.until("all NADs", secs(5), all).await;
    assert!(took < secs(1), "{took:?}");
    world.quiet().await;
    assert_eq!(world.writes(), 300, "{}", world.story());
}

#[tokio::test(start_paused = true)]
async fn a_retargeted_network_moves_its_nad() {
    let world = World::new().await;
    world.server.create_namespace("bar").unwrap();
    world.server.create(&central("net", "shop")).unwrap();
    world.until("ready", secs(5), |world| world.is_ready(NET)).await;
    let change = serde_json::json!({ "spec": { "networkNamespace": "bar" } });
    world.server.patch(NET, &change, "kubectl").unwrap();
    let moved =
        |world: &World| world.nad("bar", "net").is_some() && world.nad("shop", "net").is_none();
    world.until("moved", secs(2), moved).await;
    // To a namespace that is not there yet.
    let change = serde_json::json!({ "spec": { "networkNamespace": "later" } });
    world.server.patch(NET, &change, "kubectl").unwrap();
    world.until("gone", secs(2), |world| world.server.list(NADS, "").is_empty()).await;
    world.server.create_namespace("later").unwrap();
    world.until("there", secs(2), |world| world.nad("later", "net").is_some()).await;
}

#[tokio::test(start_paused = true)]
async fn a_deleted_nad_comes_back_and_a_deleted_network_takes_it_along() {
    let world = World::new().await;
    for (kind, plural) in [
        ("SriovNetwork", "sriovnetworks"),
        ("SriovIBNetwork", "sriovibnetworks"),
        ("OVSNetwork", "ovsnetworks"),
    ] {
        let name = plural;
        world.server.create(&crate::world::network(kind, OPERATOR, name, "shop")).unwrap();
        let key = (plural, OPERATOR, name);
        world.until("ready", secs(5), |world| world.is_ready(key)).await;
        // What is taken away as soon as it is written is a fight, and paced.
        world.quiet().await;
        let uid = world.nad("shop", name).unwrap()["metadata"]["uid"].clone();
        world.server.delete(NADS, "shop", name).unwrap();
        let again = |world: &World| {
            world.nad("shop", name).is_some_and(|nad| nad["metadata"]["uid"] != uid)
        };
        let took = world.until("created again", secs(2), again).await;
        assert!(took < millis(300), "{took:?}");
        world.server.delete(plural, OPERATOR, name).unwrap();
        let gone = |world: &World| {
            world.nad("shop", name).is_none() && world.server.get(plural, OPERATOR, name).is_none()
        };
        world.until("both gone", secs(10), gone).await;
    }
}
