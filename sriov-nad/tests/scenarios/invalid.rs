//! A network that cannot be rendered is its own trouble.

use serde_json::json;
use tokio::time::sleep;

use crate::world::{OPERATOR, World, central, secs};

#[tokio::test(start_paused = true)]
async fn invalid_input_shows_in_the_condition_of_that_object_alone() {
    let world = World::new().await;
    let (good, bad) = (("sriovnetworks", OPERATOR, "good"), ("sriovnetworks", OPERATOR, "bad"));
    let mut network = central("bad", "shop");
    network["spec"]["ipam"] = "{type: dhcp}".into();
    world.server.create(&network).unwrap();
    world.server.create(&central("good", "shop")).unwrap();
    world.until("good", secs(5), |world| world.is_ready(good)).await;
    let told = |world: &World| world.says(bad, "False", "NetworkAttachmentDefinitionInvalid");
    world.until("told", secs(5), told).await;
    let message = world.ready(bad.0, bad.1, bad.2).unwrap()["message"].clone();
    assert!(message.as_str().unwrap().starts_with("spec.ipam: "), "{message}");
    assert!(world.nad("shop", "bad").is_none());
    assert!(world.handle().health().is_ready());

    let valid = json!({ "spec": { "ipam": r#"{"type":"dhcp"}"# } });
    world.server.patch(bad, &valid, "kubectl").unwrap();
    let took = world.until("healed", secs(5), |world| world.is_ready(bad)).await;
    assert!(took < secs(1), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn an_edit_that_makes_it_invalid_keeps_the_last_good_nad() {
    let world = World::new().await;
    let net = ("sriovnetworks", OPERATOR, "net");
    world.server.create(&central("net", "shop")).unwrap();
    world.until("ready", secs(5), |world| world.is_ready(net)).await;
    let nad = world.nad("shop", "net");
    world.server.patch(net, &json!({ "spec": { "metaPlugins": "{}," } }), "kubectl").unwrap();
    let told = |world: &World| world.says(net, "False", "NetworkAttachmentDefinitionInvalid");
    world.until("told", secs(5), told).await;
    sleep(secs(3600)).await;
    assert_eq!(world.nad("shop", "net"), nad);
}

#[tokio::test(start_paused = true)]
async fn names_that_yaml_misreads_are_names() {
    let world = World::new().await;
    world.server.create_namespace("2024").unwrap();
    for name in ["123", "1e3", "on", "y", "no", "null"] {
        world.server.create(&central(name, "2024")).unwrap();
        let key = ("sriovnetworks", OPERATOR, name);
        world.until(name, secs(5), |world| world.is_ready(key)).await;
        assert_eq!(world.config("2024", name).unwrap()["name"], name);
    }
}
