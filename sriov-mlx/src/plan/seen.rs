//! What a reading says about one parameter, without guessing.

use sriov_host::plan::BlockerKind;

use super::obstacle::Obstacle;
use crate::codes;
use crate::param::{Cell, Param, Reading};

/// A parameter of a card.
pub(super) enum Seen<'a> {
    /// It was read.
    Param(&'a Param),
    /// The card does not have it, or the way to the card does not reach it.
    Absent,
    /// Its row could not be read, or there is a row that nobody can tell whose it is.
    Doubtful(String),
}

pub(super) fn look<'a>(reading: &'a Reading, name: &str) -> Seen<'a> {
    let row = |of: Option<&str>| reading.diagnostics.iter().find(|row| row.param.as_deref() == of);
    match (row(Some(name)), reading.param(name)) {
        (Some(row), _) => Seen::Doubtful(row.to_string()),
        (None, Some(param)) => Seen::Param(param),
        (None, None) => row(None).map_or(Seen::Absent, |row| Seen::Doubtful(row.to_string())),
    }
}

/// A parameter that cannot be done without.
pub(super) fn need<'a>(reading: &'a Reading, name: &str) -> Result<&'a Param, Obstacle> {
    match look(reading, name) {
        Seen::Param(param) => Ok(param),
        Seen::Doubtful(row) => Err(doubtful(name, &row)),
        Seen::Absent => {
            let message = format!("the card tells nothing about {name}{}", missing(reading));
            Err(Obstacle::new(BlockerKind::Unsupported, &codes::PARAM_UNKNOWN, message))
        }
    }
}

/// The groups that could not be read, as the end of a sentence.
pub(super) fn missing(reading: &Reading) -> String {
    let groups = reading.missing.join(", ");
    if groups.is_empty() { groups } else { format!(", and these could not be read: {groups}") }
}

pub(super) fn doubtful(name: &str, row: &str) -> Obstacle {
    let message = format!("{name} cannot be told: {row}");
    Obstacle::new(BlockerKind::Unknown, &codes::VALUE_UNREADABLE, message)
}

/// What the next boot loads, as the planner has to know it.
pub(super) fn next<T>(
    name: &str,
    param: &Param,
    decode: impl Fn(&crate::param::Value) -> Option<T>,
) -> Result<T, Obstacle> {
    param.next.value().and_then(decode).ok_or_else(|| {
        let message =
            format!("the next boot's value of {name} cannot be told: {}", shown(&param.next));
        Obstacle::new(BlockerKind::Unknown, &codes::VALUE_UNREADABLE, message)
    })
}

/// A cell as a person reads it.
pub(super) fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Value(value) => value.to_string(),
        Cell::NotAvailable => "N/A".to_owned(),
        Cell::NoColumn => "not told".to_owned(),
    }
}
