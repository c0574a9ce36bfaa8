//! Tables as the tool prints them: the widths are those of its releases.

use super::machine::CardMachine;
use super::release::{Layout, Release};
use super::report::{Columns, Row};

const NEXT_BOOT: &str = "Next Boot";

/// What stands above the table.
pub(super) fn opening(machine: &CardMachine, release: Release, number: usize, dev: &str) -> String {
    let width = release.layout(false).label;
    let line = |label: &str, value: &str| format!("{label:<width$}{value:<width$}\n");
    [
        format!("\nDevice #{number}:\n----------\n\n"),
        line("Device type:", &machine.kind),
        line("Name:", &machine.part),
        line("Description:", &machine.description),
        line(release.device_label(), dev),
        "\n".to_owned(),
    ]
    .concat()
}

/// The line that names the columns.
pub(super) fn head(layout: Layout, columns: Columns, new: bool) -> String {
    let titles = [(columns.default, "Default"), (columns.current, "Current"), (true, NEXT_BOOT)];
    let titles = titles.into_iter().filter(|(there, _)| *there).map(|(_, title)| title);
    let titles: Vec<&str> = titles.collect();
    let (head, value) = (layout.margin() + layout.name, layout.value);
    let mut line = String::from("Configurations:");
    if layout.aligned_head {
        let new = new.then_some("New");
        let padded: Vec<String> =
            titles.into_iter().chain(new).map(|title| format!("{title:<value$}")).collect();
        return format!("{line:<head$}{}\n", padded.join(" "));
    }
    // Each title is set flush right, as if the column began where its values do.
    let alone = titles.len() == 1 && !layout.glues;
    let mut begin = if alone { head + 5 } else { head };
    for title in titles {
        line.push_str(&" ".repeat(begin.saturating_sub(line.chars().count())));
        line.push_str(title);
        begin += value + usize::from(!layout.glues);
    }
    if new {
        line.push_str("       New");
    }
    line.push('\n');
    line
}

pub(super) fn row(layout: Layout, columns: Columns, row: &Row) -> String {
    let mark = if row.differs(columns) { "*" } else { " " };
    let read_only = match (layout.read_only, row.read_only) {
        (true, true) => "RO     ",
        (true, false) => "       ",
        (false, _) => "        ",
    };
    let name = layout.name;
    let mut line = format!("{mark}{read_only}{:<name$}", row.name);
    let shown = [
        columns.default.then_some(&row.default),
        columns.current.then_some(&row.current),
        Some(&row.next),
        row.new.as_ref(),
    ];
    let mut last = 0;
    for (at, shown) in shown.into_iter().flatten().enumerate() {
        // Releases that glue leave the space out for a value that is just as wide as its column.
        if at > 0 && (!layout.glues || last > layout.value) {
            line.push(' ');
        }
        let (text, value) = (shown.text(), layout.value);
        last = text.chars().count();
        line.push_str(&text);
        line.push_str(&" ".repeat(value.saturating_sub(last)));
    }
    line.push('\n');
    line
}

/// What stands below the table.
pub(super) fn foot(layout: Layout, columns: Columns, rows: &[Row]) -> String {
    let mut foot = String::new();
    if rows.iter().any(|row| row.differs(columns)) {
        foot.push_str(
            "The '*' shows parameters with next value different from default/current value.\n",
        );
    }
    if layout.read_only && rows.iter().any(|row| row.read_only) {
        foot.push_str(
            "\nThe 'RO' shows parameters which are for read only and cannot be changed\n",
        );
    }
    foot
}

/// What the firmware does not tell although it was asked for.
pub(super) fn missing_columns(verbose: bool, columns: Columns) -> String {
    let which = match (columns.default, columns.current) {
        (true, true) => return String::new(),
        _ if !verbose => return String::new(),
        (false, false) => "default and current",
        (false, true) => "default",
        (true, false) => "current",
    };
    format!("Device Firmware does not support reading {which} configurations\n")
}

/// The complaint about groups that could not be read.
pub(super) fn failed_groups(groups: &[String], columns: Columns) -> String {
    let kinds = [(columns.default, "default"), (columns.current, "current"), (true, "next")];
    let mut words = String::from("Failed to query some of the TLVs:\n");
    for (_, kind) in kinds.into_iter().filter(|(asked, _)| *asked) {
        let begin = ["    Failed to query the ", kind, " values of the following TLVs:\n    "];
        words.extend(begin);
        words.extend(groups.iter().flat_map(|group| [group, " "]));
        words.push('\n');
    }
    words
}

impl Layout {
    /// The room in front of a name.
    const fn margin(self) -> usize {
        if self.read_only { 8 } else { 9 }
    }
}
