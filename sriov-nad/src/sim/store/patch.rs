use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::create::accept;
use super::managed::{Operation, apply};
use super::update::{check_version, restrict};
use super::{Store, Target, WriteOptions, object};
use crate::sim::{ApiError, Resource};

mod json_patch;

/// A change of an object (PATCH).
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Patch {
    /// RFC 6902.
    Json(Value),
    /// RFC 7386; a strategic merge patch is taken for one.
    Merge(Value),
    /// Server-side apply.
    Apply(Value),
}

impl Store {
    /// Changes an object, or its status.
    pub(crate) fn patch(
        &mut self,
        target: &Target,
        patch: &Patch,
        options: &WriteOptions,
    ) -> Result<Arc<Value>, ApiError> {
        let config = match patch {
            Patch::Apply(config) => return self.apply(target, config, options),
            Patch::Json(_) | Patch::Merge(_) => self.get(target)?,
        };
        let live = config;
        let mut new = Value::clone(&live);
        match patch {
            Patch::Json(operations) => json_patch::run(&mut new, operations)?,
            Patch::Merge(change) => merge_patch(&mut new, change),
            Patch::Apply(_) => {}
        }
        let new = accept(target, &new)?;
        self.update_tracked(target, &live, new, options)
    }

    fn apply(
        &mut self,
        target: &Target,
        config: &Value,
        options: &WriteOptions,
    ) -> Result<Arc<Value>, ApiError> {
        let config = appliable(target, config, options)?;
        let live = self.find(target).cloned();
        let base = live.as_deref().unwrap_or(&Value::Null);
        let writer = self.writer(target, options, Operation::Apply);
        if live.is_none() && target.status {
            return Err(ApiError::not_found(&target.resource, &target.name));
        }
        let schema = target.resource.schema.as_ref();
        let new = apply(schema, base, &config, &writer, options.force).map_err(|conflicts| {
            ApiError::new(409, "Conflict", conflicts.message()).causes(&conflicts.causes())
        })?;
        let Some(live) = live else { return self.create_by_apply(target, new, options) };
        let mut new = new;
        if object::meta_text(&new, "resourceVersion").is_empty() {
            object::keep_meta(&mut new, "resourceVersion", &live);
        }
        check_version(target, &live, &new)?;
        let new = restrict(target, &live, new);
        self.replace(target, &live, new, options)
    }

    /// An object with a uid is meant, and it is not there (apiserver,
    /// `pkg/endpoints/handlers/patch.go`).
    fn create_by_apply(
        &mut self,
        target: &Target,
        new: Value,
        options: &WriteOptions,
    ) -> Result<Arc<Value>, ApiError> {
        let uid = object::uid(&new);
        if uid.is_empty() {
            return self.insert(target, new, options);
        }
        let why = format!(
            "uid mismatch: the provided object specified uid {uid}, and no existing object was found"
        );
        Err(ApiError::conflict(&target.resource, &target.name, &why))
    }
}

/// The applied object, without the part that is not written by this subresource.
fn appliable(target: &Target, config: &Value, options: &WriteOptions) -> Result<Value, ApiError> {
    if options.manager.is_empty() {
        let message = "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is \
                       required for apply patch";
        return Err(ApiError::new(422, "Invalid", message));
    }
    if object::meta(config, "managedFields").is_some() {
        return Err(ApiError::bad_request("metadata.managedFields must be nil"));
    }
    let typed = ["apiVersion", "kind"].iter().all(|key| config.get(key).is_some());
    if !typed {
        return Err(ApiError::bad_request("Object 'Kind' is missing"));
    }
    let mut config = accept(target, config)?;
    if target.status {
        keep_status_only(&mut config);
    } else if target.resource.has_status() {
        object::set(&mut config, "status", None);
    }
    prune(&target.resource, &mut config);
    Ok(config)
}

fn keep_status_only(config: &mut Value) {
    let meta = |key: &str| object::meta(config, key).cloned();
    let mut metadata = Map::new();
    for key in ["name", "namespace", "uid", "resourceVersion"] {
        if let Some(value) = meta(key) {
            metadata.insert(key.to_owned(), value);
        }
    }
    let part = |key: &str| config.get(key).cloned();
    let (version, kind, status) = (part("apiVersion"), part("kind"), part("status"));
    *config = json!({ "apiVersion": version, "kind": kind, "metadata": metadata });
    object::set(config, "status", status);
}

fn prune(resource: &Resource, config: &mut Value) {
    if let Some(schema) = &resource.schema {
        schema.prune(config);
    }
}

/// RFC 7386: `null` removes.
fn merge_patch(value: &mut Value, change: &Value) {
    let Value::Object(change) = change else {
        *value = change.clone();
        return;
    };
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    let Some(map) = value.as_object_mut() else { return };
    for (key, change) in change {
        if change.is_null() {
            map.remove(key);
        } else {
            merge_patch(map.entry(key.clone()).or_insert(Value::Null), change);
        }
    }
}
