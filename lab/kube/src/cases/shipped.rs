//! The manifests, and the rights they give.

use http::Method;
use serde_json::json;

use crate::api::Api;
use crate::failure::{Done, Failure, holds, same};
use crate::world::{GATE, World};
use crate::{manifests, object, path};

cases![manifests_are_accepted, rights_are_enough_and_no_more];

/// Every field is known to the API server: unknown ones are refused, not dropped.
async fn manifests_are_accepted(world: &World) -> Done {
    let objects = manifests::read(&world.deploy)?;
    for object in &objects {
        manifests::apply(&world.api, object, true).await?;
    }
    let kinds: Vec<_> = objects.iter().filter_map(|object| object["kind"].as_str()).collect();
    world.note(format!("{} objects: {}", kinds.len(), kinds.join(", ")));
    for wanted in ["CustomResourceDefinition", "ServiceAccount", "ClusterRole", "Deployment"] {
        holds(kinds.contains(&wanted), || format!("there is no {wanted}"))?;
    }
    Ok(())
}

/// All cases run with these rights; here it shows what is beyond them.
async fn rights_are_enough_and_no_more(world: &World) -> Done {
    let text = std::fs::read_to_string(&world.kubeconfig);
    let text = text.map_err(Failure::of("read", world.kubeconfig.display()))?;
    let account = Api::of(&text).await?;
    let namespace = world.namespace("shop").await?;
    let secrets = format!("{}/secrets", path::namespace(&namespace));
    for (method, path) in [
        (Method::GET, secrets.as_str()),
        (Method::DELETE, &*path::namespace(&namespace)),
        (Method::GET, "/apis/rbac.authorization.k8s.io/v1/clusterroles"),
    ] {
        let refused = account.ask(method, path, None).await;
        same(path, refused.map_err(|refusal| refusal.status).err(), Some(403))?;
    }
    let key = world.local(&namespace, "net");
    world.create(&key, &json!({ "resourceName": "vfs" })).await?;
    let controller = world.controller().await?;
    world.settled(&key, GATE).await?;
    let log = controller.tail();
    holds(!log.contains("orbidden"), || format!("something was forbidden:\n{log}"))?;
    let network = world.network(&key).await?.unwrap_or_default();
    same("the status", object::condition(&network, "Ready")["status"].as_str(), Some("True"))
}
