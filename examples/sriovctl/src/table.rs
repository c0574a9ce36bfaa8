//! Columns that line up.

use crate::term::Style;

/// Rows of cells; a row may be emphasised.
#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<(Emphasis, Vec<String>)>,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Emphasis {
    Heading,
    Strong,
    Plain,
}

impl Table {
    pub(crate) fn row<const N: usize>(&mut self, emphasis: Emphasis, cells: [String; N]) {
        self.rows.push((emphasis, cells.into()));
    }

    pub(crate) fn to_text(&self, style: Style) -> String {
        let columns = self.rows.iter().map(|(_, cells)| cells.len()).max().unwrap_or_default();
        let width = |column| self.cells(column).map(|cell| cell.chars().count()).max();
        let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
        let lines = self.rows.iter().map(|(emphasis, cells)| {
            let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
            let line = padded.collect::<Vec<_>>().join("  ");
            match emphasis {
                Emphasis::Heading => style.dim(line.trim_end()),
                Emphasis::Strong => style.bold(line.trim_end()),
                Emphasis::Plain => line.trim_end().to_owned(),
            }
        });
        lines.map(|line| line + "\n").collect()
    }

    fn cells(&self, column: usize) -> impl Iterator<Item = &String> {
        self.rows.iter().filter_map(move |(_, cells)| cells.get(column))
    }
}

/// `1 step`, `2 steps`.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
