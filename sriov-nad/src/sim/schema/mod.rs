//! Structural schemas of custom resources: what the API server prunes, defaults, refuses, and how
//! server-side apply merges.

mod check;
mod known;
mod parse;

pub(crate) use known::{nad, network, object_meta};

use std::collections::BTreeMap;

use serde_json::Value;

/// A structural schema, as in `openAPIV3Schema` of a CRD.
///
/// Known: types, properties, additionalProperties, items, required, default, enum, minimum,
/// maximum, minLength, maxLength, nullable, `x-kubernetes-preserve-unknown-fields`,
/// `x-kubernetes-int-or-string`, list and map types. Patterns, formats and CEL rules are not
/// checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schema {
    kind: Option<Kind>,
    nullable: bool,
    int_or_string: bool,
    preserve_unknown: bool,
    map: MapType,
    properties: BTreeMap<String, Schema>,
    additional: Option<Box<Schema>>,
    required: Vec<String>,
    items: Option<Box<Schema>>,
    list: ListType,
    default: Option<Value>,
    allowed: Vec<Value>,
    minimum: Option<f64>,
    maximum: Option<f64>,
    min_length: Option<u64>,
    max_length: Option<u64>,
}

/// The types.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Object,
    Array,
    String,
    Integer,
    Number,
    Boolean,
}

/// How maps are merged.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum MapType {
    /// Key by key.
    #[default]
    Granular,
    /// As one value.
    Atomic,
}

/// How the elements of a list are told apart.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) enum ListType {
    /// Not at all: the list is one value.
    #[default]
    Atomic,
    /// By their value.
    Set,
    /// By these fields.
    Map(Vec<String>),
}

impl Schema {
    /// The schema of a declared field.
    pub(crate) fn property(&self, name: &str) -> Option<&Self> {
        self.properties.get(name)
    }

    /// The schema of a key that is no declared field.
    pub(crate) fn other(&self) -> Option<&Self> {
        self.additional.as_deref()
    }

    /// The schema of the elements.
    pub(crate) fn element(&self) -> Option<&Self> {
        self.items.as_deref()
    }

    pub(crate) fn list_type(&self) -> &ListType {
        &self.list
    }

    pub(crate) fn is_atomic_map(&self) -> bool {
        self.map == MapType::Atomic
    }

    /// The same with the fields every object has.
    pub(crate) fn with_object_meta(mut self) -> Self {
        self.properties.insert("metadata".to_owned(), object_meta());
        for name in ["apiVersion", "kind"] {
            self.properties.entry(name.to_owned()).or_default();
        }
        self
    }
}
