use super::glue;
use super::heading::{Column, Heading};
use super::line::Line;
use crate::output::cell::{cell, param_name};
use crate::output::text::excerpt;
use crate::param::{Cell, Param, ParamName};

/// A row that was read.
pub(super) struct Row {
    pub(super) name: ParamName,
    pub(super) param: Param,
    /// The column of a `set`.
    pub(super) new: Option<Cell>,
}

/// A row that was not.
pub(super) struct Unreadable {
    /// What stands where the name belongs; empty if that is cut off.
    pub(super) name: String,
    pub(super) message: String,
}

impl Unreadable {
    fn new(name: &str, message: String) -> Self {
        Self { name: name.to_owned(), message }
    }
}

/// Reads a row: an optional `*`, an optional `RO`, a name, and a value for each column.
///
/// The `*` says that the next value differs from the default *or* from the running one, so that it
/// tells nothing that the values do not, and many tables have no such columns to explain it.
pub(super) fn read(line: Line<'_>, heading: &Heading) -> Result<Row, Unreadable> {
    let (read_only, text) = without_marks(line.text);
    let mut words = text.split_ascii_whitespace();
    let name = words.next().unwrap_or_default();
    let words: Vec<&str> = words.collect();
    if !line.ended {
        let whole = !words.is_empty() || text.ends_with([' ', '\t']);
        let name = if whole { name } else { "" };
        return Err(Unreadable::new(name, "the line has no end".into()));
    }
    let unreadable = |message| Unreadable::new(name, message);
    let parsed =
        param_name(name).ok_or_else(|| unreadable("this is not the name of a parameter".into()))?;
    row(parsed, read_only, heading, &words).map_err(unreadable)
}

/// Rows without any mark begin in the first column, as those of very old releases.
fn without_marks(line: &str) -> (bool, &str) {
    let Some(text) = line.strip_prefix(['*', ' ', '\t']) else {
        return (false, line);
    };
    match text.strip_prefix("RO") {
        Some(rest) if rest.starts_with([' ', '\t']) => (true, rest),
        _ => (false, text),
    }
}

fn row(name: ParamName, read_only: bool, heading: &Heading, words: &[&str]) -> Result<Row, String> {
    let columns = heading.columns();
    let apart =
        if words.len() < columns.len() { glue::taken_apart(words, columns.len()) } else { None };
    let values = apart.as_deref().unwrap_or(words);
    if values.len() != columns.len() {
        return Err(misfit(words, columns.len()));
    }
    let mut row = Row { name, param: Param { read_only, ..Param::default() }, new: None };
    for (column, text) in columns.iter().zip(values) {
        let value = cell(text).ok_or_else(|| format!("{:?} is not a value", excerpt(text)))?;
        match column {
            Column::Default => row.param.default = value,
            Column::Current => row.param.current = value,
            Column::Next => row.param.next = value,
            Column::New => row.new = Some(value),
        }
    }
    Ok(row)
}

fn misfit(words: &[&str], columns: usize) -> String {
    let s = if columns == 1 { "" } else { "s" };
    format!("{} for {columns} column{s}: {}", words.len(), excerpt(&words.join(" ")))
}
