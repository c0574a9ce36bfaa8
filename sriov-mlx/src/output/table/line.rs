/// A line of an output.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// Counted from 1.
    pub(super) number: usize,
    /// Without its end.
    pub(super) text: &'a str,
    /// Whether it has an end. One without may be half a line.
    pub(super) ended: bool,
}

pub(super) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    text.split_inclusive('\n').enumerate().map(|(index, line)| {
        let end = line.strip_suffix('\n');
        let text = end.unwrap_or(line).trim_end_matches('\r');
        Line { number: index + 1, text, ended: end.is_some() }
    })
}

/// Whether no row can follow in this table.
pub(super) fn ends_table(line: &str) -> bool {
    const ENDS: [&str; 8] =
        ["The '", "Device Firmware", "Device #", "-E-", "-I-", "-W-", "Apply new", "Applying..."];
    let text = line.trim_ascii_start();
    // Most rows are told by their first letter.
    text.starts_with(['T', 'D', '-', 'A']) && ENDS.iter().any(|end| text.starts_with(end))
}
