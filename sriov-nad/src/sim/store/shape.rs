//! Walks over values by their schema: which fields there are, which differ, how two merge
//! (structured-merge-diff, `typed`).

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::super::schema::{ListType, Schema};
use super::fields::{FieldSet, Path, Step};

/// What a value is made of, as its schema sees it.
enum Shape<'a> {
    /// One value: a scalar, an atomic list or map.
    Leaf,
    Map(&'a Map<String, Value>),
    List(Vec<(Step, &'a Value)>),
}

fn shape<'a>(schema: Option<&Schema>, value: &'a Value) -> Shape<'a> {
    match value {
        Value::Object(_) if schema.is_some_and(Schema::is_atomic_map) => Shape::Leaf,
        Value::Object(map) => Shape::Map(map),
        Value::Array(list) => match schema.map(Schema::list_type) {
            None | Some(ListType::Atomic) => Shape::Leaf,
            Some(kind) => {
                Shape::List(list.iter().map(|item| (step_of(kind, item), item)).collect())
            }
        },
        _ => Shape::Leaf,
    }
}

fn step_of(kind: &ListType, item: &Value) -> Step {
    let ListType::Map(keys) = kind else { return Step::Value(item.to_string()) };
    let key: BTreeMap<&str, Value> = keys
        .iter()
        .map(|key| (key.as_str(), item.get(key).cloned().unwrap_or(Value::Null)))
        .collect();
    Step::Key(serde_json::to_string(&key).unwrap_or_default())
}

/// The schema of a member, and whether it is a declared field.
fn member<'a>(schema: Option<&'a Schema>, name: &str) -> (Option<&'a Schema>, bool) {
    match schema.and_then(|schema| schema.property(name)) {
        Some(declared) => (Some(declared), true),
        None => (schema.and_then(Schema::other), false),
    }
}

/// The fields an applied object sets.
pub(crate) fn fields_of(schema: Option<&Schema>, value: &Value) -> FieldSet {
    let mut set = FieldSet::default();
    collect(schema, value, &mut Vec::new(), &mut set);
    set
}

fn collect(schema: Option<&Schema>, value: &Value, path: &mut Path, set: &mut FieldSet) {
    match shape(schema, value) {
        Shape::Leaf => set.insert(path),
        Shape::Map(map) => {
            for (name, child) in map {
                let (schema, declared) = member(schema, name);
                path.push(Step::field(name));
                collect(schema, child, path, set);
                let empty = child.is_null() || child.as_object().is_some_and(Map::is_empty);
                if empty || !declared {
                    set.insert(path);
                }
                path.pop();
            }
        }
        Shape::List(items) => {
            for (step, item) in items {
                path.push(step);
                collect(schema.and_then(Schema::element), item, path, set);
                set.insert(path);
                path.pop();
            }
        }
    }
}

/// What differs between two versions of an object.
#[derive(Debug, Default)]
pub(crate) struct Difference {
    pub(crate) added: FieldSet,
    pub(crate) modified: FieldSet,
    pub(crate) removed: FieldSet,
}

/// Compares two versions of an object.
pub(crate) fn compare(schema: Option<&Schema>, old: &Value, new: &Value) -> Difference {
    let mut difference = Difference::default();
    difference.walk(schema, Some(old), Some(new), &mut Vec::new());
    difference
}

impl Difference {
    fn walk(
        &mut self,
        schema: Option<&Schema>,
        old: Option<&Value>,
        new: Option<&Value>,
        path: &mut Path,
    ) {
        let shapes = (old.map(|old| shape(schema, old)), new.map(|new| shape(schema, new)));
        match shapes {
            (Some(Shape::Map(_)) | None, Some(Shape::Map(_))) | (Some(Shape::Map(_)), None) => {
                self.walk_map(schema, old, new, path);
            }
            (Some(Shape::List(a)), Some(Shape::List(b))) => self.walk_list(schema, a, b, path),
            (Some(Shape::List(a)), None) => self.walk_list(schema, a, Vec::new(), path),
            (None, Some(Shape::List(b))) => self.walk_list(schema, Vec::new(), b, path),
            _ if old.is_some() && new.is_some() && old != new => self.modified.insert(path),
            _ => {}
        }
        match (old, new) {
            (None, Some(_)) => self.added.insert(path),
            (Some(_), None) => self.removed.insert(path),
            _ => {}
        }
    }

    fn walk_map(
        &mut self,
        schema: Option<&Schema>,
        old: Option<&Value>,
        new: Option<&Value>,
        path: &mut Path,
    ) {
        let map = |value: Option<&Value>| value.and_then(Value::as_object).cloned();
        let (old, new) = (map(old).unwrap_or_default(), map(new).unwrap_or_default());
        let fresh = new.keys().filter(|name| !old.contains_key(*name));
        for name in old.keys().chain(fresh) {
            path.push(Step::field(name));
            self.walk(member(schema, name).0, old.get(name), new.get(name), path);
            path.pop();
        }
    }

    fn walk_list(
        &mut self,
        schema: Option<&Schema>,
        old: Vec<(Step, &Value)>,
        new: Vec<(Step, &Value)>,
        path: &mut Path,
    ) {
        let old: BTreeMap<Step, &Value> = old.into_iter().collect();
        let new: BTreeMap<Step, &Value> = new.into_iter().collect();
        let fresh = new.keys().filter(|step| !old.contains_key(*step));
        for step in old.keys().chain(fresh) {
            path.push(step.clone());
            let (old, new) = (old.get(step).copied(), new.get(step).copied());
            self.walk(schema.and_then(Schema::element), old, new, path);
            path.pop();
        }
    }
}

/// Merges an applied object into the live one.
pub(crate) fn merge(schema: Option<&Schema>, live: &Value, config: &Value) -> Value {
    match (shape(schema, live), shape(schema, config)) {
        (Shape::Map(live), Shape::Map(config)) => {
            let mut merged = live.clone();
            for (name, value) in config {
                let value = match live.get(name) {
                    Some(old) => merge(member(schema, name).0, old, value),
                    None => value.clone(),
                };
                merged.insert(name.clone(), value);
            }
            Value::Object(merged)
        }
        (Shape::List(live), Shape::List(config)) => merge_lists(schema, &live, config),
        _ => config.clone(),
    }
}

fn merge_lists(
    schema: Option<&Schema>,
    live: &[(Step, &Value)],
    config: Vec<(Step, &Value)>,
) -> Value {
    let mut merged: Vec<(Step, Value)> =
        live.iter().map(|(step, item)| (step.clone(), (*item).clone())).collect();
    for (step, item) in config {
        match merged.iter_mut().find(|(known, _)| *known == step) {
            Some((_, old)) => *old = merge(schema.and_then(Schema::element), old, item),
            None => merged.push((step, item.clone())),
        }
    }
    merged.into_iter().map(|(_, item)| item).collect()
}

/// Removes a field, and the maps and lists above it that are empty then.
///
/// One that is to be kept becomes `null`, which a schema may refuse: `typed/remove.go` has no other
/// value for it.
pub(crate) fn remove(
    schema: Option<&Schema>,
    value: &mut Value,
    path: &[Step],
    kept: &dyn Fn(&[Step]) -> bool,
) {
    remove_at(schema, value, (path, 1), kept);
}

/// Removes what the first `depth` steps of the path, and those behind them, lead to.
fn remove_at(
    schema: Option<&Schema>,
    value: &mut Value,
    (path, depth): (&[Step], usize),
    kept: &dyn Fn(&[Step]) -> bool,
) {
    let Some(here) = path.get(..depth) else { return };
    let Some(step) = here.last() else { return };
    let is_last = depth == path.len();
    match (step, value) {
        (Step::Field(name), Value::Object(map)) => {
            let Some(child) = map.get_mut(name).filter(|_| !is_last) else {
                map.remove(name);
                return;
            };
            remove_at(member(schema, name).0, child, (path, depth + 1), kept);
            if is_empty(child) && kept(here) {
                *child = Value::Null;
            } else if is_empty(child) {
                map.remove(name);
            }
        }
        (step, Value::Array(list)) => {
            let Some(kind) = schema.map(Schema::list_type) else { return };
            if is_last {
                list.retain(|item| step_of(kind, item) != *step);
            } else if let Some(item) = list.iter_mut().find(|item| step_of(kind, item) == *step) {
                let schema = schema.and_then(Schema::element);
                remove_at(schema, item, (path, depth + 1), kept);
            }
        }
        _ => {}
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}
