//! Two networks that want the same NAD.

use serde_json::json;
use sriov_nad::names::{NadKey, NetworkKey, NetworkKind};

use crate::failure::{Done, same};
use crate::world::{GATE, World};
use crate::{object, path, wait};

cases![
    first_of_two_claimants_keeps_the_nad,
    loser_goes_and_the_nad_stays,
    winner_goes_and_the_loser_gets_it,
];

const CONFLICT: &str = "NetworkAttachmentDefinitionConflict";

async fn first_of_two_claimants_keeps_the_nad(world: &World) -> Done {
    let rivals = Rivals::create(world).await?;
    let _controller = world.controller().await?;
    rivals.decided(world).await?;
    let before = rivals.nad(world).await?;
    wait::stays(GATE, "the NAD is the first one's", || async {
        let nad = rivals.nad(world).await?;
        Ok(object::resource_version(&nad) == object::resource_version(&before))
    })
    .await
}

/// The operator deletes the winner's NAD here.
async fn loser_goes_and_the_nad_stays(world: &World) -> Done {
    let rivals = Rivals::create(world).await?;
    let _controller = world.controller().await?;
    rivals.decided(world).await?;
    let before = rivals.nad(world).await?;
    world.delete(&rivals.second).await?;
    world.gone(&path::network(&rivals.second), GATE).await?;
    tokio::time::sleep(GATE / 2).await;
    same("the uid of the NAD", object::uid(&rivals.nad(world).await?), object::uid(&before))?;
    world.settled(&rivals.first, GATE).await.map(drop)
}

async fn winner_goes_and_the_loser_gets_it(world: &World) -> Done {
    let rivals = Rivals::create(world).await?;
    let _controller = world.controller().await?;
    rivals.decided(world).await?;
    world.delete(&rivals.first).await?;
    world.settled(&rivals.second, GATE).await.map(drop)
}

/// An application's network, and one of the operator's namespace that targets the same place.
struct Rivals {
    first: NetworkKey,
    second: NetworkKey,
}

impl Rivals {
    async fn create(world: &World) -> Done<Self> {
        let shop = world.namespace("shop").await?;
        let first = world.local(&shop, "net");
        let second = NetworkKey::new(NetworkKind::Ib, &world.operator_namespace, &first.name);
        world.create(&first, &json!({ "resourceName": "vfs" })).await?;
        // Who was first is told by seconds.
        tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
        let spec = json!({ "resourceName": "ports", "networkNamespace": shop });
        world.create(&second, &spec).await?;
        Ok(Self { first, second })
    }

    async fn decided(&self, world: &World) -> Done {
        world.settled(&self.first, GATE).await?;
        world.reason(&self.second, CONFLICT, GATE).await.map(drop)
    }

    async fn nad(&self, world: &World) -> Done<serde_json::Value> {
        let key = NadKey::new(&self.first.namespace, &self.first.name);
        Ok(world.nad(&key).await?.unwrap_or_default())
    }
}
