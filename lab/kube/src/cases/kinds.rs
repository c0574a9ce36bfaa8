//! Kinds that come and go.

use std::time::Duration;

use serde_json::json;
use sriov_nad::names::{GROUP, NetworkKey, NetworkKind};

use crate::failure::{Done, holds, same};
use crate::world::{GATE, World};
use crate::{manifests, object, path, setup, wait};

cases![s002b_a_kind_that_appears_later];

async fn s002b_a_kind_that_appears_later(world: &World) -> Done {
    let target = world.namespace("target").await?;
    let name = format!("{}.{GROUP}", NetworkKind::Ovs.plural());
    let crd = format!("{}/{name}", path::CRDS);
    world.api.delete(&crd).await?;
    world.gone(&crd, GATE * 2).await?;
    let done = absent_at_start(world, &target, &name).await;
    // Whatever came of it: the cases that follow need the kind.
    restore(world, &name).await?;
    done
}

async fn absent_at_start(world: &World, target: &str, kind: &str) -> Done {
    let controller = world.start_controller()?;
    let named = wait::until(GATE * 2, "/readyz names the kind", || async {
        let answer = controller.probe("/readyz").ok();
        Ok(answer.filter(|(status, body)| *status != 200 && body.contains("OVSNetwork")))
    });
    let ((_, body), _) = named.await?;
    world.note(format!(
        "/readyz: {}",
        body.lines().find(|line| line.contains("OVS")).unwrap_or_default()
    ));
    same("/livez", controller.probe("/livez")?.0, 200)?;
    restore(world, kind).await?;
    let key = NetworkKey::new(NetworkKind::Ovs, &world.operator_namespace, world.named("net"));
    let spec = json!({ "resourceName": "vfs", "networkNamespace": target });
    world.create(&key, &spec).await?;
    // kube's watcher asks again with a back-off of at most 30 s.
    let took = world.settled(&key, Duration::from_secs(45)).await?;
    world.note(format!("ready {} ms after the kind was served", took.as_millis()));
    let (status, body) = controller.probe("/readyz")?;
    holds(status == 200, || format!("/readyz: {status} {body}"))
}

async fn restore(world: &World, name: &str) -> Done {
    let objects = manifests::read(&world.deploy)?;
    for object in objects.iter().filter(|object| object::name(object) == name) {
        manifests::apply(&world.api, object, false).await?;
    }
    setup::established(&world.api, name).await
}
