//! Networks of which no NAD can be made.

use serde_json::{Value, json};
use sriov_nad::names::{NadKey, NetworkKey, NetworkKind};

use crate::failure::{Done, holds, same};
use crate::world::{GATE, World};

cases![
    bad_input_shows_in_its_own_condition_alone,
    scope_of_an_application_is_its_own_namespace,
    stale_conditions_do_not_survive_bad_input,
];

const INVALID: &str = "NetworkAttachmentDefinitionInvalid";

async fn bad_input_shows_in_its_own_condition_alone(world: &World) -> Done {
    let shop = world.namespace("shop").await?;
    let good = world.local(&shop, "good");
    world.create(&good, &json!({ "resourceName": "vfs" })).await?;
    let bad = [
        ("empty", json!({ "resourceName": "" }), "spec.resourceName"),
        ("ipam", json!({ "resourceName": "vfs", "ipam": "dhcp" }), "spec.ipam"),
        ("caps", json!({ "resourceName": "vfs", "capabilities": "[]" }), "spec.capabilities"),
        ("meta", json!({ "resourceName": "vfs", "metaPlugins": "{}," }), "spec.metaPlugins"),
    ];
    for (name, spec, _) in &bad {
        world.create(&world.local(&shop, name), spec).await?;
    }
    let _controller = world.controller().await?;
    for (name, _, field) in &bad {
        let key = world.local(&shop, name);
        refused(world, &key, field).await?;
    }
    world.settled(&good, GATE).await.map(drop)
}

async fn refused(world: &World, key: &NetworkKey, field: &str) -> Done {
    let condition = world.reason(key, INVALID, GATE).await?;
    let words = condition["message"].as_str().unwrap_or_default();
    holds(words.contains(field), || format!("{key}: no {field} in: {words}"))?;
    same("the status", condition["status"].as_str(), Some("False"))?;
    let nad = world.nad(&NadKey::new(&key.namespace, &key.name)).await?;
    holds(nad.is_none(), || format!("{key} has a NAD"))
}

async fn scope_of_an_application_is_its_own_namespace(world: &World) -> Done {
    let shop = world.namespace("shop").await?;
    let target = world.namespace("target").await?;
    let _controller = world.controller().await?;
    for kind in NetworkKind::ALL {
        let key = NetworkKey::new(kind, &shop, world.named(kind.plugin()));
        let spec = json!({ "resourceName": "vfs", "networkNamespace": target });
        world.create(&key, &spec).await?;
        let condition = world.reason(&key, INVALID, GATE).await?;
        let words = condition["message"].as_str().unwrap_or_default();
        holds(words.contains("networkNamespace cannot be set"), || words.to_owned())?;
        for namespace in [&shop, &target] {
            let nad = world.nad(&NadKey::new(namespace, &key.name)).await?;
            holds(nad.is_none(), || format!("{key} has a NAD in {namespace}"))?;
        }
    }
    Ok(())
}

/// The last good NAD stays; Ready does not.
async fn stale_conditions_do_not_survive_bad_input(world: &World) -> Done {
    let shop = world.namespace("shop").await?;
    let key = world.local(&shop, "net");
    world.create(&key, &json!({ "resourceName": "vfs" })).await?;
    let _controller = world.controller().await?;
    world.settled(&key, GATE).await?;
    world.change(&key, &json!({ "ipam": "{" })).await?;
    world.reason(&key, INVALID, GATE).await?;
    let nad = world.nad(&NadKey::new(&shop, &key.name)).await?;
    holds(nad.is_some(), || "the last good NAD is gone".to_owned())?;
    world.change(&key, &json!({ "ipam": Value::Null })).await?;
    world.settled(&key, GATE).await.map(drop)
}
