use kube::Client;
use serde_json::Value;

use super::objects::{Objects, meta};
use super::request::{RequestError, RequestErrorKind};
use super::settled::{NetworkView, written};
use crate::nad::Nad;
use crate::names::{NadKey, NetworkKey};
use crate::plan::NamespacePhase;
use crate::spec::Network;

/// Reads a network, its NAD and the namespace of the NAD from the API server.
///
/// # Errors
///
/// A request that was refused or not answered. That namespaces may not be read is none.
pub async fn view_network(client: &Client, key: &NetworkKey) -> Result<NetworkView, RequestError> {
    let object = Objects::networks(client, key.kind, &key.namespace).get(&key.name).await?;
    let network = object.and_then(|object| Network::from_value(key.kind, &object).ok());
    let target = network.as_ref().map_or_else(|| fallback(key), Network::target);
    let nad = Objects::nads(client, &target.namespace).get(&target.name).await?;
    Ok(NetworkView {
        network,
        nad_written: nad.as_ref().map(written).unwrap_or_default(),
        nad: nad.as_ref().and_then(Nad::from_value),
        namespace: namespace_phase(client, &target.namespace).await?,
    })
}

fn fallback(key: &NetworkKey) -> NadKey {
    NadKey::new(&key.namespace, &key.name)
}

/// `None` if it may not be read.
pub(super) async fn namespace_phase(
    client: &Client,
    name: &str,
) -> Result<Option<NamespacePhase>, RequestError> {
    match Objects::namespaces(client).get(name).await {
        Ok(None) => Ok(Some(NamespacePhase::Absent)),
        Ok(Some(namespace)) => Ok(Some(phase(&namespace))),
        Err(error) if error.kind() == RequestErrorKind::Forbidden => Ok(None),
        Err(error) => Err(error),
    }
}

fn phase(namespace: &Value) -> NamespacePhase {
    let told = namespace.pointer("/status/phase").and_then(Value::as_str);
    if told == Some("Terminating") || !meta(namespace, "deletionTimestamp").is_empty() {
        NamespacePhase::Terminating
    } else {
        NamespacePhase::Active
    }
}
