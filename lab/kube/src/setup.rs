//! What every case finds: the kinds, the manifests, a user for the controller, and nothing else.

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use sriov_nad::names::{GROUP, NetworkKind, VERSION};

use crate::api::{Api, Patch};
use crate::failure::{Done, Failure};
use crate::plane::{Access, Plane, Programs};
use crate::world::World;
use crate::{manifests, object, path, wait};

/// How long a kind may take until it is served.
const ESTABLISH: Duration = Duration::from_secs(30);

/// Applies the manifests that are shipped, and prepares for the cases.
pub(crate) async fn world(plane: &mut Plane, programs: &Programs, folder: &Path) -> Done<World> {
    let deploy = PathBuf::from("examples/nad-controller/deploy");
    let objects = manifests::read(&deploy)?;
    install(&plane.admin, &objects).await?;
    plane.start_manager(programs)?;
    let account = objects.iter().find(|object| object["kind"] == "ServiceAccount");
    let account = account.ok_or_else(|| Failure::new("the manifests have no ServiceAccount"))?;
    Ok(World {
        api: plane.admin.clone(),
        operator_namespace: text(&account["metadata"]["namespace"]),
        deploy,
        program: programs.nad_controller.clone(),
        kubeconfig: service_account(&plane.admin, &plane.access, account).await?,
        folder: folder.to_owned(),
        case: "",
        prefix: String::new(),
        notes: RefCell::default(),
        controllers: Cell::default(),
    })
}

/// Applies everything but what would be run: there is no kubelet.
async fn install(api: &Api, objects: &[Value]) -> Done {
    for object in objects {
        manifests::apply(api, object, false).await?;
        if object["kind"] == "CustomResourceDefinition" {
            established(api, object::name(object)).await?;
        }
    }
    Ok(())
}

/// Waits until a kind is served.
pub(crate) async fn established(api: &Api, name: &str) -> Done {
    let path = format!("{}/{name}", path::CRDS);
    let served = wait::until(ESTABLISH, format!("the kind {name} is served"), || async {
        let crd = api.get(&path).await?.unwrap_or_default();
        Ok((object::condition(&crd, "Established")["status"] == "True").then_some(()))
    });
    served.await.map(drop)
}

/// A kubeconfig with a token of the service account, as the kubelet would mount it.
async fn service_account(api: &Api, access: &Access, account: &Value) -> Done<PathBuf> {
    let namespace = text(&account["metadata"]["namespace"]);
    let path =
        format!("{}/serviceaccounts/{}/token", path::namespace(&namespace), object::name(account));
    let request = json!({ "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
        "spec": { "expirationSeconds": 7200 } });
    let answer = api.create(&path, &request).await?;
    access.kubeconfig_file("nad-controller.kubeconfig", &text(&answer["status"]["token"]))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Removes what a case has left, finalizers or not. Its controllers are gone by now.
pub(crate) async fn clean(world: &World) -> Done {
    let api = &world.api;
    for kind in NetworkKind::ALL {
        let all = format!("/apis/{GROUP}/{VERSION}/{}", kind.plural());
        // A case may have removed the kind itself.
        if api.get(&all).await?.is_none() {
            continue;
        }
        for network in api.list(&all).await? {
            let networks = path::networks(kind, namespace(&network));
            remove(api, &format!("{networks}/{}", object::name(&network))).await?;
        }
    }
    for nad in api.list("/apis/k8s.cni.cncf.io/v1/network-attachment-definitions").await? {
        remove(api, &format!("{}/{}", path::nads(namespace(&nad)), object::name(&nad))).await?;
    }
    let ours = format!("{}?labelSelector={}", path::NAMESPACES, object::LABEL);
    for namespace in api.list(&ours).await? {
        api.delete(&path::namespace(object::name(&namespace))).await?;
    }
    Ok(())
}

fn namespace(object: &Value) -> &str {
    object["metadata"]["namespace"].as_str().unwrap_or_default()
}

async fn remove(api: &Api, path: &str) -> Done {
    api.delete(path).await?;
    if api.get(path).await?.is_some() {
        let none = json!({ "metadata": { "finalizers": null } });
        // It may be gone by now, which is what is wanted.
        drop(api.patch(path, Patch::Merge, &none).await);
    }
    Ok(())
}
