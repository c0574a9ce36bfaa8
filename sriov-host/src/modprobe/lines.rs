use super::Statement;

/// A line that says something, comments included.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Line {
    /// Its number, from 1; where it is continued, that of its first part.
    pub number: usize,
    /// What it says.
    pub statement: Statement,
}

/// The lines of a file, without empty ones. Every content is one: what is not UTF-8 is replaced,
/// and what modprobe would ignore is kept as [`Statement::Other`].
pub fn parse(content: &[u8]) -> Vec<Line> {
    let text = String::from_utf8_lossy(content);
    logical(&text)
        .into_iter()
        .filter_map(|(number, text)| {
            // A string of C ends there.
            let text = text.split('\0').next().unwrap_or_default();
            Statement::parse(text).map(|statement| Line { number, statement })
        })
        .collect()
}

/// Joins lines as `freadline_wrapped` of kmod does: a backslash takes the end of the line away, or
/// itself before any other character. Comments are continued, too.
fn logical(text: &str) -> Vec<(usize, String)> {
    let mut lines = Vec::new();
    let (mut first, mut now, mut line) = (1, 1, String::new());
    let mut chars = text.chars();
    while let Some(next) = chars.next() {
        match next {
            '\n' => {
                lines.push((first, std::mem::take(&mut line)));
                now += 1;
                first = now;
            }
            '\\' => match chars.next() {
                Some('\n') => now += 1,
                Some(escaped) => line.push(escaped),
                None => break,
            },
            plain => line.push(plain),
        }
    }
    lines.push((first, line));
    lines
}

#[cfg(test)]
mod tests {
    use super::{Statement, logical, parse};

    #[test]
    fn a_backslash_joins_lines_or_goes() {
        let joined = logical("a \\\n b\nc\\d\\\\\n\nlast\\");
        let expected = [(1, "a  b"), (3, "cd\\"), (4, ""), (5, "last")];
        let found: Vec<(usize, &str)> =
            joined.iter().map(|(number, text)| (*number, text.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_comment_is_continued_and_an_indented_one_is_none() {
        let found = parse(b"# a \\\noptions hidden x=1\n\n  # b\n");
        let expected = [
            (1, Statement::Comment("# a options hidden x=1".to_owned())),
            (4, Statement::Other("  # b".to_owned())),
        ];
        let found: Vec<_> = found.into_iter().map(|line| (line.number, line.statement)).collect();
        assert_eq!(found, expected);
    }
}
