//! A controller that is killed, and what the next one finds.

use serde_json::json;
use sriov_nad::names::NadKey;

use crate::api::Patch;
use crate::failure::Done;
use crate::world::{GATE, World};
use crate::{object, path};

cases![s002a_a_restart_in_every_state];

async fn s002a_a_restart_in_every_state(world: &World) -> Done {
    let target = world.namespace("target").await?;
    let other = world.namespace("other").await?;
    let absent = world.named("absent");
    let names = ["kept", "changed", "deleted", "moved", "edited", "waiting", "bare"];
    let [kept, changed, deleted, moved, edited, waiting, bare] =
        names.map(|name| world.central(name));
    for key in [&kept, &changed, &deleted, &moved, &edited, &bare] {
        world.create_for(key, &target).await?;
    }
    world.create_for(&waiting, &absent).await?;
    let controller = world.controller().await?;
    for key in [&kept, &changed, &deleted, &moved, &edited, &bare] {
        world.settled(key, GATE).await?;
    }
    world.reason(&waiting, "NamespaceNotFound", GATE).await?;
    controller.kill();

    let nad = |name: &str| path::nad(&NadKey::new(&target, name));
    world.change(&changed, &json!({ "vlan": 300 })).await?;
    world.delete(&deleted).await?;
    world.change(&moved, &json!({ "networkNamespace": other })).await?;
    let foreign = json!({ "spec": { "config": "{}" } });
    world.api.patch(&nad(&edited.name), Patch::Merge, &foreign).await?;
    world.api.delete(&nad(&bare.name)).await?;
    world.namespace("absent").await?;
    let late = world.central("late");
    world.create_for(&late, &target).await?;

    let mut controller = world.start_controller()?;
    let took = controller.ready().await?;
    world.note(format!("ready again after {} ms", took.as_millis()));
    for key in [&kept, &changed, &moved, &edited, &waiting, &bare, &late] {
        world.settled(key, GATE).await?;
    }
    world.gone(&path::network(&deleted), GATE).await?;
    for gone in [&deleted, &moved] {
        world.gone(&nad(&gone.name), GATE).await?;
    }
    let nads = world.api.list(&path::nads(&target)).await?;
    let mut found: Vec<_> = nads.iter().map(object::name).collect();
    found.sort_unstable();
    let mut wanted: Vec<_> =
        [&kept, &changed, &edited, &bare, &late].map(|key| &*key.name).to_vec();
    wanted.sort_unstable();
    crate::failure::same("the NADs", found, wanted)
}
