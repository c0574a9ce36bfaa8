use kube::Client;
use serde_json::{Value, json};

use super::apply::{ApplyOptions, ObjectChange, apply_network};
use super::capture::clean;
use super::compare::{Difference, differences};
use super::objects::Objects;
use super::request::RequestError;
use crate::FieldError;
use crate::json::same_value;
use crate::nad::{Desired, KIND, Nad, OWNER_ANNOTATION, Owner, RESOURCE_NAME_ANNOTATION};
use crate::names::{NadKey, NetworkKey};
use crate::render::{RenderOptions, render};
use crate::spec::Network;

/// One object that would change.
#[derive(Clone, Debug)]
pub struct PendingChange {
    /// Its kind.
    pub kind: &'static str,
    /// Its namespace and name.
    pub key: NadKey,
    /// What would be done to it.
    pub change: ObjectChange,
    /// The object as it is, without what the API server keeps in it; of a NAD what a controller
    /// writes.
    pub before: Option<Value>,
    /// The same as it would be.
    pub after: Value,
    /// Where the two differ.
    pub differences: Vec<Difference>,
}

/// Why it cannot be told what would change.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DiffError {
    /// A request was refused.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The network would be stored, and no NAD can be made of it.
    #[error("{key} would have no NAD")]
    Invalid {
        /// Which network.
        key: NetworkKey,
        /// The field.
        source: Box<FieldError>,
    },
}

/// What would change in the cluster if a network were applied: the network itself, as the API
/// server says without doing it, and the NAD that a controller would make of that.
///
/// # Errors
///
/// A request that was refused or not answered, and a network that no NAD can be made of.
pub async fn diff_network(
    client: &Client,
    key: &NetworkKey,
    object: &Value,
    options: &ApplyOptions,
    rendering: &RenderOptions,
) -> Result<Vec<PendingChange>, DiffError> {
    let options = ApplyOptions { dry_run: true, ..options.clone() };
    let applied = apply_network(client, key, object, &options).await?;
    let mut changes = Vec::new();
    if applied.change != ObjectChange::Unchanged {
        changes.push(PendingChange {
            kind: key.kind.as_str(),
            key: NadKey::new(&key.namespace, &key.name),
            change: applied.change,
            before: applied.before.as_ref().map(clean),
            after: clean(&applied.after),
            differences: applied.differences,
        });
    }
    let desired = desired(key, &applied.after, rendering)?;
    let live = Objects::nads(client, &desired.key.namespace).get(&desired.key.name).await?;
    changes.extend(nad_change(live.as_ref(), &desired));
    Ok(changes)
}

fn desired(
    key: &NetworkKey,
    stored: &Value,
    rendering: &RenderOptions,
) -> Result<Desired, DiffError> {
    let invalid = |error| DiffError::Invalid { key: key.clone(), source: Box::new(error) };
    let network = Network::from_value(key.kind, stored);
    let network =
        network.map_err(|error| invalid(FieldError::invalid("metadata", error.to_string())))?;
    render(&network, rendering).map_err(invalid)
}

/// Whether a controller would write the NAD: only what it compares counts.
fn nad_change(live: Option<&Value>, desired: &Desired) -> Option<PendingChange> {
    let nad = live.and_then(Nad::from_value);
    let same = nad.as_ref().is_some_and(|nad| {
        nad.owner == Owner::Network(desired.owner.clone())
            && nad.resource_name.as_ref() == Some(&desired.resource_name)
            && same_value(&nad.config, &desired.config)
    });
    if same {
        return None;
    }
    let (before, after) = (live.map(owned_fields), owned_fields(&desired.to_value()));
    let differences = before.as_ref().map_or_else(Vec::new, |before| differences(before, &after));
    let change = if live.is_some() { ObjectChange::Configured } else { ObjectChange::Created };
    Some(PendingChange { kind: KIND, key: desired.key.clone(), change, before, after, differences })
}

/// The annotations and the config: the uid of an owner is not known before it exists.
fn owned_fields(nad: &Value) -> Value {
    let annotations = nad.pointer("/metadata/annotations");
    let owned = [RESOURCE_NAME_ANNOTATION, OWNER_ANNOTATION]
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), annotations?.get(name)?.clone())));
    let owned: serde_json::Map<String, Value> = owned.collect();
    let text = |key: &str| nad.pointer(key).cloned().unwrap_or_default();
    json!({
        "apiVersion": crate::nad::API_VERSION,
        "kind": KIND,
        "metadata": {
            "name": text("/metadata/name"),
            "namespace": text("/metadata/namespace"),
            "annotations": owned,
        },
        "spec": { "config": text("/spec/config") },
    })
}
