use crate::param::Columns;

/// A column of a table.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Column {
    Default,
    Current,
    Next,
    /// What a `set` is about to write.
    New,
}

/// The columns of a table, in order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Heading(Vec<Column>);

impl Heading {
    /// From what follows `Configurations:`; `None` unless each word of it is known, no column is there
    /// twice, and one of them is the next boot's.
    pub(super) fn of(text: &str) -> Option<Self> {
        let mut columns = Vec::new();
        let mut words = text.split_whitespace();
        while let Some(word) = words.next() {
            let column = match word {
                "Default" => Column::Default,
                "Current" => Column::Current,
                "Next" if words.next() == Some("Boot") => Column::Next,
                "New" => Column::New,
                _ => return None,
            };
            if columns.contains(&column) {
                return None;
            }
            columns.push(column);
        }
        relabel(&mut columns);
        columns.contains(&Column::Next).then_some(Self(columns))
    }

    pub(super) fn columns(&self) -> &[Column] {
        &self.0
    }

    /// The columns beside the next boot's, as a reading has them.
    pub(super) fn told(&self) -> Columns {
        Columns {
            default: self.0.contains(&Column::Default),
            current: self.0.contains(&Column::Current),
        }
    }
}

/// `set --with_default` of 4.34 and later prints the next boot's column under the word `Default`,
/// unless there is one of that name already.
fn relabel(columns: &mut [Column]) {
    if columns.contains(&Column::New) && !columns.contains(&Column::Next) {
        columns.iter_mut().filter(|column| **column == Column::Default).for_each(|column| {
            *column = Column::Next;
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{Column, Heading};

    #[test]
    fn headings_of_all_releases() {
        use Column::{Current, Default, New, Next};
        for (text, columns) in [
            ("  Next Boot", vec![Next]),
            (" Default  Next Boot", vec![Default, Next]),
            (" Current  Next Boot", vec![Current, Next]),
            (" Default    Current    Next Boot  ", vec![Default, Current, Next]),
            ("Next Boot       New", vec![Next, New]),
            ("Default Current Next Boot New", vec![Default, Current, Next, New]),
            ("Default New", vec![Next, New]),
        ] {
            let heading = Heading::of(text);
            assert_eq!(heading.as_ref().map(Heading::columns), Some(&*columns), "{text}");
        }
    }

    #[test]
    fn other_headings_are_not_guessed() {
        for text in [
            "",
            "Current",
            "Default Current",
            "Next",
            "Next Time",
            "Next Boot Next Boot",
            "New",
            "Next Boot Other",
            "default Next Boot",
        ] {
            assert_eq!(Heading::of(text), None, "{text}");
        }
    }
}
