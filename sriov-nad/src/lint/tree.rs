//! JSON as a tree that still shows duplicate keys.

use std::borrow::Cow;

use crate::json::{Event, JsonError, Scanner, unquote};

/// What is nested deeper than this is not looked at: no rule speaks of it, and checks recurse.
const MAX_DEPTH: usize = 64;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tree<'t> {
    Null,
    Bool(bool),
    /// A number that is written as an integer and fits.
    Integer(i64),
    /// Any other number.
    Number,
    Text(Cow<'t, str>),
    List(Vec<Tree<'t>>),
    Map(Members<'t>),
    /// Something too deep.
    Deep,
}

/// The members of an object, as they were written.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Members<'t>(Vec<(Cow<'t, str>, Tree<'t>)>);

impl<'t> Tree<'t> {
    /// Reads a text that holds one value.
    pub(super) fn parse(text: &'t str) -> Result<Self, JsonError> {
        let mut builder = Builder::default();
        let mut scanner = Scanner::new(text);
        for event in scanner.by_ref() {
            builder.take(event?);
        }
        scanner.finish()?;
        Ok(builder.root)
    }

    /// As a message calls it.
    pub(super) const fn describe(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Integer(_) => "a number",
            Self::Number => "a fraction or a number out of range",
            Self::Text(_) => "a string",
            Self::List(_) => "an array",
            Self::Map(_) => "an object",
            Self::Deep => "a deeply nested value",
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(super) const fn members(&self) -> Option<&Members<'t>> {
        if let Self::Map(members) = self { Some(members) } else { None }
    }

    pub(super) const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl<'t> Members<'t> {
    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &Tree<'t>)> {
        self.0.iter().map(|(key, value)| (&**key, value))
    }

    /// The member with this name, as a Go map has it: the last one.
    pub(super) fn get(&self, name: &str) -> Option<&Tree<'t>> {
        self.iter().rev().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// The member a field of a Go struct is read from: the case of the name does not matter, the
    /// last one wins, and null leaves the field as it is (Go, encoding/json).
    pub(super) fn field(&self, name: &str) -> Option<&Tree<'t>> {
        let named = |(key, _): &(&str, &Tree<'t>)| key.eq_ignore_ascii_case(name);
        self.iter().rev().find(named).map(|(_, value)| value).filter(|value| !value.is_null())
    }
}

/// Puts a tree together, without recursion.
struct Builder<'t> {
    open: Vec<Tree<'t>>,
    keys: Vec<Cow<'t, str>>,
    /// How many containers are open beyond those that are kept.
    beyond: usize,
    root: Tree<'t>,
}

impl Default for Builder<'_> {
    fn default() -> Self {
        Self { open: Vec::new(), keys: Vec::new(), beyond: 0, root: Tree::Null }
    }
}

impl<'t> Builder<'t> {
    fn take(&mut self, event: Event<'t>) {
        match event {
            Event::ObjectStart => self.begin(Tree::Map(Members::default())),
            Event::ArrayStart => self.begin(Tree::List(Vec::new())),
            Event::ObjectEnd | Event::ArrayEnd => self.end(),
            _ if self.beyond > 0 => {}
            Event::Key(raw) => self.keys.push(unquote(raw)),
            Event::String(raw) => self.put(Tree::Text(unquote(raw))),
            Event::Number(raw) => self.put(raw.parse().map_or(Tree::Number, Tree::Integer)),
            Event::Word(word) => self.put(match word {
                "null" => Tree::Null,
                word => Tree::Bool(word == "true"),
            }),
        }
    }

    fn begin(&mut self, container: Tree<'t>) {
        if self.beyond > 0 || self.open.len() >= MAX_DEPTH {
            self.beyond += 1;
        } else {
            self.open.push(container);
        }
    }

    fn end(&mut self) {
        match self.beyond {
            0 => {
                let container = self.open.pop().unwrap_or(Tree::Deep);
                self.put(container);
            }
            1 => {
                self.beyond = 0;
                self.put(Tree::Deep);
            }
            _ => self.beyond -= 1,
        }
    }

    fn put(&mut self, value: Tree<'t>) {
        match self.open.last_mut() {
            Some(Tree::List(items)) => items.push(value),
            Some(Tree::Map(members)) => {
                members.0.extend(self.keys.pop().map(|key| (key, value)));
            }
            _ => self.root = value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_DEPTH, Tree};

    #[test]
    fn duplicates_stay_and_the_last_one_counts() {
        let tree = Tree::parse(r#"{"a": 1, "A": 2, "b": null, "\u0061": 3}"#).unwrap();
        let members = tree.members().unwrap();
        assert_eq!(members.len(), 4);
        assert_eq!(members.get("a"), Some(&Tree::Integer(3)));
        assert_eq!(members.get("A"), Some(&Tree::Integer(2)));
        assert_eq!(members.field("A"), Some(&Tree::Integer(3)));
        assert_eq!((members.get("b"), members.field("b")), (Some(&Tree::Null), None));
    }

    #[test]
    fn what_is_too_deep_is_there_but_not_looked_at() {
        let text = format!("[{}1{}, 2]", "[".repeat(5000), "]".repeat(5000));
        let Tree::List(items) = Tree::parse(&text).unwrap() else { panic!("no list") };
        assert_eq!(items.last(), Some(&Tree::Integer(2)));
        let mut depth = 1;
        let mut inner = &items[0];
        while let Tree::List(items) = inner {
            depth += 1;
            inner = &items[0];
        }
        assert_eq!((depth, inner), (MAX_DEPTH, &Tree::Deep));
    }
}
