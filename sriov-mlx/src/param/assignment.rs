use std::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{LinkSetting, ParamName, Value};

/// A value to be written.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Setting {
    /// A switch, written as `True` or `False`.
    Switch(bool),
    /// A number.
    Number(u64),
    /// A link type, written as `ETH` or `IB`.
    Link(LinkSetting),
}

impl Setting {
    /// Whether a card that shows this value has what was written.
    pub fn is(self, value: &Value) -> bool {
        match self {
            Self::Switch(wanted) => value.switch() == Some(wanted),
            Self::Number(wanted) => value.number() == Some(wanted),
            Self::Link(wanted) => value.link() == Some(wanted),
        }
    }
}

/// As the tool takes it.
impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Switch(true) => f.write_str("True"),
            Self::Switch(false) => f.write_str("False"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Link(link) => write!(f, "{link}"),
        }
    }
}

/// Switches as booleans, all else as the number that firmware has for it.
impl Serialize for Setting {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Switch(on) => serializer.serialize_bool(*on),
            Self::Number(number) => serializer.serialize_u64(*number),
            Self::Link(link) => serializer.serialize_u64(link.number()),
        }
    }
}

/// What one `set` of a card writes, in this order; each name at most once.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Assignments(Vec<(ParamName, Setting)>);

impl Assignments {
    /// Adds one at the end; replaces the value of a name that is there.
    pub fn push(&mut self, name: ParamName, setting: Setting) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, value)) => *value = setting,
            None => self.0.push((name, setting)),
        }
    }

    /// The setting of a parameter, if it is written.
    pub fn get(&self, name: &str) -> Option<Setting> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, setting)| *setting)
    }

    /// The assignments, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&ParamName, Setting)> {
        self.0.iter().map(|(name, setting)| (name, *setting))
    }

    /// The parameters, in order.
    pub fn names(&self) -> impl Iterator<Item = &ParamName> {
        self.0.iter().map(|(name, _)| name)
    }

    /// Whether nothing is written.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(ParamName, Setting)> for Assignments {
    fn from_iter<I: IntoIterator<Item = (ParamName, Setting)>>(iter: I) -> Self {
        let mut assignments = Self::default();
        iter.into_iter().for_each(|(name, setting)| assignments.push(name, setting));
        assignments
    }
}

/// As on the command line of the tool: `SRIOV_EN=True NUM_OF_VFS=16`.
impl fmt::Display for Assignments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (name, setting)) in self.0.iter().enumerate() {
            let space = if number == 0 { "" } else { " " };
            write!(f, "{space}{name}={setting}")?;
        }
        Ok(())
    }
}

impl Serialize for Assignments {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, setting) in &self.0 {
            map.serialize_entry(name, setting)?;
        }
        map.end()
    }
}
