use serde_json::{Map, Value};

use super::super::Cause;
use super::{Kind, Schema};

impl Schema {
    /// Removes the fields that no schema knows. The metadata is left alone.
    pub(crate) fn prune(&self, value: &mut Value) {
        match value {
            Value::Object(map) => self.prune_map(map),
            Value::Array(list) => {
                if let Some(schema) = &self.items {
                    for element in list {
                        schema.prune(element);
                    }
                }
            }
            _ => {}
        }
    }

    fn prune_map(&self, map: &mut Map<String, Value>) {
        let open = self.preserve_unknown || self.additional.is_some() || self.kind.is_none();
        map.retain(|key, _| open || self.properties.contains_key(key));
        for (key, child) in map {
            if let Some(schema) = self.properties.get(key).or(self.additional.as_deref()) {
                schema.prune(child);
            }
        }
    }

    /// Sets the defaults of fields that are absent, or `null` where `null` is not allowed.
    pub(crate) fn set_defaults(&self, value: &mut Value) {
        match value {
            Value::Object(map) => self.set_defaults_of_map(map),
            Value::Array(list) => {
                if let Some(schema) = &self.items {
                    for element in list {
                        schema.set_defaults(element);
                    }
                }
            }
            _ => {}
        }
    }

    fn set_defaults_of_map(&self, map: &mut Map<String, Value>) {
        for (name, schema) in &self.properties {
            let absent = match map.get(name) {
                None => true,
                Some(value) => value.is_null() && !schema.nullable,
            };
            if let (true, Some(default)) = (absent, &schema.default) {
                map.insert(name.clone(), default.clone());
            }
            if let Some(child) = map.get_mut(name) {
                schema.set_defaults(child);
            }
        }
        if let Some(schema) = &self.additional {
            for (name, child) in map {
                if !self.properties.contains_key(name) {
                    schema.set_defaults(child);
                }
            }
        }
    }

    /// What is wrong with a value, in the words of kube-openapi.
    pub(crate) fn validate(&self, path: &str, value: &Value) -> Vec<Cause> {
        if value.is_null() && (self.nullable || self.kind.is_none()) {
            return Vec::new();
        }
        if let Some(cause) = self.wrong_type(path, value) {
            return vec![cause];
        }
        let mut causes: Vec<Cause> = self.wrong_value(path, value).into_iter().collect();
        match value {
            Value::Object(map) => causes.extend(self.validate_map(path, map)),
            Value::Array(list) => {
                for (index, (schema, element)) in
                    std::iter::repeat(self.items.as_deref()).zip(list).enumerate()
                {
                    let path = format!("{path}[{index}]");
                    causes.extend(schema.iter().flat_map(|schema| schema.validate(&path, element)));
                }
            }
            _ => {}
        }
        causes
    }

    fn validate_map(&self, path: &str, map: &Map<String, Value>) -> Vec<Cause> {
        let mut causes = Vec::new();
        for name in &self.required {
            if !map.contains_key(name) {
                causes.push(Cause::new("FieldValueRequired", join(path, name), "Required value"));
            }
        }
        for (name, child) in map {
            if let Some(schema) = self.properties.get(name).or(self.additional.as_deref()) {
                causes.extend(schema.validate(&join(path, name), child));
            }
        }
        causes
    }

    fn wrong_type(&self, path: &str, value: &Value) -> Option<Cause> {
        let kind = self.kind?;
        let fits = match kind {
            Kind::Object => value.is_object(),
            Kind::Array => value.is_array(),
            Kind::String => value.is_string(),
            Kind::Integer => value.is_i64() || value.is_u64(),
            Kind::Number => value.is_number(),
            Kind::Boolean => value.is_boolean(),
        };
        let either = self.int_or_string && (value.is_string() || value.is_i64());
        if fits || either {
            return None;
        }
        let (found, wanted) = (type_name(value), kind.as_str());
        let message = format!(
            "Invalid value: \"{found}\": {path} in body must be of type {wanted}: \"{found}\""
        );
        Some(Cause::new("FieldValueTypeInvalid", path, message))
    }

    fn wrong_value(&self, path: &str, value: &Value) -> Option<Cause> {
        if !self.allowed.is_empty() && !self.allowed.contains(value) {
            let allowed: Vec<String> = self.allowed.iter().map(Value::to_string).collect();
            let allowed = allowed.join(", ");
            let message = format!("Unsupported value: {value}: supported values: {allowed}");
            return Some(Cause::new("FieldValueNotSupported", path, message));
        }
        let rule = self.broken_bound(value).or_else(|| self.broken_length(value))?;
        let message = format!("Invalid value: {value}: {path} in body should be {rule}");
        Some(Cause::new("FieldValueInvalid", path, message))
    }

    fn broken_bound(&self, value: &Value) -> Option<String> {
        let number = value.as_f64()?;
        match (self.minimum, self.maximum) {
            (Some(minimum), _) if number < minimum => {
                Some(format!("greater than or equal to {minimum}"))
            }
            (_, Some(maximum)) if number > maximum => {
                Some(format!("less than or equal to {maximum}"))
            }
            _ => None,
        }
    }

    fn broken_length(&self, value: &Value) -> Option<String> {
        let length = u64::try_from(value.as_str()?.chars().count()).ok()?;
        match (self.min_length, self.max_length) {
            (Some(minimum), _) if length < minimum => {
                Some(format!("at least {minimum} chars long"))
            }
            (_, Some(maximum)) if length > maximum => Some(format!("at most {maximum} chars long")),
            _ => None,
        }
    }
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::Array => "array",
            Self::String => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
        }
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
