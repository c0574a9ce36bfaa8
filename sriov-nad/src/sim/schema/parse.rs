use serde_json::Value;

use super::{Kind, ListType, MapType, Schema};

impl Schema {
    /// Reads an `openAPIV3Schema`. What is not known of it is ignored.
    pub fn from_openapi(value: &Value) -> Self {
        let children = |key: &str| value.get(key).and_then(Value::as_object);
        let flag = |key: &str| value.get(key).and_then(Value::as_bool).unwrap_or(false);
        let words = |key: &str| -> Vec<String> {
            let list = value.get(key).and_then(Value::as_array);
            list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let child = |key: &str| {
            let child = value.get(key).filter(|child| child.is_object());
            child.map(|child| Box::new(Self::from_openapi(child)))
        };
        Self {
            kind: value.get("type").and_then(Value::as_str).and_then(Kind::from_name),
            nullable: flag("nullable"),
            int_or_string: flag("x-kubernetes-int-or-string"),
            preserve_unknown: flag("x-kubernetes-preserve-unknown-fields"),
            map: map_type(value),
            properties: children("properties")
                .into_iter()
                .flatten()
                .map(|(name, child)| (name.clone(), Self::from_openapi(child)))
                .collect(),
            additional: child("additionalProperties"),
            required: words("required"),
            items: child("items"),
            list: list_type(value, words("x-kubernetes-list-map-keys")),
            default: value.get("default").cloned(),
            allowed: value.get("enum").and_then(Value::as_array).cloned().unwrap_or_default(),
            minimum: value.get("minimum").and_then(Value::as_f64),
            maximum: value.get("maximum").and_then(Value::as_f64),
            min_length: value.get("minLength").and_then(Value::as_u64),
            max_length: value.get("maxLength").and_then(Value::as_u64),
        }
    }
}

fn map_type(value: &Value) -> MapType {
    match value.get("x-kubernetes-map-type").and_then(Value::as_str) {
        Some("atomic") => MapType::Atomic,
        _ => MapType::Granular,
    }
}

fn list_type(value: &Value, keys: Vec<String>) -> ListType {
    match value.get("x-kubernetes-list-type").and_then(Value::as_str) {
        Some("set") => ListType::Set,
        Some("map") => ListType::Map(keys),
        _ => ListType::Atomic,
    }
}

impl Kind {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "object" => Self::Object,
            "array" => Self::Array,
            "string" => Self::String,
            "integer" => Self::Integer,
            "number" => Self::Number,
            "boolean" => Self::Boolean,
            _ => return None,
        })
    }
}
