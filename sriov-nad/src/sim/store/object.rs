//! Reading and writing the metadata of objects.

use serde_json::{Map, Value};

pub(crate) fn meta<'a>(object: &'a Value, key: &str) -> Option<&'a Value> {
    object.get("metadata")?.get(key).filter(|value| !value.is_null())
}

pub(crate) fn meta_text<'a>(object: &'a Value, key: &str) -> &'a str {
    meta(object, key).and_then(Value::as_str).unwrap_or_default()
}

pub(crate) fn name(object: &Value) -> &str {
    meta_text(object, "name")
}

pub(crate) fn namespace(object: &Value) -> &str {
    meta_text(object, "namespace")
}

pub(crate) fn uid(object: &Value) -> &str {
    meta_text(object, "uid")
}

pub(crate) fn is_deleting(object: &Value) -> bool {
    meta(object, "deletionTimestamp").is_some()
}

pub(crate) fn generation(object: &Value) -> i64 {
    meta(object, "generation").and_then(Value::as_i64).unwrap_or(0)
}

pub(crate) fn finalizers(object: &Value) -> Vec<&str> {
    let list = meta(object, "finalizers").and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Sets or removes a field of the metadata.
pub(crate) fn set_meta(object: &mut Value, key: &str, value: Option<Value>) {
    let Some(object) = object.as_object_mut() else { return };
    let metadata = object.entry("metadata").or_insert_with(|| Value::Object(Map::new()));
    let Some(metadata) = metadata.as_object_mut() else { return };
    match value {
        Some(value) => metadata.insert(key.to_owned(), value),
        None => metadata.remove(key),
    };
}

/// Sets or removes a field at the top.
pub(crate) fn set(object: &mut Value, key: &str, value: Option<Value>) {
    let Some(object) = object.as_object_mut() else { return };
    match value {
        Some(value) => object.insert(key.to_owned(), value),
        None => object.remove(key),
    };
}

/// Copies a field of the metadata, or its absence.
pub(crate) fn keep_meta(object: &mut Value, key: &str, from: &Value) {
    set_meta(object, key, meta(from, key).cloned());
}

/// The parts of an object whose changes count as changes of what is wanted.
pub(crate) fn wanted(object: &Value, with_status: bool) -> Map<String, Value> {
    let mut parts = object.as_object().cloned().unwrap_or_default();
    parts.remove("metadata");
    if !with_status {
        parts.remove("status");
    }
    parts
}

/// Drops empty lists and maps of the metadata, and `null`: they are not stored.
pub(crate) fn tidy_meta(object: &mut Value) {
    let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) else { return };
    metadata.retain(|_, value| match value {
        Value::Null => false,
        Value::Array(list) => !list.is_empty(),
        Value::Object(map) => !map.is_empty(),
        Value::String(text) => !text.is_empty(),
        _ => true,
    });
}
