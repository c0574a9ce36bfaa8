use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::{Cell, ParamName, Value};

/// What a card says about its parameters.
///
/// A parameter that the card does not have is absent. One whose row could not be read is absent as
/// well, and among the diagnostics.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Reading {
    /// What the tool calls the device.
    pub identity: Identity,
    /// The columns that the answer has beside the next boot's.
    pub columns: Columns,
    /// The parameters.
    pub params: BTreeMap<ParamName, Param>,
    /// Groups of parameters (TLVs) that the card could not be asked for.
    pub missing: Vec<String>,
    /// Rows that could not be read.
    pub diagnostics: Vec<Diagnostic>,
}

impl Reading {
    /// What the card says about a parameter; `None` if it has none of this name.
    pub fn param(&self, name: &str) -> Option<&Param> {
        self.params.get(name)
    }

    /// The value of the running firmware.
    pub fn current(&self, name: &str) -> Option<&Value> {
        self.param(name)?.current.value()
    }

    /// The value that the next boot loads.
    pub fn next(&self, name: &str) -> Option<&Value> {
        self.param(name)?.next.value()
    }
}

/// The header of a device in the tool's answer; `None` where it says `N/A` or nothing.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    /// As `ConnectX6DX` or `BlueField2`.
    pub device_type: Option<String>,
    /// The part number.
    pub name: Option<String>,
    /// The product.
    pub description: Option<String>,
}

/// Which columns an answer has.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Columns {
    /// The factory's values.
    pub default: bool,
    /// The running values. Old firmware cannot tell them.
    pub current: bool,
}

/// One parameter of a card.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Param {
    /// The factory's value.
    pub default: Cell,
    /// The value of the running firmware.
    pub current: Cell,
    /// The value that the next boot loads.
    pub next: Cell,
    /// Whether the card refuses to change it.
    pub read_only: bool,
}

/// A part of an answer that could not be read; the rest of it is good.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Diagnostic {
    /// The parameter, as far as it is known.
    pub param: Option<String>,
    /// The line of the answer, counted from 1; `None` if the answer has no lines.
    pub line: Option<usize>,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if let Some(param) = &self.param {
            write!(f, "{param}: ")?;
        }
        f.write_str(&self.message)
    }
}
