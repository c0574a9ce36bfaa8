//! A CNI config as its readers see it: one plugin, or a chain of them.

use super::path;
use super::tree::{Members, Tree};

/// Where the config stands in a NAD.
pub(super) const CONFIG: &str = "spec.config";

/// What `spec.config` holds.
#[derive(Debug)]
pub(super) enum Config<'t> {
    /// Nothing.
    Empty,
    /// No JSON object, and why.
    Broken(String),
    /// A JSON object.
    Object(Members<'t>),
}

impl<'t> Config<'t> {
    pub(super) fn parse(text: &'t str) -> Self {
        if text.is_empty() {
            return Self::Empty;
        }
        match Tree::parse(text) {
            Ok(Tree::Map(members)) => Self::Object(members),
            Ok(other) => Self::Broken(format!("the config is {}, not an object", other.describe())),
            Err(error) => Self::Broken(format!("the config is not JSON: {error}")),
        }
    }

    pub(super) const fn root(&self) -> Option<&Members<'t>> {
        if let Self::Object(members) = self { Some(members) } else { None }
    }

    /// Whether it is a chain. A `type` beside `plugins` wins: multus asks for it first.
    pub(super) fn is_chain(&self) -> bool {
        let Some(root) = self.root() else { return false };
        let kind = root.field("type");
        let single = kind.is_some_and(|kind| kind.text() != Some(""));
        !single && root.get("plugins").is_some()
    }

    /// The plugins that are objects, in the order they run.
    pub(super) fn plugins(&self) -> Vec<Plugin<'_>> {
        let Some(root) = self.root() else { return Vec::new() };
        if !self.is_chain() {
            return vec![Plugin::new(None, root)];
        }
        let Some(Tree::List(items)) = root.get("plugins") else { return Vec::new() };
        let objects = items.iter().map(Tree::members).enumerate();
        objects
            .filter_map(|(index, item)| item.map(|item| Plugin::new(Some(index), item)))
            .collect()
    }
}

/// One plugin of a config.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plugin<'a> {
    /// Its place in the chain.
    pub(super) index: Option<usize>,
    /// `type`; empty if there is none.
    pub(super) kind: &'a str,
    pub(super) members: &'a Members<'a>,
}

impl<'a> Plugin<'a> {
    fn new(index: Option<usize>, members: &'a Members<'a>) -> Self {
        let kind = members.field("type").and_then(Tree::text).unwrap_or_default();
        Self { index, kind, members }
    }

    /// The field, as the plugin reads it; null counts as absent.
    pub(super) fn field(&self, name: &str) -> Option<&'a Tree<'a>> {
        self.members.field(name)
    }

    pub(super) fn text(&self, name: &str) -> Option<&'a str> {
        self.field(name).and_then(Tree::text)
    }

    pub(super) fn integer(&self, name: &str) -> Option<i64> {
        if let Some(Tree::Integer(number)) = self.field(name) { Some(*number) } else { None }
    }

    pub(super) fn is_set(&self, name: &str) -> bool {
        matches!(self.field(name), Some(Tree::Bool(true)))
    }

    /// Whether it declares the capability.
    pub(super) fn has_capability(&self, name: &str) -> bool {
        let declared = self.field("capabilities").and_then(Tree::members);
        declared.and_then(|declared| declared.get(name)) == Some(&Tree::Bool(true))
    }

    /// Where the plugin stands.
    pub(super) fn base(&self) -> String {
        self.index.map_or_else(|| CONFIG.to_owned(), |index| format!("{CONFIG}.plugins[{index}]"))
    }

    /// Where a field of it stands.
    pub(super) fn path(&self, field: &str) -> String {
        path::member(&self.base(), field)
    }
}
