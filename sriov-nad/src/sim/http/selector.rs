use serde_json::Value;

use super::query::Query;
use crate::sim::ApiError;
use crate::sim::store::object;

/// Which objects a list or a watch is about.
#[derive(Clone, Debug, Default)]
pub(super) struct Selector {
    pub(super) namespace: String,
    fields: Vec<(String, bool, String)>,
    labels: Vec<Requirement>,
}

#[derive(Clone, Debug)]
enum Requirement {
    In(String, Vec<String>),
    NotIn(String, Vec<String>),
    Exists(String),
    Absent(String),
}

impl Selector {
    /// # Errors
    ///
    /// 400 for another field than name and namespace.
    pub(super) fn parse(namespace: &str, query: &Query) -> Result<Self, ApiError> {
        let fields = query.get("fieldSelector").unwrap_or_default();
        let labels = query.get("labelSelector").unwrap_or_default();
        Ok(Self {
            namespace: namespace.to_owned(),
            fields: fields
                .split(',')
                .filter(|text| !text.is_empty())
                .map(field)
                .collect::<Result<_, _>>()?,
            labels: split(labels).iter().map(|text| requirement(text)).collect(),
        })
    }

    pub(super) fn is_everything(&self) -> bool {
        self.fields.is_empty() && self.labels.is_empty()
    }

    pub(super) fn fits(&self, object: &Value) -> bool {
        (self.namespace.is_empty() || self.namespace == object::namespace(object))
            && self.fields.iter().all(|(field, equal, value)| {
                let found = object::meta_text(object, field);
                (found == value) == *equal
            })
            && self.labels.iter().all(|requirement| requirement.fits(object))
    }
}

impl Requirement {
    fn fits(&self, object: &Value) -> bool {
        let label = |key: &str| object::meta(object, "labels")?.get(key)?.as_str();
        match self {
            Self::In(key, values) => {
                label(key).is_some_and(|found| values.iter().any(|value| value == found))
            }
            Self::NotIn(key, values) => {
                label(key).is_none_or(|found| values.iter().all(|value| value != found))
            }
            Self::Exists(key) => label(key).is_some(),
            Self::Absent(key) => label(key).is_none(),
        }
    }
}

fn field(text: &str) -> Result<(String, bool, String), ApiError> {
    let split = |by: &str, equal: bool| {
        text.split_once(by).map(|(field, value)| (field.trim(), equal, value.trim()))
    };
    let found = split("!=", false).or_else(|| split("==", true)).or_else(|| split("=", true));
    let (path, equal, value) =
        found.ok_or_else(|| ApiError::bad_request(format!("invalid field selector: {text:?}")))?;
    let known = path.strip_prefix("metadata.").filter(|key| matches!(*key, "name" | "namespace"));
    match known {
        Some(key) => Ok((key.to_owned(), equal, value.to_owned())),
        None => Err(ApiError::bad_request(format!("field label not supported: {path}"))),
    }
}

/// At the commas outside of parentheses.
fn split(text: &str) -> Vec<String> {
    let (mut parts, mut depth) = (vec![String::new()], 0);
    for character in text.chars() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        match parts.last_mut() {
            Some(last) if character != ',' || depth > 0 => last.push(character),
            _ => parts.push(String::new()),
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

fn requirement(text: &str) -> Requirement {
    let text = text.trim();
    let one = |value: &str| vec![value.trim().to_owned()];
    let many = |list: &str| {
        let list = list.trim().trim_start_matches('(').trim_end_matches(')');
        list.split(',').map(|value| value.trim().to_owned()).collect()
    };
    let key = |key: &str| key.trim().to_owned();
    if let Some((left, right)) = text.split_once("!=") {
        Requirement::NotIn(key(left), one(right))
    } else if let Some((left, right)) = text.split_once("==").or_else(|| text.split_once('=')) {
        Requirement::In(key(left), one(right))
    } else if let Some((left, right)) = text.split_once(" notin ") {
        Requirement::NotIn(key(left), many(right))
    } else if let Some((left, right)) = text.split_once(" in ") {
        Requirement::In(key(left), many(right))
    } else if let Some(absent) = text.strip_prefix('!') {
        Requirement::Absent(key(absent))
    } else {
        Requirement::Exists(key(text))
    }
}

#[cfg(test)]
mod tests {
    use super::{Query, Selector};
    use serde_json::json;

    #[test]
    fn labels_are_selected_as_kubectl_does() {
        let object = json!({ "metadata": { "name": "a", "labels": { "app": "x", "tier": "1" } } });
        let fits = |labels: &str| {
            let query = Query::parse(&format!("labelSelector={}", labels.replace(' ', "+")));
            Selector::parse("", &query).unwrap().fits(&object)
        };
        for good in ["app=x", "app==x,tier", "app in (x, y),tier notin (2)", "!other", "other!=1"] {
            assert!(fits(good), "{good}");
        }
        for bad in ["app=y", "!app", "app notin (x)", "other", "app!=x", "app in (y,z)"] {
            assert!(!fits(bad), "{bad}");
        }
    }

    #[test]
    fn only_name_and_namespace_are_fields() {
        let parse = |text: &str| Selector::parse("", &Query::parse(text));
        let object = json!({ "metadata": { "name": "a", "namespace": "b" } });
        let text = "fieldSelector=metadata.name%3Da,metadata.namespace!%3Dc";
        assert!(parse(text).unwrap().fits(&object));
        assert_eq!(parse("fieldSelector=spec.x%3D1").unwrap_err().code(), 400);
    }
}
