use std::collections::BTreeMap;

use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::{SimBody, answer};
use crate::sim::Resource;
use crate::sim::store::Store;

/// Answers `/api`, `/apis`, `/apis/<group>`, `/apis/<group>/<version>`, `/version` and health.
pub(super) fn answer(store: &Store, words: &[String]) -> Response<SimBody> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let value = match words.as_slice() {
        ["version"] => Some(version()),
        ["api"] => Some(json!({ "kind": "APIVersions", "versions": ["v1"] })),
        ["apis"] => Some(groups(store)),
        ["api", version] => resources(store, "", version),
        ["apis", name] => group(store, name),
        ["apis", group, version] => resources(store, group, version),
        ["healthz" | "livez" | "readyz", ..] => {
            return answer::text(StatusCode::OK, "text/plain; charset=utf-8", "ok".to_owned());
        }
        _ => None,
    };
    value.map_or_else(answer::unknown_path, |value| answer::json(StatusCode::OK, &value))
}

fn version() -> Value {
    json!({
        "major": "1", "minor": "34", "gitVersion": "v1.34.0", "gitCommit": "", "gitTreeState": "",
        "buildDate": "2026-01-01T00:00:00Z", "goVersion": "", "compiler": "", "platform": "",
    })
}

fn versions(store: &Store) -> BTreeMap<&str, &str> {
    let named = store.resources().filter(|resource| !resource.group.is_empty());
    named.map(|resource| (resource.group.as_str(), resource.version.as_str())).collect()
}

fn group_value(name: &str, version: &str) -> Value {
    let version = json!({ "groupVersion": format!("{name}/{version}"), "version": version });
    json!({ "name": name, "versions": [version], "preferredVersion": version })
}

fn groups(store: &Store) -> Value {
    let groups: Vec<Value> =
        versions(store).into_iter().map(|(name, version)| group_value(name, version)).collect();
    json!({ "kind": "APIGroupList", "apiVersion": "v1", "groups": groups })
}

fn group(store: &Store, name: &str) -> Option<Value> {
    let mut group = group_value(name, versions(store).get(name)?);
    let fields = group.as_object_mut()?;
    fields.insert("kind".to_owned(), "APIGroup".into());
    fields.insert("apiVersion".to_owned(), "v1".into());
    Some(group)
}

fn resources(store: &Store, group: &str, version: &str) -> Option<Value> {
    let here = |resource: &Resource| resource.group == group && resource.version == version;
    let entries: Vec<Value> = store
        .resources()
        .filter(|resource| here(resource))
        .flat_map(|resource| entries(resource))
        .collect();
    let name = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
    (!entries.is_empty()).then(|| {
        json!({ "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": name,
                "resources": entries })
    })
}

fn entries(resource: &Resource) -> Vec<Value> {
    let entry = |name: String, verbs: &[&str]| {
        json!({ "name": name, "singularName": resource.kind.to_lowercase(), "kind": resource.kind,
                "namespaced": resource.namespaced(), "verbs": verbs })
    };
    let all = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
    let mut entries = vec![entry(resource.plural.clone(), &all)];
    if resource.has_status() {
        let name = format!("{}/status", resource.plural);
        entries.push(entry(name, &["get", "patch", "update"]));
    }
    entries
}
