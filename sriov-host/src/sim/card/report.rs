//! Rows of a query, before they are printed in one form or the other.

use super::catalogue::{Param, UNKNOWN};
use super::nvram::Cell;

/// A parameter with its values, as text.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) read_only: bool,
    pub(super) default: Shown,
    pub(super) current: Shown,
    pub(super) next: Shown,
    /// What a `set` would write.
    pub(super) new: Option<Shown>,
    pub(super) differs_from_default: bool,
    pub(super) differs_from_current: bool,
}

/// A value as the tool shows it.
#[derive(Clone, Debug)]
pub(super) enum Shown {
    Number(u32),
    Text(String),
}

/// Which columns a table has besides the next values.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    pub(super) default: bool,
    pub(super) current: bool,
}

impl Shown {
    pub(super) fn of(param: &Param, value: u32) -> Self {
        let known = param.texts.iter().any(|(number, _)| *number == value);
        if known || value == UNKNOWN { Self::Text(param.print(value)) } else { Self::Number(value) }
    }

    pub(super) fn text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

impl Row {
    /// A single value, or an element of an array.
    pub(super) fn single(name: &str, param: &Param, cell: Cell) -> Self {
        let shown = |value| Shown::of(param, value);
        Self {
            default: shown(cell.default),
            current: shown(cell.current),
            next: shown(cell.next),
            ..Self::plain(name, param, &[cell])
        }
    }

    /// A whole array, of which only the length is shown.
    pub(super) fn array(param: &Param, (first, last): (u32, u32), cells: &[Cell]) -> Self {
        let span = Shown::Text(format!("Array[{first}..{last}]"));
        let (default, current, next) = (span.clone(), span.clone(), span);
        Self { default, current, next, ..Self::plain(&param.name, param, cells) }
    }

    fn plain(name: &str, param: &Param, cells: &[Cell]) -> Self {
        Self {
            name: name.to_owned(),
            read_only: param.read_only,
            default: Shown::Number(0),
            current: Shown::Number(0),
            next: Shown::Number(0),
            new: None,
            differs_from_default: cells.iter().any(|cell| cell.next != cell.default),
            differs_from_current: cells.iter().any(|cell| cell.next != cell.current),
        }
    }

    /// What `*` marks; with the columns that are there.
    pub(super) const fn differs(&self, columns: Columns) -> bool {
        (columns.default && self.differs_from_default)
            || (columns.current && self.differs_from_current)
    }
}
