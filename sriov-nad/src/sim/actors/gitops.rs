use serde_json::Value;

use super::Actor;
use crate::sim::store::object;
use crate::sim::{ApiServer, WriteOptions};

/// A program that wants an object to be as its repository says, and applies it by force if not.
#[derive(Debug)]
pub struct Gitops {
    manifest: Value,
    manager: String,
}

impl Gitops {
    /// For one manifest, as this field manager.
    pub fn new(manifest: Value, manager: &str) -> Self {
        Self { manifest, manager: manager.to_owned() }
    }
}

impl Actor for Gitops {
    fn step(&mut self, server: &ApiServer) -> bool {
        let (namespace, name) = (object::namespace(&self.manifest), object::name(&self.manifest));
        let kind = self.manifest.get("kind").and_then(Value::as_str).unwrap_or_default();
        let live = server.get(kind, namespace, name);
        let synced =
            live.is_some_and(|live| object::is_deleting(&live) || holds(&live, &self.manifest));
        let options = WriteOptions::manager(&self.manager).forced();
        !synced && server.apply(&self.manifest, &options).is_ok()
    }
}

/// Whether all that is wanted is so.
fn holds(live: &Value, wanted: &Value) -> bool {
    match (live, wanted) {
        (Value::Object(live), Value::Object(wanted)) => {
            wanted.iter().all(|(key, wanted)| live.get(key).is_some_and(|live| holds(live, wanted)))
        }
        _ => live == wanted,
    }
}
