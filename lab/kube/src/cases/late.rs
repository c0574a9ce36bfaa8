//! NADs that other controllers create late, or never.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures_util::future::try_join;
use futures_util::{StreamExt, TryStreamExt, stream};
use kube::api::WatchEvent;
use sriov_nad::names::{NadKey, NetworkKey};

use crate::failure::{Done, Failure, holds};
use crate::world::{COLLECTED, GATE, GOAL, World};
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
    object::hold(&world.api, &path::network(&key)).await?;
    world.delete(&key).await?;
    // The old one's NAD must go although the old one stays.
    world.gone(&path::nad(&NadKey::new(&target, &key.name)), GATE).await?;
    let refused = world.create_for(&key, &target).await;
    holds(refused.is_err(), || "two networks of one name".to_owned())?;
    object::release(&world.api, &path::network(&key)).await?;
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
    let held = path::config_map(&target, "held");
    world.api.apply(&held, "lab", &object::held_config_map()).await?;
    world.create_for(&key, &target).await?;
    let _controller = world.controller().await?;
    world.settled(&key, GATE).await?;
    world.api.delete(&path::namespace(&target)).await?;
    world.reason(&key, "NamespaceTerminating", GATE * 2).await?;
    world.gone(&path::nad(&NadKey::new(&target, &key.name)), COLLECTED).await?;
    wait::stays(GATE, "no NAD in a terminating namespace", || async {
        Ok(world.nad(&NadKey::new(&target, &key.name)).await?.is_none())
    })
    .await?;
    object::release(&world.api, &held).await?;
    world.gone(&path::namespace(&target), COLLECTED).await?;
    world.reason(&key, "NamespaceNotFound", GATE).await?;
    world.namespace("target").await?;
    timely(world, "NAD in the new namespace", world.settled(&key, GATE).await?);
    Ok(())
}

/// Sixteen connections create them, as fast as the API server takes them.
async fn s000e_a_hundred_networks_at_once(world: &World) -> Done {
    const COUNT: usize = 100;
    let target = world.namespace("target").await?;
    let _controller = world.controller().await?;
    let keys: Vec<_> = (0..COUNT).map(|n| world.central(&n.to_string())).collect();
    let target = &target;
    let creations = keys.iter().map(|key| async move {
        world.create_for(key, target).await.map(|_| (key.name.clone(), Instant::now()))
    });
    let created = stream::iter(creations).buffer_unordered(16).try_collect::<Vec<_>>();
    let begun = Instant::now();
    let (created, seen) = try_join(created, first_seen(world, target, COUNT)).await?;
    let mut times: Vec<Duration> = Vec::new();
    for (name, at) in &created {
        let seen = seen.get(name).ok_or_else(|| Failure::new(format!("{name} has no NAD")))?;
        times.push(seen.saturating_duration_since(*at));
    }
    times.sort();
    let [half, most, all] =
        [COUNT / 2, COUNT * 99 / 100, COUNT].map(|nth| times[nth - 1].as_millis());
    let last = created.iter().map(|(_, at)| *at - begun).max().unwrap_or_default().as_millis();
    world
        .note(format!("created within {last} ms; NADs after p50 {half}, p99 {most}, max {all} ms"));
    timely(world, "p99", times[COUNT * 99 / 100 - 1]);
    holds(times[COUNT - 1] <= GATE, || format!("one took {all} ms"))?;
    for key in &keys {
        world.settled(key, GATE).await?;
    }
    Ok(())
}

/// When each of so many NADs was there first, by a watch.
async fn first_seen(
    world: &World,
    namespace: &str,
    count: usize,
) -> Done<BTreeMap<String, Instant>> {
    let watching = async {
        let mut events = Box::pin(world.api.watch(&path::nads(namespace)).await?);
        let mut seen = BTreeMap::new();
        while seen.len() < count {
            let event = events.try_next().await.map_err(Failure::of("watch", "NADs"))?;
            match event.ok_or_else(|| Failure::new("the watch has ended"))? {
                WatchEvent::Added(nad) => {
                    seen.insert(object::name(&nad).to_owned(), Instant::now())
                }
                _ => continue,
            };
        }
        Ok(seen)
    };
    let in_time = tokio::time::timeout(GATE * 6, watching).await;
    in_time.unwrap_or_else(|_| Err(Failure::new(format!("not {count} NADs in time"))))
}

/// Says how long it took, and whether that was the goal. Beyond the gate the case has failed.
fn timely(world: &World, what: &str, took: Duration) {
    let judged = if took <= GOAL { "" } else { ", more than the goal of 1 s" };
    world.note(format!("{what}: {} ms{judged}", took.as_millis()));
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
