use kube::Client;
use serde_json::{Value, json};
use tokio::runtime::Handle;

use crate::kube::namespaces::{NamespaceError, UniqueNamespace, unique_namespace};
use crate::kube::objects::{Objects, meta};
use crate::kube::request::RequestError;
use crate::names::{GROUP, NetworkKey, NetworkKind, VERSION};

/// What the probe changes: every kind has it, and it means nothing without a pod.
const CHANGED_IPAM: &str = r#"{"type": "static"}"#;

/// The network that is created to see whether somebody acts on it, and its namespace.
///
/// It is removed by [`remove`](Self::remove); if the future that uses it is dropped before, that is
/// done on the runtime behind its back, as far as the runtime lives on.
pub(super) struct Probe {
    client: Client,
    kind: NetworkKind,
    namespace: String,
    own_namespace: Option<UniqueNamespace>,
    /// Name and uid.
    network: Option<(String, String)>,
}

impl Probe {
    /// In the namespace, or in one of its own.
    pub(super) async fn prepare(
        client: &Client,
        kind: NetworkKind,
        namespace: Option<&str>,
    ) -> Result<Self, RequestError> {
        let own_namespace = match namespace {
            Some(_) => None,
            None => Some(own(client).await?),
        };
        let own = own_namespace.as_ref().map(UniqueNamespace::name);
        let namespace = namespace.or(own).unwrap_or_default().to_owned();
        Ok(Self { client: client.clone(), kind, namespace, own_namespace, network: None })
    }

    pub(super) fn objects(&self) -> Objects {
        Objects::networks(&self.client, self.kind, &self.namespace)
    }

    pub(super) async fn create(&mut self, resource_name: &str) -> Result<NetworkKey, RequestError> {
        let object = json!({
            "apiVersion": format!("{GROUP}/{VERSION}"),
            "kind": self.kind.as_str(),
            "metadata": {
                "generateName": "sriov-probe-",
                "namespace": self.namespace,
                "labels": { "app.kubernetes.io/managed-by": "sriov-nad" },
            },
            "spec": { "resourceName": resource_name },
        });
        let made = self.objects().create(&object).await?;
        let (name, uid) = (meta(&made, "name").to_owned(), meta(&made, "uid").to_owned());
        let key = NetworkKey::new(self.kind, &self.namespace, &name);
        self.network = Some((name, uid));
        Ok(key)
    }

    pub(super) fn uid(&self) -> Option<&str> {
        self.network.as_ref().map(|(_, uid)| uid.as_str())
    }

    pub(super) async fn change(&self) -> Result<(), RequestError> {
        let Some((name, uid)) = &self.network else { return Ok(()) };
        let patch: Value = json!({ "metadata": { "uid": uid }, "spec": { "ipam": CHANGED_IPAM } });
        self.objects().merge(name, &patch).await.map(|_| ())
    }

    pub(super) async fn delete(&self) -> Result<(), RequestError> {
        match &self.network {
            Some((name, uid)) => self.objects().delete(name, Some(uid)).await,
            None => Ok(()),
        }
    }

    /// Removes what was made, and tells what could not be removed.
    pub(super) async fn remove(mut self) -> Vec<String> {
        let network = self.network.take();
        let own_namespace = self.own_namespace.take();
        remove(&self.objects(), network, own_namespace).await
    }
}

async fn own(client: &Client) -> Result<UniqueNamespace, RequestError> {
    unique_namespace(client, "sriov-probe").await.map_err(|error| match error {
        NamespaceError::Request(error) => error,
        // The prefix is a good one, and nothing is waited for.
        error => RequestError::new("create", "a namespace", &kube::Error::Service(error.into())),
    })
}

async fn remove(
    objects: &Objects,
    network: Option<(String, String)>,
    own_namespace: Option<UniqueNamespace>,
) -> Vec<String> {
    let mut left = Vec::new();
    if let Some((name, uid)) = network
        && let Err(error) = objects.delete(&name, Some(&uid)).await
    {
        left.push(format!("{}: {}", objects.describe(&name), error.answer()));
    }
    if let Some(namespace) = own_namespace
        && let Err(error) = namespace.delete().await
    {
        left.push(format!("Namespace {}: {}", namespace.name(), error.answer()));
    }
    left
}

impl Drop for Probe {
    fn drop(&mut self) {
        let (network, own_namespace) = (self.network.take(), self.own_namespace.take());
        if network.is_none() && own_namespace.is_none() {
            return;
        }
        let objects = self.objects();
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                let left = remove(&objects, network, own_namespace).await;
                if !left.is_empty() {
                    tracing::warn!(left = left.join(", "), "the probe could not be removed");
                }
            });
        }
    }
}
