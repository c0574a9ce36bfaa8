use kube::Client;
use serde::Serialize;
use serde_json::Value;

use super::capture::clean;
use super::compare::{Difference, differences};
use super::objects::{Applying, Objects, is_deleting};
use super::request::RequestError;
use crate::names::NetworkKey;

/// How a network is applied.
#[derive(Clone, Debug)]
pub struct ApplyOptions {
    /// The field manager.
    pub field_manager: String,
    /// Whether fields of other managers are taken over.
    pub force: bool,
    /// Whether the API server only says what would happen.
    pub dry_run: bool,
}

/// What became of a network.
#[derive(Clone, Debug)]
pub struct AppliedNetwork {
    /// What was done to it, or would be.
    pub change: ObjectChange,
    /// How it changed.
    pub differences: Vec<Difference>,
    /// The network before; `None` if there was none.
    pub before: Option<Value>,
    /// The network as the API server has it now, or would have it.
    pub after: Value,
    /// Whether it is being deleted: then no controller acts on the change.
    pub deleting: bool,
}

/// What is done to an object.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ObjectChange {
    /// It did not exist.
    Created,
    /// It is another one than before.
    Configured,
    /// It is as before.
    Unchanged,
}

impl ObjectChange {
    /// The name, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Configured => "configured",
            Self::Unchanged => "unchanged",
        }
    }
}

/// Applies a network by server-side apply, with the fields of `object` and no others.
///
/// # Errors
///
/// A request that was refused or not answered. That other field managers own the fields is a
/// [`Conflict`](super::RequestErrorKind::Conflict), which names them.
pub async fn apply_network(
    client: &Client,
    key: &NetworkKey,
    object: &Value,
    options: &ApplyOptions,
) -> Result<AppliedNetwork, RequestError> {
    let objects = Objects::networks(client, key.kind, &key.namespace);
    let before = objects.get(&key.name).await?;
    let ApplyOptions { field_manager, force, dry_run } = options;
    let applying = Applying { manager: field_manager, force: *force, dry_run: *dry_run };
    let after = objects.apply(&wanted(object), applying).await?;
    let differences = before.as_ref().map_or_else(Vec::new, |before| {
        // Who owns a field is no change of it.
        differences(&clean(before), &clean(&after))
    });
    let change = match (&before, differences.is_empty()) {
        (None, _) => ObjectChange::Created,
        (Some(_), true) => ObjectChange::Unchanged,
        (Some(_), false) => ObjectChange::Configured,
    };
    let deleting = is_deleting(&after);
    Ok(AppliedNetwork { change, differences, before, after, deleting })
}

/// Objects come with what the API server printed beside what is wanted.
fn wanted(object: &Value) -> Value {
    clean(object)
}
