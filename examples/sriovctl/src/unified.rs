//! Two texts, line by line, as `diff -u` shows them.

use std::fmt::Write as _;

use crate::term::Style;

/// How many equal lines are shown around a difference.
const CONTEXT: usize = 3;

/// Lines beyond which no common ones are looked for: the effort grows with their product.
const MAX_LINES: usize = 4096;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Side {
    Both,
    Old,
    New,
}

/// The differences of two texts; empty if there are none.
pub(crate) fn unified(
    old_name: &str,
    old: &str,
    new_name: &str,
    new: &str,
    style: Style,
) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let lines = aligned(&old, &new);
    if lines.iter().all(|(side, _)| *side == Side::Both) {
        return String::new();
    }
    let mut text = style.bold(&format!("--- {old_name}\n+++ {new_name}\n"));
    for hunk in hunks(&lines) {
        print_hunk(&mut text, &lines, hunk, style);
    }
    text
}

/// Every line of both, common ones once.
fn aligned<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<(Side, &'t str)> {
    let common = common_lengths(old, new);
    let length =
        |i: usize, j: usize| common.get(i).and_then(|row| row.get(j)).copied().unwrap_or(0);
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    loop {
        match (old.get(i), new.get(j)) {
            (Some(line), Some(other)) if line == other => {
                lines.push((Side::Both, *line));
                (i, j) = (i + 1, j + 1);
            }
            (Some(line), other) if other.is_none() || length(i + 1, j) >= length(i, j + 1) => {
                lines.push((Side::Old, *line));
                i += 1;
            }
            (_, Some(line)) => {
                lines.push((Side::New, *line));
                j += 1;
            }
            (_, None) => return lines,
        }
    }
}

/// The lengths of the longest common subsequences of the rests, by where these begin.
fn common_lengths(old: &[&str], new: &[&str]) -> Vec<Vec<u16>> {
    if old.len().max(new.len()) > MAX_LINES {
        return Vec::new();
    }
    let mut rows = vec![vec![0_u16; new.len() + 1]];
    for line in old.iter().rev() {
        let below = rows.last().cloned().unwrap_or_default();
        let mut row = vec![0_u16; new.len() + 1];
        let mut right = 0;
        let cells = row.iter_mut().zip(&below).zip(below.iter().skip(1)).zip(new).rev();
        for (((cell, below), diagonal), other) in cells {
            right = if line == other { diagonal + 1 } else { right.max(*below) };
            *cell = right;
        }
        rows.push(row);
    }
    rows.reverse();
    rows
}

/// The ranges of lines that are shown.
fn hunks(lines: &[(Side, &str)]) -> Vec<std::ops::Range<usize>> {
    let mut hunks: Vec<std::ops::Range<usize>> = Vec::new();
    for (at, _) in lines.iter().enumerate().filter(|(_, (side, _))| *side != Side::Both) {
        let (start, end) = (at.saturating_sub(CONTEXT), (at + 1 + CONTEXT).min(lines.len()));
        match hunks.last_mut() {
            Some(last) if start <= last.end => last.end = end,
            _ => hunks.push(start..end),
        }
    }
    hunks
}

fn print_hunk(
    text: &mut String,
    lines: &[(Side, &str)],
    hunk: std::ops::Range<usize>,
    style: Style,
) {
    let count = |range: std::ops::Range<usize>, but: Side| {
        lines.get(range).into_iter().flatten().filter(|(side, _)| *side != but).count()
    };
    let begin = |but| {
        let (before, within) = (count(0..hunk.start, but), count(hunk.clone(), but));
        // An empty range is named by the line before it.
        (if within == 0 { before } else { before + 1 }, within)
    };
    let ((old, old_count), (new, new_count)) = (begin(Side::New), begin(Side::Old));
    let _ = writeln!(text, "@@ -{old},{old_count} +{new},{new_count} @@");
    for (side, line) in lines.get(hunk.clone()).into_iter().flatten() {
        let line = match side {
            Side::Both => format!(" {line}"),
            Side::Old => style.red(&format!("-{line}")),
            Side::New => style.green(&format!("+{line}")),
        };
        let _ = writeln!(text, "{line}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(old: &str, new: &str) -> String {
        unified("a", old, "b", new, Style::default())
    }

    #[test]
    fn equal_texts_have_no_difference() {
        assert_eq!(diff("x\ny\n", "x\ny\n"), "");
        assert_eq!(diff("", ""), "");
    }

    /// As `diff -u` of GNU diffutils 3.8 prints them.
    #[test]
    fn one_line_in_its_context() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let expected = "--- a\n+++ b\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n";
        assert_eq!(diff(old, &old.replace('5', "five")), expected);
    }

    #[test]
    fn all_of_a_new_text() {
        assert_eq!(diff("", "x\ny\n"), "--- a\n+++ b\n@@ -0,0 +1,2 @@\n+x\n+y\n");
    }

    #[test]
    fn distant_differences_are_hunks_of_their_own() {
        let old = (1..=20).map(|line| line.to_string()).collect::<Vec<_>>().join("\n");
        let new = old.replacen("2\n", "two\n", 1).replacen("19\n", "", 1);
        let text = diff(&old, &new);
        let heads: Vec<&str> = text.lines().filter(|line| line.starts_with("@@")).collect();
        assert_eq!(heads, ["@@ -1,5 +1,5 @@", "@@ -16,5 +16,4 @@"]);
    }
}
