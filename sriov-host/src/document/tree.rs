use super::Position;
use super::path::{KeyPath, Segment};
use super::scalar::Scalar;

/// A value of a document that knows where it stands.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) at: Position,
    pub(super) value: Value,
}

#[derive(Clone, Debug)]
pub(super) enum Value {
    Scalar(Scalar),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) at: Position,
    pub(super) name: String,
}

impl Node {
    /// The value of a key, if this is a mapping that has it.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        self.entry(name).map(|(_, node)| node)
    }

    fn entry(&self, name: &str) -> Option<&(Key, Self)> {
        let Value::Map(entries) = &self.value else { return None };
        entries.iter().find(|(key, _)| key.name == name)
    }

    pub(super) fn text(&self) -> Option<&str> {
        let Value::Scalar(scalar) = &self.value else { return None };
        (!scalar.is_null()).then_some(scalar.text.as_str())
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar(scalar) if scalar.is_null())
    }

    /// As an error calls it: `the text "abc"`, `a list`.
    pub(super) fn describe(&self) -> String {
        match &self.value {
            Value::Scalar(scalar) => scalar.describe(),
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "a mapping".to_owned(),
        }
    }

    /// Where the path leads; as far as it goes if a part of it is not there.
    pub(super) fn position_of(&self, path: &KeyPath) -> Position {
        let mut at = self.at;
        let mut node = self;
        for segment in path.segments() {
            let next = match (segment, &node.value) {
                (Segment::Key(name), _) => node.get(name),
                (Segment::Index(index), Value::List(items)) => items.get(*index),
                (Segment::Index(_), _) => None,
            };
            let Some(next) = next else { break };
            (at, node) = (next.at, next);
        }
        at
    }

    /// How many values it holds, itself included, and how many bytes of text.
    pub(super) fn weight(&self) -> (usize, usize) {
        let add = |(nodes, bytes): (usize, usize), (more, text): (usize, usize)| {
            (nodes.saturating_add(more), bytes.saturating_add(text))
        };
        match &self.value {
            Value::Scalar(scalar) => (1, scalar.text.len()),
            Value::List(items) => items.iter().map(Self::weight).fold((1, 0), add),
            Value::Map(entries) => {
                let weights =
                    entries.iter().map(|(key, node)| add((1, key.name.len()), node.weight()));
                weights.fold((1, 0), add)
            }
        }
    }
}
