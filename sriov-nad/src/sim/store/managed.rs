//! `metadata.managedFields`: who set which field (structured-merge-diff, `merge/update.go`, and
//! apimachinery, `pkg/util/managedfields`).

use serde_json::{Value, json};

use super::super::Cause;
use super::super::schema::Schema;
use super::fields::{FieldSet, Step, display};
use super::object;
use super::shape::{Difference, compare, fields_of, merge, remove};

/// Who writes, and how.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Writer {
    pub(crate) manager: String,
    pub(crate) operation: Operation,
    pub(crate) api_version: String,
    /// Empty for the object itself.
    pub(crate) subresource: &'static str,
    pub(crate) now: String,
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Operation {
    Apply,
    Update,
}

/// One entry of the list.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Entry {
    manager: String,
    operation: Operation,
    api_version: String,
    subresource: String,
    time: Option<String>,
    fields: FieldSet,
}

/// The fields that other managers own and an apply would change.
#[derive(Debug)]
pub(crate) struct Conflicts(Vec<(String, String)>);

impl Entry {
    fn is_of(&self, writer: &Writer) -> bool {
        self.manager == writer.manager
            && self.operation == writer.operation
            && self.subresource == writer.subresource
            && (self.operation == Operation::Apply || self.api_version == writer.api_version)
    }

    fn new(writer: &Writer, fields: FieldSet) -> Self {
        Self {
            manager: writer.manager.clone(),
            operation: writer.operation,
            api_version: writer.api_version.clone(),
            subresource: writer.subresource.to_owned(),
            time: None,
            fields,
        }
    }

    fn from_value(value: &Value) -> Option<Self> {
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        let operation = match value.get("operation").and_then(Value::as_str)? {
            "Apply" => Operation::Apply,
            _ => Operation::Update,
        };
        Some(Self {
            manager: text("manager").unwrap_or_default(),
            operation,
            api_version: text("apiVersion").unwrap_or_default(),
            subresource: text("subresource").unwrap_or_default(),
            time: text("time"),
            fields: FieldSet::from_value(value.get("fieldsV1")?),
        })
    }

    fn to_value(&self) -> Value {
        let operation = if self.operation == Operation::Apply { "Apply" } else { "Update" };
        let mut value = json!({
            "manager": self.manager, "operation": operation, "apiVersion": self.api_version,
            "fieldsType": "FieldsV1", "fieldsV1": self.fields.to_value(),
        });
        if let Some(map) = value.as_object_mut() {
            if !self.subresource.is_empty() {
                map.insert("subresource".to_owned(), self.subresource.clone().into());
            }
            if let Some(time) = &self.time {
                map.insert("time".to_owned(), time.clone().into());
            }
        }
        value
    }

    /// As conflicts name it.
    fn display(&self) -> String {
        let mut text = format!("{:?}", self.manager);
        if !self.subresource.is_empty() {
            text = format!("{text} with subresource {:?}", self.subresource);
        }
        match self.operation {
            Operation::Apply => text,
            Operation::Update => format!("{text} using {}", self.api_version),
        }
    }
}

fn read(object: &Value) -> Vec<Entry> {
    let list = object.pointer("/metadata/managedFields").and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Entry::from_value).collect()
}

fn write(object: &mut Value, mut entries: Vec<Entry>) {
    entries.retain(|entry| !entry.fields.is_empty());
    entries.sort_by(|a, b| {
        let order = |entry: &Entry| (entry.operation, entry.time.clone());
        order(a).cmp(&order(b)).then_with(|| a.manager.cmp(&b.manager))
    });
    let list: Vec<Value> = entries.iter().map(Entry::to_value).collect();
    object::set_meta(object, "managedFields", (!list.is_empty()).then(|| list.into()));
}

/// Records the writer of a create, an update or a patch. `live` is `null` for a create.
pub(crate) fn track(schema: Option<&Schema>, live: &Value, new: &mut Value, writer: &Writer) {
    let mut entries = read(new);
    if entries.is_empty() {
        entries = read(live);
    }
    let difference = compare(schema, &without_managed(live), &without_managed(new));
    let difference = difference.map(own);
    for entry in &mut entries {
        entry.fields = entry.fields.difference(&difference.all());
    }
    let gained = difference.added.union(&difference.modified);
    if !gained.is_empty() {
        claim(&mut entries, writer, |fields| fields.union(&gained), true);
    }
    write(new, entries);
}

/// Applies an object onto the live one, which is `null` if there is none.
///
/// # Errors
///
/// The fields of other managers that would change, unless forced.
pub(crate) fn apply(
    schema: Option<&Schema>,
    live: &Value,
    config: &Value,
    writer: &Writer,
    force: bool,
) -> Result<Value, Conflicts> {
    let mut entries = read(live);
    let base = without_managed(live);
    let set = own(fields_of(schema, config));
    let last = entries.iter().find(|entry| entry.is_of(writer)).map(|entry| entry.fields.clone());
    claim(&mut entries, writer, |_| set.clone(), false);
    let mut merged = merge(schema, &base, config);
    prune(schema, &mut merged, &last.unwrap_or_default(), &entries);

    let difference = compare(schema, &base, &merged).map(own);
    let changed = difference.added.union(&difference.modified);
    let conflicts = conflicts(&entries, writer, &changed);
    if !force && !conflicts.0.is_empty() {
        return Err(conflicts);
    }
    for entry in entries.iter_mut().filter(|entry| !entry.is_of(writer)) {
        entry.fields = entry.fields.difference(&difference.all());
    }
    if merged != base {
        claim(&mut entries, writer, FieldSet::clone, true);
    }
    write(&mut merged, entries);
    Ok(merged)
}

fn claim(
    entries: &mut Vec<Entry>,
    writer: &Writer,
    fields: impl FnOnce(&FieldSet) -> FieldSet,
    stamp: bool,
) {
    if !entries.iter().any(|entry| entry.is_of(writer)) {
        entries.push(Entry::new(writer, FieldSet::default()));
    }
    if let Some(entry) = entries.iter_mut().find(|entry| entry.is_of(writer)) {
        entry.fields = fields(&entry.fields);
        entry.api_version.clone_from(&writer.api_version);
        if stamp {
            entry.time = Some(writer.now.clone());
        }
    }
}

/// Removes what the writer applied last time and nobody owns now. Fields below it that nobody ever
/// owned keep it.
fn prune(schema: Option<&Schema>, merged: &mut Value, last: &FieldSet, entries: &[Entry]) {
    for path in last.iter().rev() {
        if entries.iter().any(|entry| entry.fields.reaches(path)) {
            continue;
        }
        let present = fields_of(schema, merged);
        let dangling = present.iter().any(|field| {
            field.len() > path.len() && field.starts_with(path) && !last.contains(field)
        });
        if !dangling {
            let owned = |path: &[Step]| entries.iter().any(|entry| entry.fields.contains(path));
            remove(schema, merged, path, &owned);
        }
    }
}

fn conflicts(entries: &[Entry], writer: &Writer, changed: &FieldSet) -> Conflicts {
    let of = |entry: &Entry| -> Vec<(String, String)> {
        let fields = entry.fields.intersection(changed);
        fields.iter().map(|path| (entry.display(), display(path))).collect()
    };
    Conflicts(entries.iter().filter(|entry| !entry.is_of(writer)).flat_map(of).collect())
}

impl Conflicts {
    pub(crate) fn causes(&self) -> Vec<Cause> {
        let cause = |(manager, field): &(String, String)| {
            Cause::new("FieldManagerConflict", field, format!("conflict with {manager}"))
        };
        self.0.iter().map(cause).collect()
    }

    /// The text of `getConflictMessage` in apimachinery, `pkg/util/managedfields/internal`.
    pub(crate) fn message(&self) -> String {
        if let [(manager, field)] = self.0.as_slice() {
            return format!("Apply failed with 1 conflict: conflict with {manager}: {field}");
        }
        let mut text = format!("Apply failed with {} conflicts: ", self.0.len());
        let mut managers: Vec<&String> = self.0.iter().map(|(manager, _)| manager).collect();
        managers.sort();
        managers.dedup();
        for manager in managers {
            text.extend(["conflicts with ", manager, ":\n"]);
            for (_, field) in self.0.iter().filter(|(other, _)| other == manager) {
                text.extend(["- ", field, "\n"]);
            }
        }
        text
    }
}

impl Difference {
    fn map(self, change: impl Fn(FieldSet) -> FieldSet) -> Self {
        let Self { added, modified, removed } = self;
        Self { added: change(added), modified: change(modified), removed: change(removed) }
    }

    fn all(&self) -> FieldSet {
        self.added.union(&self.modified).union(&self.removed)
    }
}

/// Metadata that nobody owns (apimachinery, `managedfields/internal/stripmeta.go`).
const STRIPPED: [&str; 8] = [
    "name",
    "namespace",
    "creationTimestamp",
    "selfLink",
    "uid",
    "generation",
    "managedFields",
    "resourceVersion",
];

/// Without the fields that are nobody's.
fn own(set: FieldSet) -> FieldSet {
    let metadata = Step::field("metadata");
    let mut set = set
        .without_exactly(&[])
        .without(&[Step::field("apiVersion")])
        .without(&[Step::field("kind")])
        .without_exactly(std::slice::from_ref(&metadata));
    for name in STRIPPED {
        set = set.without(&[metadata.clone(), Step::field(name)]);
    }
    set
}

fn without_managed(object: &Value) -> Value {
    let mut object = if object.is_null() { json!({}) } else { object.clone() };
    object::set_meta(&mut object, "managedFields", None);
    object
}
