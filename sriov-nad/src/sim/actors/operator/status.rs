use serde_json::{Value, json};

use super::MANAGER;
use crate::sim::store::object;
use crate::sim::{ApiServer, WriteOptions};

pub(super) const INVALID: &str = "NetworkAttachmentDefinitionInvalid";
pub(super) const NO_NAMESPACE: &str = "NamespaceNotFound";

pub(super) fn ready(server: &ApiServer, cr: &Value) -> bool {
    let message = "NetworkAttachmentDefinition is provisioned and ready";
    tell(server, cr, ("True", "NetworkReady"), message)
}

pub(super) fn failed(server: &ApiServer, cr: &Value, reason: &str, message: &str) -> bool {
    tell(server, cr, ("False", reason), message)
}

/// Applies `Ready` by force, if it says something else.
fn tell(server: &ApiServer, cr: &Value, (status, reason): (&str, &str), message: &str) -> bool {
    let generation = object::generation(cr);
    let conditions = cr.pointer("/status/conditions").and_then(Value::as_array);
    let known = conditions.into_iter().flatten().any(|condition| {
        let is = |key: &str, value: &Value| condition.get(key) == Some(value);
        is("type", &"Ready".into())
            && is("status", &status.into())
            && is("reason", &reason.into())
            && is("message", &message.into())
            && is("observedGeneration", &generation.into())
    });
    if known {
        return false;
    }
    let condition = json!({
        "type": "Ready", "status": status, "reason": reason, "message": message,
        "observedGeneration": generation,
        "lastTransitionTime": crate::sim::clock::timestamp(server.elapsed()),
    });
    let config = json!({
        "apiVersion": cr.get("apiVersion"), "kind": cr.get("kind"),
        "metadata": { "name": object::name(cr), "namespace": object::namespace(cr) },
        "status": { "conditions": [condition] },
    });
    server.apply_status(&config, &WriteOptions::manager(MANAGER).forced()).is_ok()
}
