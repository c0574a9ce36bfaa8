//! The manifests that are shipped, applied as `kubectl apply --server-side` would.

use std::fs;
use std::path::Path;

use kube::api::GroupVersionKind;
use kube::discovery::{ApiCapabilities, Scope};
use serde_json::Value;

use crate::api::Api;
use crate::failure::{Done, Failure};

/// The objects of every YAML file in a folder, in the order of the files.
pub(crate) fn read(folder: &Path) -> Done<Vec<Value>> {
    let entries = fs::read_dir(folder).map_err(Failure::of("list", folder.display()))?;
    let mut files: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    let mut objects = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).map_err(Failure::of("read", file.display()))?;
        let found = serde_saphyr::from_multiple::<Value>(&text);
        objects.extend(found.map_err(Failure::of("parse", file.display()))?);
    }
    objects.retain(Value::is_object);
    // A namespace comes before what is in it, a kind before its objects.
    objects.sort_by_key(|object| match object["kind"].as_str() {
        Some("Namespace") => 0,
        Some("CustomResourceDefinition") => 1,
        _ => 2,
    });
    Ok(objects)
}

/// Applies an object; with `dry_run` the API server only says whether it would.
pub(crate) async fn apply(api: &Api, object: &Value, dry_run: bool) -> Done<Value> {
    let mut path = path(api, object).await?;
    path.push_str("?fieldManager=kubectl&force=true&fieldValidation=Strict");
    if dry_run {
        path.push_str("&dryRun=All");
    }
    api.patch(&path, crate::api::Patch::Apply, object).await
}

/// Where an object belongs, by what the API server serves.
async fn path(api: &Api, object: &Value) -> Done<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (api_version, kind) = (text(&object["apiVersion"]), text(&object["kind"]));
    let (group, version) = api_version.split_once('/').unwrap_or(("", &api_version));
    let gvk = GroupVersionKind::gvk(group, version, &kind);
    let (resource, ApiCapabilities { scope, .. }) = api.kind(&gvk).await?;
    let root = if group.is_empty() { "/api" } else { "/apis" };
    let name = text(&object["metadata"]["name"]);
    let namespace = match scope {
        Scope::Cluster => String::new(),
        Scope::Namespaced => format!("/namespaces/{}", text(&object["metadata"]["namespace"])),
    };
    Ok(format!("{root}/{api_version}{namespace}/{}/{name}", resource.plural))
}
