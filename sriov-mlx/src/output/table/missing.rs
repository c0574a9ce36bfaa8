use super::line::{Line, lines};

/// What stands before the groups that could not be asked for.
const SOME: &str = "Failed to query some of the TLVs:";

/// What stands for groups whose names are not known.
const MORE: &str = "…";

/// What stands before the names of each column.
const ABOUT: &str = "Failed to query the";

/// More words than the tool's message has room for.
const MOST: usize = 512;

/// The groups of parameters (TLVs) that a query could not ask for, each once, in order; empty if it
/// could ask for all.
///
/// A query with a table has them below it, and [`read_table`](super::read_table) finds them there. One
/// with `-j FILE` prints nothing else, so that its document has to be completed with them.
///
/// The tool cuts its message after 1019 characters. A name that was cut in the middle is left out, and
/// `…` is the last of the groups then: there may be more.
pub fn missing_groups(stdout: &str) -> Vec<String> {
    let mut groups = Groups::default();
    for line in lines(stdout) {
        groups.read(line);
    }
    groups.finish()
}

/// The groups, as far as they were read.
#[derive(Default)]
pub(super) struct Groups {
    names: Vec<String>,
    words: usize,
    /// There is such a message.
    told: bool,
    /// The last line belonged to it.
    listing: bool,
    /// Not all names are known.
    cut: bool,
}

impl Groups {
    /// Takes a line if it belongs to the message.
    pub(super) fn read(&mut self, line: Line<'_>) {
        if begins(line.text) {
            self.listing = true;
            self.told = true;
        } else if self.listing && line.text.starts_with([' ', '\t']) {
            self.read_names(line);
        } else {
            self.listing = false;
        }
    }

    pub(super) fn finish(mut self) -> Vec<String> {
        if self.told && (self.cut || self.names.is_empty()) {
            self.names.push(MORE.to_owned());
        }
        self.names
    }

    fn read_names(&mut self, line: Line<'_>) {
        let text = line.text.trim_start();
        if text.starts_with(ABOUT) || ABOUT.starts_with(text) {
            return;
        }
        let half = !line.ended && !line.text.ends_with(char::is_whitespace);
        let mut names = text.split_whitespace().peekable();
        while let Some(name) = names.next() {
            self.words += 1;
            if name.ends_with("...") || (half && names.peek().is_none()) || self.words > MOST {
                self.cut = true;
            } else if !self.names.iter().any(|known| known == name) {
                self.names.push(name.to_owned());
            }
        }
    }
}

fn begins(line: &str) -> bool {
    line.trim_ascii_start()
        .strip_prefix("-E-")
        .is_some_and(|text| text.trim_start().starts_with(SOME))
}

#[cfg(test)]
mod tests {
    use super::missing_groups;

    const SOME: &str = "-E- Failed to query some of the TLVs:\n";

    #[test]
    fn groups_of_all_columns_once() {
        let text = format!(
            "{SOME}    Failed to query the default values of the following TLVs:\n    nv_a nv_b_P1_M-1 \n    \
             Failed to query the next values of the following TLVs:\n    nv_b_P1_M-1 nv_c \n\n  later\n"
        );
        assert_eq!(missing_groups(&text), ["nv_a", "nv_b_P1_M-1", "nv_c"]);
        assert_eq!(missing_groups(&text.replace('\n', "\r\n")), ["nv_a", "nv_b_P1_M-1", "nv_c"]);
        assert!(missing_groups("-E- Failed to open the device\n  nv_a\n").is_empty());
    }

    #[test]
    fn a_cut_list_says_that_there_may_be_more() {
        let text = format!(
            "{SOME}    Failed to query the next values of the following TLVs:\n    nv_abc nv_def \n"
        );
        assert_eq!(missing_groups(text.trim_end()), ["nv_abc", "…"]);
        assert_eq!(missing_groups(&text.replace("def ", "d...")), ["nv_abc", "…"]);
        for end in SOME.len()..text.len() {
            let groups = missing_groups(text.get(..end).unwrap_or_default());
            let known = |group: &String| ["nv_abc", "nv_def", "…"].contains(&group.as_str());
            assert!(!groups.is_empty() && groups.iter().all(known), "{end}: {groups:?}");
        }
    }

    #[test]
    fn a_list_without_end_is_cut() {
        let text = format!("{SOME}    {}\n", "nv_a nv_b ".repeat(50_000));
        assert_eq!(missing_groups(&text), ["nv_a", "nv_b", "…"]);
    }
}
