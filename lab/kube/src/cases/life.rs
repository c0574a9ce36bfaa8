//! The life of one network.

use serde_json::json;
use sriov_nad::names::{NadKey, NetworkKey, NetworkKind};

use crate::failure::{Done, holds, same};
use crate::world::{GATE, World};
use crate::{object, path, wait};

cases![
    apply_a_manifest_of_each_kind,
    change_the_spec_and_the_nad_follows,
    move_to_another_namespace,
    undo_the_deletion_of_a_nad,
    delete_a_network_and_its_nad_goes,
];

/// As `kubectl apply --server-side` does it.
async fn apply_a_manifest_of_each_kind(world: &World) -> Done {
    let target = world.namespace("target").await?;
    let _controller = world.controller().await?;
    for kind in NetworkKind::ALL {
        let name = world.named(kind.plugin());
        let key = NetworkKey::new(kind, &world.operator_namespace, name);
        let spec = json!({ "resourceName": "vfs", "networkNamespace": target });
        world.api.apply(&path::network(&key), "kubectl", &object::network(&key, &spec)).await?;
        let took = world.settled(&key, GATE).await?;
        world.note(format!("{kind}: ready after {} ms", took.as_millis()));
    }
    Ok(())
}

async fn change_the_spec_and_the_nad_follows(world: &World) -> Done {
    let shop = world.namespace("shop").await?;
    let key = world.local(&shop, "net");
    world.create(&key, &json!({ "resourceName": "vfs" })).await?;
    let _controller = world.controller().await?;
    world.settled(&key, GATE).await?;
    let before = world.nad(&NadKey::new(&shop, &key.name)).await?.unwrap_or_default();
    let ipam = r#"{"type": "host-local", "subnet": "10.56.217.0/24"}"#;
    world.change(&key, &json!({ "vlan": 100, "ipam": ipam })).await?;
    world.settled(&key, GATE).await?;
    let after = world.nad(&NadKey::new(&shop, &key.name)).await?.unwrap_or_default();
    same("the subnet", object::config(&after)?["ipam"]["subnet"].as_str(), Some("10.56.217.0/24"))?;
    same("the uid of the NAD", object::uid(&after), object::uid(&before))
}

/// To a namespace that is created only afterwards: nothing may be left in the old one.
async fn move_to_another_namespace(world: &World) -> Done {
    let old = world.namespace("old").await?;
    let key = world.central("net");
    world.create_for(&key, &old).await?;
    let _controller = world.controller().await?;
    world.settled(&key, GATE).await?;
    let new = world.named("new");
    world.change(&key, &json!({ "networkNamespace": new })).await?;
    world.gone(&path::nad(&NadKey::new(&old, &key.name)), GATE).await?;
    world.reason(&key, "NamespaceNotFound", GATE).await?;
    world.namespace("new").await?;
    world.settled(&key, GATE).await.map(drop)
}

async fn undo_the_deletion_of_a_nad(world: &World) -> Done {
    let target = world.namespace("target").await?;
    let key = world.central("net");
    world.create_for(&key, &target).await?;
    let _controller = world.controller().await?;
    world.settled(&key, GATE).await?;
    let nad = NadKey::new(&target, &key.name);
    let old = world.nad(&nad).await?.unwrap_or_default();
    world.api.delete(&path::nad(&nad)).await?;
    let (_, took) = wait::until(GATE, "another NAD is there", || async {
        let nad = world.nad(&nad).await?;
        Ok(nad.filter(|nad| object::uid(nad) != object::uid(&old)))
    })
    .await?;
    world.note(format!("there again after {} ms", took.as_millis()));
    world.settled(&key, GATE).await.map(drop)
}

async fn delete_a_network_and_its_nad_goes(world: &World) -> Done {
    let target = world.namespace("target").await?;
    let key = world.central("net");
    world.create_for(&key, &target).await?;
    let controller = world.controller().await?;
    world.settled(&key, GATE).await?;
    let network = world.network(&key).await?.unwrap_or_default();
    let finalizers = network["metadata"]["finalizers"].as_array().map_or(0, Vec::len);
    same("the number of finalizers", finalizers, 1)?;
    world.delete(&key).await?;
    world.gone(&path::network(&key), GATE).await?;
    let nad = world.nad(&NadKey::new(&target, &key.name)).await?;
    holds(nad.is_none(), || "the network went before its NAD".to_owned())?;
    controller.stop().await
}
