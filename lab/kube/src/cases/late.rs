//! NADs that other controllers create late, or never.

use std::time::{Duration, Instant};

use futures_util::future::{join, join_all};
use serde_json::{Value, json};
use sriov_nad::names::{NadKey, NetworkKey};

use crate::failure::{Done, Failure, holds, same};
use crate::world::{GATE, GOAL, World};
use crate::{object, path, wait};

cases![
    s000a_create_while_the_old_network_terminates,
    s000b_delete_and_recreate_within_10_ms,
    s000c_the_namespace_appears_later,
    s000d_the_namespace_terminates_and_comes_back,
    s000e_a_hundred_networks_at_once,
];

async fn s000a_create_while_the_old_network_terminates(world: &World) -> Done {
    let target = world.namespace("target").await?;
    let key = world.central("net");
    world.create_for(&key, &target).await?;
    let _controller = world.controller().await?;
    world.settled(&key, GATE).await?;
    hold(world, &key).await?;
    world.delete(&key).await?;
    // The old one's NAD must go although the old one stays.
    world.gone(&path::nad(&NadKey::new(&target, &key.name)), GATE).await?;
    let refused = world.create_for(&key, &target).await;
    holds(refused.is_err(), || "two networks of one name".to_owned())?;
    release(world, &path::network(&key)).await?;
    recreate(world, &key, &target).await?;
    timely(world, "NAD of the new network", world.settled(&key, GATE).await?);
    Ok(())
}

async fn s000b_delete_and_recreate_within_10_ms(world: &World) -> Done {
    let target = world.namespace("target").await?;
    let key = world.central("net");
    let _controller = world.controller().await?;
    let mut worst = Duration::ZERO;
    world.create_for(&key, &target).await?;
    for _ in 0..20 {
        world.settled(&key, GATE).await?;
        world.delete(&key).await?;
        recreate(world, &key, &target).await?;
        worst = worst.max(world.settled(&key, GATE).await?);
    }
    timely(world, "slowest of 20", worst);
    Ok(())
}

async fn s000c_the_namespace_appears_later(world: &World) -> Done {
    let key = world.central("net");
    let target = world.named("target");
    world.create_for(&key, &target).await?;
    let _controller = world.controller().await?;
    let condition = world.reason(&key, "NamespaceNotFound", GATE).await?;
    let words = condition["message"].as_str().unwrap_or_default();
    holds(words.contains(&target), || format!("the message names no namespace: {words}"))?;
    world.namespace("target").await?;
    timely(world, "NAD after its namespace", world.settled(&key, GATE).await?);
    Ok(())
}

/// Something with a finalizer keeps the namespace terminating.
async fn s000d_the_namespace_terminates_and_comes_back(world: &World) -> Done {
    let target = world.namespace("target").await?;
    let key = world.central("net");
    let held = path::config_map(&target, "");
    world.api.create(held.trim_end_matches('/'), &object::held_config_map()).await?;
    world.create_for(&key, &target).await?;
    let _controller = world.controller().await?;
    world.settled(&key, GATE).await?;
    world.api.delete(&path::namespace(&target)).await?;
    world.reason(&key, "NamespaceTerminating", GATE * 2).await?;
    world.gone(&path::nad(&NadKey::new(&target, &key.name)), GATE * 2).await?;
    wait::stays(GATE, "no NAD in a terminating namespace", || async {
        Ok(world.nad(&NadKey::new(&target, &key.name)).await?.is_none())
    })
    .await?;
    release(world, &path::config_map(&target, "held")).await?;
    // The namespace controller looks again after some seconds.
    world.gone(&path::namespace(&target), Duration::from_secs(60)).await?;
    world.reason(&key, "NamespaceNotFound", GATE).await?;
    world.namespace("target").await?;
    timely(world, "NAD in the new namespace", world.settled(&key, GATE).await?);
    Ok(())
}

async fn s000e_a_hundred_networks_at_once(world: &World) -> Done {
    const COUNT: usize = 100;
    let target = world.namespace("target").await?;
    let _controller = world.controller().await?;
    let keys: Vec<_> = (0..COUNT).map(|n| world.central(&n.to_string())).collect();
    let creations = join_all(keys.iter().map(|key| async {
        world.create_for(key, &target).await.map(|_| (key.name.clone(), Instant::now()))
    }));
    let (created, seen) = join(creations, first_seen(world, &target, COUNT)).await;
    let (created, seen) = (created.into_iter().collect::<Done<Vec<_>>>()?, seen?);
    let mut times: Vec<Duration> = Vec::new();
    for (name, at) in created {
        let found = seen.iter().find(|(found, _)| *found == name);
        let (_, seen) = found.ok_or_else(|| Failure::new(format!("{name} has no NAD")))?;
        times.push(seen.saturating_duration_since(at));
    }
    times.sort();
    let (half, most, all) = (times[COUNT / 2], times[COUNT * 99 / 100 - 1], times[COUNT - 1]);
    world.note(format!("p50 {half:?}, p99 {most:?}, max {all:?}"));
    timely(world, "p99", most);
    holds(all <= GATE, || format!("one took {all:?}"))?;
    for key in &keys {
        world.settled(key, GATE).await?;
    }
    Ok(())
}

/// When each of so many NADs was there first.
async fn first_seen(world: &World, namespace: &str, count: usize) -> Done<Vec<(String, Instant)>> {
    let seen = std::cell::RefCell::new(Vec::<(String, Instant)>::new());
    let what = format!("{count} NADs are there");
    wait::until(GATE * 6, what, || async {
        let nads = world.api.list(&path::nads(namespace)).await?;
        let mut seen = seen.borrow_mut();
        for name in nads.iter().map(object::name) {
            if !seen.iter().any(|(known, _)| known == name) {
                seen.push((name.to_owned(), Instant::now()));
            }
        }
        Ok((seen.len() == count).then_some(()))
    })
    .await?;
    Ok(seen.into_inner())
}

/// Says how long it took, and whether that was the goal. Beyond the gate the case has failed.
fn timely(world: &World, what: &str, took: Duration) {
    let word = if took <= GOAL { "" } else { ", more than the goal of 1 s" };
    world.note(format!("{what}: {} ms{word}", took.as_millis()));
}

/// Creates a network as soon as the API server takes it.
async fn recreate(world: &World, key: &NetworkKey, target: &str) -> Done {
    wait::until(GATE, format!("{key} can be created"), || async {
        match world.create_for(key, target).await {
            Ok(_) => Ok(Some(())),
            Err(failure) if failure.to_string().contains("AlreadyExists") => Ok(None),
            Err(failure) => Err(failure),
        }
    })
    .await
    .map(drop)
}

/// A finalizer of somebody else.
async fn hold(world: &World, key: &NetworkKey) -> Done {
    let add =
        json!([{ "op": "add", "path": "/metadata/finalizers/-", "value": "lab.example/held" }]);
    let held = world.api.patch(&path::network(key), crate::api::Patch::Json, &add).await?;
    same(
        "the number of finalizers",
        held["metadata"]["finalizers"].as_array().map(Vec::len),
        Some(2),
    )
}

/// Removes the finalizer of somebody else, and no other.
async fn release(world: &World, path: &str) -> Done {
    let object = world.api.get(path).await?.unwrap_or_default();
    let mut finalizers = object["metadata"]["finalizers"].as_array().cloned().unwrap_or_default();
    finalizers.retain(|finalizer| finalizer != "lab.example/held");
    let rest = json!({ "metadata": {
        "finalizers": Value::Array(finalizers),
        "resourceVersion": object::resource_version(&object),
    } });
    world.api.patch(path, crate::api::Patch::Merge, &rest).await.map(drop)
}
