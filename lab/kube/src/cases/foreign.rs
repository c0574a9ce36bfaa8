//! What third parties write on a NAD stays; what has no owner is taken over.

use serde_json::{Value, json};
use sriov_nad::nad::{API_VERSION, KIND};
use sriov_nad::names::NadKey;

use crate::api::Patch;
use crate::failure::{Done, holds, same};
use crate::world::{GATE, World};
use crate::{object, path};

cases![
    keep_what_third_parties_wrote,
    adopt_a_nad_without_an_owner,
    quiet_once_everything_is_as_it_should_be,
];

async fn keep_what_third_parties_wrote(world: &World) -> Done {
    let shop = world.namespace("shop").await?;
    let key = world.local(&shop, "net");
    world.create(&key, &json!({ "resourceName": "vfs" })).await?;
    let _controller = world.controller().await?;
    world.settled(&key, GATE).await?;
    let nad = path::nad(&NadKey::new(&shop, &key.name));
    let theirs = json!({ "metadata": {
        "annotations": { "example.com/team": "blue" },
        "labels": { "app": "shop" },
        "finalizers": ["example.com/audit"],
    } });
    world.api.patch(&nad, Patch::Merge, &theirs).await?;
    // Another spec makes the controller write the NAD once more.
    world.change(&key, &json!({ "vlan": 42 })).await?;
    world.settled(&key, GATE).await?;
    let nad = world.api.get(&nad).await?.unwrap_or_default();
    let meta = &nad["metadata"];
    same("the annotation", &meta["annotations"]["example.com/team"], &json!("blue"))?;
    same("the label", &meta["labels"]["app"], &json!("shop"))?;
    same("the finalizers", &meta["finalizers"], &json!(["example.com/audit"]))
}

async fn adopt_a_nad_without_an_owner(world: &World) -> Done {
    let target = world.namespace("target").await?;
    let key = world.central("net");
    let theirs = json!({ "apiVersion": API_VERSION, "kind": KIND,
        "metadata": { "name": key.name }, "spec": { "config": "{}" } });
    let theirs = world.api.create(&path::nads(&target), &theirs).await?;
    world.create_for(&key, &target).await?;
    let _controller = world.controller().await?;
    world.settled(&key, GATE).await?;
    let nad = world.nad(&NadKey::new(&target, &key.name)).await?.unwrap_or_default();
    same("the uid of the NAD", object::uid(&nad), object::uid(&theirs))
}

/// No write at all: neither NADs nor networks change, whatever is noticed or rechecked.
async fn quiet_once_everything_is_as_it_should_be(world: &World) -> Done {
    let target = world.namespace("target").await?;
    let keys: Vec<_> = (0..5).map(|n| world.central(&n.to_string())).collect();
    for key in &keys {
        world.create_for(key, &target).await?;
    }
    let controller = world.controller().await?;
    for key in &keys {
        world.settled(key, GATE).await?;
    }
    let before = versions(world, &target).await?;
    tokio::time::sleep(GATE).await;
    same("the versions after 5 s", versions(world, &target).await?, before.clone())?;
    controller.kill();
    let _controller = world.controller().await?;
    tokio::time::sleep(GATE).await;
    let after = versions(world, &target).await?;
    holds(after == before, || format!("a restart wrote: {before:?} became {after:?}"))
}

/// The resourceVersions of all networks and NADs.
async fn versions(world: &World, target: &str) -> Done<Vec<String>> {
    let kind = sriov_nad::names::NetworkKind::Sriov;
    let mut objects = world.api.list(&path::networks(kind, &world.operator_namespace)).await?;
    objects.extend(world.api.list(&path::nads(target)).await?);
    let version = |object: &Value| object::resource_version(object).to_owned();
    Ok(objects.iter().map(version).collect())
}
