use kube::Client;
use serde_json::Value;

use super::clean::meta_mut;
use crate::kube::discovery::served;
use crate::kube::objects::meta;
use crate::kube::request::RequestError;

/// The object without the references to owners that do not exist: with a dead uid in them, garbage
/// collection would delete it.
pub(super) async fn without_dead_owners(
    client: &Client,
    object: &Value,
) -> Result<Value, RequestError> {
    let mut alive = Vec::new();
    let references = object.pointer("/metadata/ownerReferences").and_then(Value::as_array);
    for reference in references.into_iter().flatten() {
        if is_alive(client, reference, meta(object, "namespace")).await? {
            alive.push(reference.clone());
        }
    }
    let mut object = object.clone();
    if let Some(metadata) = meta_mut(&mut object) {
        if alive.is_empty() {
            metadata.remove("ownerReferences");
        } else {
            metadata.insert("ownerReferences".to_owned(), alive.into());
        }
    }
    Ok(object)
}

async fn is_alive(
    client: &Client,
    reference: &Value,
    namespace: &str,
) -> Result<bool, RequestError> {
    let text = |key: &str| reference.get(key).and_then(Value::as_str).unwrap_or_default();
    let Some(kind) = served(client, text("apiVersion"), text("kind")).await? else {
        return Ok(false);
    };
    let owner = kind.objects(client, Some(namespace)).get(text("name")).await?;
    Ok(owner.is_some_and(|owner| meta(&owner, "uid") == text("uid")))
}
