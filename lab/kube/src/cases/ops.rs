//! The helpers for test suites and installers.

use std::time::Duration;

use futures_util::future::join;
use serde_json::{Value, json};
use sriov_nad::kube::capture::{KindRef, Outcome, Selection, capture, restore};
use sriov_nad::kube::{
    EnsureOptions, EnsureStage, NamespaceBlocker, UniqueNamespace, ensure_network, unique_namespace,
};

use crate::api::Patch;
use crate::failure::{Done, Failure, holds, same};
use crate::world::{GATE, World};
use crate::{object, path};

cases![
    ensure_takes_no_old_network_for_the_new_one,
    unique_namespaces_say_what_they_wait_for,
    restore_puts_captured_objects_back,
];

async fn ensure_takes_no_old_network_for_the_new_one(world: &World) -> Done {
    let shop = world.namespace("shop").await?;
    let key = world.local(&shop, "net");
    let spec = json!({ "resourceName": "vfs" });
    let old = world.create(&key, &spec).await?;
    let _controller = world.controller().await?;
    world.settled(&key, GATE).await?;
    object::hold(&world.api, &path::network(&key)).await?;
    world.delete(&key).await?;
    let mut stages = Vec::new();
    let wanted = object::network(&key, &spec);
    let options = EnsureOptions { deadline: Duration::from_secs(30), ..EnsureOptions::default() };
    let ensured = ensure_network(world.api.client(), &wanted, &options, |stage: &EnsureStage| {
        stages.push(stage.to_string());
    });
    let released = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        object::release(&world.api, &path::network(&key)).await
    };
    let (ensured, released) = join(ensured, released).await;
    released?;
    let ensured = ensured.map_err(Failure::of("ensure", &key))?;
    world.note(stages.join("; "));
    let told = stages.iter().any(|stage| stage.contains(object::HELD));
    holds(told, || "it never said what it waited for".to_owned())?;
    holds(ensured.network.meta.uid != object::uid(&old), || "it is the old one".to_owned())?;
    same("the uids of the owners", ensured.nad.owner_uids, vec![ensured.network.meta.uid])
}

async fn unique_namespaces_say_what_they_wait_for(world: &World) -> Done {
    let made = unique_namespace(world.api.client(), &world.named("probe")).await;
    let made = made.map_err(Failure::of("create", "a namespace"))?;
    let held = path::config_map(made.name(), "held");
    world.api.apply(&held, "lab", &object::held_config_map()).await?;
    let said = still_there(&made).await;
    object::release(&world.api, &held).await?;
    let gone = made.delete_and_wait(Duration::from_mins(1)).await;
    gone.map_err(Failure::of("delete", made.name()))?;
    said
}

async fn still_there(made: &UniqueNamespace) -> Done {
    let Err(error) = made.delete_and_wait(GATE * 3).await else {
        return Err(Failure::new("it went although something is held in it"));
    };
    let blockers = error.blockers();
    let named = blockers.iter().any(|blocker| {
        matches!(blocker, NamespaceBlocker::Finalizers(words) if words.contains(object::HELD))
    });
    holds(named, || format!("{error}: {blockers:?}"))
}

async fn restore_puts_captured_objects_back(world: &World) -> Done {
    let shop = world.namespace("shop").await?;
    let names = ["changed", "gone", "kept"];
    let maps = names.map(|name| path::config_map(&shop, name));
    for (map, name) in maps.iter().zip(names) {
        world.api.apply(map, "lab", &config_map(name, "one")).await?;
    }
    let kinds = vec![KindRef::new("v1", "ConfigMap"), KindRef::new("example.com/v1", "Thing")];
    let selection = Selection { namespace: Some(shop.clone()), kinds, ..Selection::default() };
    let client = world.api.client();
    let captured = capture(client, &selection)
        .await
        .map_err(|error| Failure::new(format!("{error}: {}", error.answer())))?;
    let thing = captured.absent.iter().any(|kind| kind.kind == "Thing");
    holds(thing, || "a kind that is not served was not named".to_owned())?;
    let [changed, gone, _] = &maps;
    world.api.delete(gone).await?;
    world.api.patch(changed, Patch::Merge, &config_map("changed", "two")).await?;
    for wanted in
        [[Outcome::Updated, Outcome::Created, Outcome::Unchanged], [Outcome::Unchanged; 3]]
    {
        let restored = restore(client, &captured, false).await;
        let found: Vec<_> = restored.iter().map(|one| (one.name.as_str(), one.outcome)).collect();
        same("what was done", found, names.into_iter().zip(wanted).collect())?;
    }
    for map in &maps {
        let map = world.api.get(map).await?.unwrap_or_default();
        same("the data", &map["data"]["value"], &json!("one"))?;
    }
    Ok(())
}

fn config_map(name: &str, value: &str) -> Value {
    json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": name },
        "data": { "value": value } })
}
