//! NADs in namespaces of applications, which Kubernetes' garbage collector removes.

use serde_json::json;
use sriov_nad::names::NadKey;

use crate::failure::Done;
use crate::world::{COLLECTED, GATE, World};
use crate::{object, path, wait};

cases![gc_removes_the_nad_of_a_network_that_is_gone, b19_a_quick_recreation_outlives_the_collector];

/// The controller is not even running.
async fn gc_removes_the_nad_of_a_network_that_is_gone(world: &World) -> Done {
    let shop = world.namespace("shop").await?;
    let key = world.local(&shop, "net");
    world.create(&key, &json!({ "resourceName": "vfs" })).await?;
    let controller = world.controller().await?;
    world.settled(&key, GATE).await?;
    controller.kill();
    world.delete(&key).await?;
    let nad = path::nad(&NadKey::new(&shop, &key.name));
    let took = world.gone(&nad, COLLECTED).await?;
    world.note(format!("collected after {} ms", took.as_millis()));
    Ok(())
}

/// A NAD that keeps the uid of the network before would be collected seconds later.
async fn b19_a_quick_recreation_outlives_the_collector(world: &World) -> Done {
    let shop = world.namespace("shop").await?;
    let key = world.local(&shop, "net");
    let _controller = world.controller().await?;
    world.create(&key, &json!({ "resourceName": "vfs" })).await?;
    for vlan in 1..=10 {
        world.settled(&key, GATE).await?;
        world.delete(&key).await?;
        world.create(&key, &json!({ "resourceName": "vfs", "vlan": vlan })).await?;
    }
    world.settled(&key, GATE).await?;
    let nad = NadKey::new(&shop, &key.name);
    let before = world.nad(&nad).await?.unwrap_or_default();
    wait::stays(GATE * 2, "the NAD is still there", || async {
        let nad = world.nad(&nad).await?.unwrap_or_default();
        Ok(object::uid(&nad) == object::uid(&before))
    })
    .await?;
    world.settled(&key, GATE).await.map(drop)
}
