//! Sets of fields, as `metadata.managedFields` keeps them (structured-merge-diff, `fieldpath`).

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// One step from an object to a field of it.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Step {
    /// `f:name`: a member of an object.
    Field(String),
    /// `k:{"type":"Ready"}`: an element of a list, by its key, as JSON.
    Key(String),
    /// `v:"text"`: an element of a set, as JSON.
    Value(String),
}

/// The way from an object to a field.
pub(crate) type Path = Vec<Step>;

/// A set of fields.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct FieldSet(BTreeSet<Path>);

impl Step {
    pub(crate) fn field(name: &str) -> Self {
        Self::Field(name.to_owned())
    }

    fn to_key(&self) -> String {
        match self {
            Self::Field(name) => format!("f:{name}"),
            Self::Key(key) => format!("k:{key}"),
            Self::Value(value) => format!("v:{value}"),
        }
    }

    fn from_key(key: &str) -> Option<Self> {
        let (kind, rest) = key.split_once(':')?;
        match kind {
            "f" => Some(Self::Field(rest.to_owned())),
            "k" => Some(Self::Key(rest.to_owned())),
            "v" => Some(Self::Value(rest.to_owned())),
            _ => None,
        }
    }
}

impl FieldSet {
    pub(crate) fn insert(&mut self, path: &[Step]) {
        self.0.insert(path.to_vec());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn contains(&self, path: &[Step]) -> bool {
        self.0.contains(path)
    }

    /// Whether it has this field or one below it.
    pub(crate) fn reaches(&self, path: &[Step]) -> bool {
        self.0.range(path.to_vec()..).next().is_some_and(|found| found.starts_with(path))
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Path> {
        self.0.iter()
    }

    pub(crate) fn union(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).cloned().collect())
    }

    pub(crate) fn intersection(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0).cloned().collect())
    }

    pub(crate) fn difference(&self, other: &Self) -> Self {
        Self(self.0.difference(&other.0).cloned().collect())
    }

    /// Without a field and all below it.
    pub(crate) fn without(mut self, prefix: &[Step]) -> Self {
        self.0.retain(|path| !path.starts_with(prefix));
        self
    }

    /// Without one field, but with those below it.
    pub(crate) fn without_exactly(mut self, path: &[Step]) -> Self {
        self.0.remove(path);
        self
    }

    /// The form of `fieldsV1`.
    pub(crate) fn to_value(&self) -> Value {
        let mut root = Map::new();
        self.0.iter().for_each(|path| plant(&mut root, path));
        let mut root = Value::Object(root);
        drop_lonely_dots(&mut root);
        root
    }

    pub(crate) fn from_value(value: &Value) -> Self {
        let mut set = Self::default();
        set.read(&mut Vec::new(), value);
        set
    }

    fn read(&mut self, path: &mut Path, value: &Value) {
        let Some(map) = value.as_object() else { return };
        if map.is_empty() && !path.is_empty() {
            self.insert(path);
        }
        for (key, child) in map {
            if key == "." {
                self.insert(path);
            } else if let Some(step) = Step::from_key(key) {
                path.push(step);
                self.read(path, child);
                path.pop();
            }
        }
    }
}

fn plant(node: &mut Map<String, Value>, path: &[Step]) {
    let empty = || Value::Object(Map::new());
    let Some((step, rest)) = path.split_first() else {
        node.insert(".".to_owned(), empty());
        return;
    };
    if let Value::Object(child) = node.entry(step.to_key()).or_insert_with(empty) {
        plant(child, rest);
    }
}

/// `{".": {}}` alone is written `{}`.
fn drop_lonely_dots(value: &mut Value) {
    let Some(map) = value.as_object_mut() else { return };
    if map.len() == 1 {
        map.remove(".");
    }
    map.values_mut().for_each(drop_lonely_dots);
}

/// `.status.conditions[type="Ready"].status`, as in messages.
pub(crate) fn display(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Field(name) => text.extend([".", name]),
            Step::Value(value) => text.extend(["[=", value, "]"]),
            Step::Key(key) => text.extend(["[", &display_key(key), "]"]),
        }
    }
    text
}

fn display_key(key: &str) -> String {
    let map: Map<String, Value> = serde_json::from_str(key).unwrap_or_default();
    let pairs: Vec<String> = map.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join(",")
}

#[cfg(test)]
mod tests {
    use super::{FieldSet, Step, display};
    use serde_json::json;

    #[test]
    fn fields_v1_is_read_and_written_alike() {
        let wire = json!({
            "f:metadata": { "f:annotations": { ".": {}, "f:a/b": {} },
                            "f:finalizers": { "v:\"x\"": {} } },
            "f:status": { "f:conditions": { "k:{\"type\":\"Ready\"}": { ".": {}, "f:status": {} } } },
        });
        let set = FieldSet::from_value(&wire);
        assert_eq!(set.to_value(), wire);
        assert_eq!(set.iter().count(), 5);
    }

    #[test]
    fn paths_are_shown_as_the_server_does() {
        let path = [
            Step::field("status"),
            Step::field("conditions"),
            Step::Key(r#"{"type":"Ready"}"#.to_owned()),
            Step::field("status"),
        ];
        assert_eq!(display(&path), r#".status.conditions[type="Ready"].status"#);
    }

    #[test]
    fn a_set_reaches_what_is_below() {
        let set = FieldSet::from_value(&json!({ "f:a": { "f:b": {} }, "f:aa": {} }));
        assert!(set.reaches(&[Step::field("a")]) && !set.contains(&[Step::field("a")]));
        assert!(!set.reaches(&[Step::field("b")]));
    }
}
