use serde_json::{Value, json};

use super::Actor;
use crate::nad::RESOURCE_NAME_ANNOTATION;
use crate::names::NadKey;
use crate::sim::ApiServer;
use crate::sim::store::object;

const NADS: &str = "network-attachment-definitions";

/// Somebody who wants the config of a NAD to be another one, and edits it whenever it is not.
#[derive(Debug)]
pub struct UserPatcher {
    key: NadKey,
    config: String,
    manager: String,
    left: Option<u32>,
}

impl UserPatcher {
    /// Who writes this config as `kubectl-edit`, again and again.
    pub fn new(key: NadKey, config: &str) -> Self {
        Self { key, config: config.to_owned(), manager: "kubectl-edit".to_owned(), left: None }
    }

    /// The same, as this field manager.
    #[must_use]
    pub fn manager(self, manager: &str) -> Self {
        Self { manager: manager.to_owned(), ..self }
    }

    /// The same, who gives up after so many edits.
    #[must_use]
    pub fn times(self, edits: u32) -> Self {
        Self { left: Some(edits), ..self }
    }
}

impl Actor for UserPatcher {
    fn step(&mut self, server: &ApiServer) -> bool {
        let place = (NADS, self.key.namespace.as_str(), self.key.name.as_str());
        let Some(nad) = server.get(place.0, place.1, place.2) else { return false };
        if self.left == Some(0) || config(&nad) == self.config {
            return false;
        }
        self.left = self.left.map(|left| left - 1);
        let change = json!({ "spec": { "config": self.config } });
        server.patch(place, &change, &self.manager).is_ok()
    }
}

/// Tooling that looks for `resourceName` in the main plugin of every NAD, and adds it.
#[derive(Debug)]
pub struct ResourceNamePatcher;

impl Actor for ResourceNamePatcher {
    fn step(&mut self, server: &ApiServer) -> bool {
        server.list(NADS, "").iter().any(|nad| {
            let Some(config) = embedded(nad) else { return false };
            let place = (NADS, object::namespace(nad), object::name(nad));
            let change = json!({ "spec": { "config": config } });
            server.patch(place, &change, "resource-name-patcher").is_ok()
        })
    }
}

fn config(nad: &Value) -> &str {
    nad.pointer("/spec/config").and_then(Value::as_str).unwrap_or_default()
}

/// The config with the member, if it can have one and has none.
fn embedded(nad: &Value) -> Option<String> {
    let resource = object::meta(nad, "annotations")?.get(RESOURCE_NAME_ANNOTATION)?;
    let mut config: Value = serde_json::from_str(config(nad)).ok()?;
    let main = match config.get("plugins") {
        Some(_) => config.pointer_mut("/plugins/0")?,
        None => &mut config,
    };
    let main = main.as_object_mut().filter(|main| !main.contains_key("resourceName"))?;
    main.insert("resourceName".to_owned(), resource.clone());
    Some(config.to_string())
}
