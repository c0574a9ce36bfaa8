//! Another writer of the same NAD.

use std::time::{Duration, Instant};

use serde_json::json;
use sriov_nad::names::NadKey;

use crate::api::Patch;
use crate::failure::{Done, holds, same};
use crate::world::{GATE, World};
use crate::{object, path, wait};

cases![s001_a_writer_that_reverts_every_write];

/// How long the other writer needs.
const REACTION: Duration = Duration::from_millis(18);

/// How long is looked at.
const TIME: Duration = Duration::from_secs(30);

const FOREIGN: &str = r#"{"cniVersion": "1.0.0", "type": "sriov", "vlan": 99}"#;

async fn s001_a_writer_that_reverts_every_write(world: &World) -> Done {
    let shop = world.namespace("shop").await?;
    let key = world.local(&shop, "net");
    world.create(&key, &json!({ "resourceName": "vfs" })).await?;
    let _controller = world.controller().await?;
    world.settled(&key, GATE).await?;
    let nad = path::nad(&NadKey::new(&shop, &key.name));
    let mut writes: Vec<Duration> = Vec::new();
    let mut named = None;
    let started = Instant::now();
    revert(world, &nad).await?;
    while started.elapsed() < TIME {
        if is_ours(world, &nad).await? {
            writes.push(started.elapsed());
            tokio::time::sleep(REACTION).await;
            revert(world, &nad).await?;
        }
        let network = world.network(&key).await?.unwrap_or_default();
        if named.is_none() && object::condition(&network, "Ready")["reason"] == CONTESTED {
            named = Some((started.elapsed(), writes.len()));
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    world.note(format!("writes after {writes:?}"));
    let found = || "no condition Contested".to_owned();
    holds(named.is_some(), found)?;
    let (after, before) = named.unwrap_or_default();
    world.note(format!("contested after {} ms and {before} writes", after.as_millis()));
    holds(before <= 3, || format!("{before} writes before the condition"))?;
    let dense = (0..writes.len()).filter(|&n| {
        writes.get(n + 5).is_some_and(|later| *later < writes[n] + Duration::from_secs(10))
    });
    same("more than 5 writes in 10 s", dense.count(), 0)?;
    event(world, &shop, &key.name).await
}

const CONTESTED: &str = "NetworkAttachmentDefinitionContested";

/// The other writer writes, as `kubectl edit` would.
async fn revert(world: &World, nad: &str) -> Done {
    let path = format!("{nad}?fieldManager=kubectl-edit");
    let foreign = json!({ "spec": { "config": FOREIGN } });
    world.api.patch(&path, Patch::Merge, &foreign).await.map(drop)
}

async fn is_ours(world: &World, nad: &str) -> Done<bool> {
    let nad = world.api.get(nad).await?.unwrap_or_default();
    Ok(nad["spec"]["config"].as_str() != Some(FOREIGN))
}

/// People see it with `kubectl describe`.
async fn event(world: &World, namespace: &str, name: &str) -> Done {
    wait::until(GATE, "an Event that names the other writer", || async {
        let events = world.api.list(&path::events(namespace)).await?;
        let mut events = events
            .into_iter()
            .filter(|event| event["regarding"]["name"] == name && event["type"] == "Warning");
        Ok(events
            .find(|event| event["note"].as_str().is_some_and(|note| note.contains("kubectl-edit"))))
    })
    .await
    .map(drop)
}
