use std::borrow::Cow;
use std::collections::HashMap;

use super::number::Number;
use super::{Event, JsonError, Scanner, unquote};

/// A value, by its number in [`Values`].
pub(super) type Id = usize;

/// What a JSON text means: spelling, formatting and the order of members are gone.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) enum Value<'a> {
    Word(&'a str),
    Number(Number<'a>),
    String(Cow<'a, str>),
    Array(Vec<Id>),
    /// Keys (as strings) and values, by key. Of equal keys the last one counts, as in Go.
    Object(Vec<(Id, Id)>),
}

/// Values of several texts, each kept once: two values are equal if and only if they are the same
/// number. So deep values compare without recursion, and each costs what its own level costs.
#[derive(Debug, Default)]
pub(super) struct Values<'a> {
    values: Vec<Value<'a>>,
    ids: HashMap<Value<'a>, Id>,
}

/// A container that is being read.
enum Frame {
    Array(Vec<Id>),
    Object(Vec<(Id, Id)>),
}

impl<'a> Values<'a> {
    /// Reads a text that holds one value.
    pub(super) fn read(&mut self, text: &'a str) -> Result<Id, JsonError> {
        let mut scanner = Scanner::new(text);
        let (mut frames, mut keys, mut root) = (Vec::new(), Vec::new(), 0);
        for event in scanner.by_ref() {
            let value = match event? {
                Event::ObjectStart => {
                    frames.push(Frame::Object(Vec::new()));
                    continue;
                }
                Event::ArrayStart => {
                    frames.push(Frame::Array(Vec::new()));
                    continue;
                }
                Event::Key(raw) => {
                    keys.push(self.id(Value::String(unquote(raw))));
                    continue;
                }
                Event::ObjectEnd | Event::ArrayEnd => match frames.pop() {
                    Some(Frame::Object(members)) => Value::Object(by_key(members)),
                    Some(Frame::Array(items)) => Value::Array(items),
                    None => continue,
                },
                Event::String(raw) => Value::String(unquote(raw)),
                Event::Number(raw) => Value::Number(Number::new(raw)),
                Event::Word(raw) => Value::Word(raw),
            };
            let id = self.id(value);
            match frames.last_mut() {
                Some(Frame::Array(items)) => items.push(id),
                Some(Frame::Object(members)) => members.extend(keys.pop().map(|key| (key, id))),
                None => root = id,
            }
        }
        scanner.finish()?;
        Ok(root)
    }

    pub(super) fn get(&self, id: Id) -> Option<&Value<'a>> {
        self.values.get(id)
    }

    /// The number of a value, a new one if there was no equal one.
    pub(super) fn id(&mut self, value: Value<'a>) -> Id {
        if let Some(id) = self.ids.get(&value) {
            return *id;
        }
        let id = self.values.len();
        self.values.push(value.clone());
        self.ids.insert(value, id);
        id
    }

    /// The value of a member of an object.
    pub(super) fn member(&mut self, object: Id, key: &'a str) -> Option<Id> {
        let key = self.id(Value::String(Cow::Borrowed(key)));
        let Some(Value::Object(members)) = self.get(object) else { return None };
        members.iter().find(|(found, _)| *found == key).map(|(_, value)| *value)
    }

    /// An object with a member replaced, or left out.
    pub(super) fn with(&mut self, object: Id, key: &'a str, value: Option<Id>) -> Id {
        let key = self.id(Value::String(Cow::Borrowed(key)));
        let Some(Value::Object(members)) = self.get(object) else { return object };
        let others = members.iter().copied().filter(|(found, _)| *found != key);
        let members = others.chain(value.map(|value| (key, value))).collect();
        self.id(Value::Object(by_key(members)))
    }
}

fn by_key(mut members: Vec<(Id, Id)>) -> Vec<(Id, Id)> {
    // The sort keeps the order of equal keys; backwards, the last of them is the first.
    members.reverse();
    members.sort_by_key(|(key, _)| *key);
    members.dedup_by_key(|(key, _)| *key);
    members
}
