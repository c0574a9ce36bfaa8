//! What the guest said, and what it means.

/// How a case ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Outcome {
    Pass,
    Fail,
    Skip,
}

/// One case, as the guest reported it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct CaseReport {
    pub(crate) name: String,
    pub(crate) outcome: Outcome,
    pub(crate) milliseconds: String,
    /// What the guest said about it before.
    pub(crate) notes: Vec<String>,
}

/// The guest's protocol, read line by line.
#[derive(Debug, Default)]
pub(crate) struct Transcript {
    release: Option<String>,
    cases: Vec<CaseReport>,
    verdicts: Vec<String>,
    notes: Vec<String>,
}

/// Words after which nothing good will come.
const FATAL: &[&str] = &["Kernel panic", "Oops", "BUG:", "soft lockup", "blocked for more than"];

/// Whether the kernel is beyond help.
pub(crate) fn is_fatal(line: &str) -> bool {
    // Only the guest's own lines may quote the kernel.
    !line.starts_with("  | ") && FATAL.iter().any(|marker| line.contains(marker))
}

/// A console line without what the firmware and the terminal driver add.
pub(crate) fn clean(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line).replace(['\r', '\n'], "");
    let mut parts = text.split('\u{1b}');
    let mut cleaned = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        cleaned.push_str(behind_escape(part));
    }
    cleaned
}

/// `ESC c` is one letter, `ESC [ … letter` is a sequence.
fn behind_escape(part: &str) -> &str {
    let Some(sequence) = part.strip_prefix('[') else {
        return part.get(1..).unwrap_or_default();
    };
    let end = sequence.find(|c: char| c.is_ascii_alphabetic());
    end.and_then(|end| sequence.get(end + 1..)).unwrap_or_default()
}

impl Transcript {
    /// Takes a line; the case that it ends, if it ends one.
    pub(crate) fn take(&mut self, line: &str) -> Option<&CaseReport> {
        if let Some(up) = line.strip_prefix("LAB-UP ") {
            self.release = up.split_whitespace().nth(1).map(str::to_owned);
        } else if let Some(verdict) = line.strip_prefix("LAB-VERDICT ") {
            self.verdicts.push(verdict.to_owned());
        } else if let Some(case) = line.strip_prefix("LAB-CASE ") {
            let report = self.report(case)?;
            self.cases.push(report);
            return self.cases.last();
        } else if let Some(note) = line.strip_prefix("  | ") {
            self.notes.push(note.to_owned());
        }
        None
    }

    fn report(&mut self, line: &str) -> Option<CaseReport> {
        let mut words = line.split_whitespace();
        let outcome = match words.next()? {
            "pass" => Outcome::Pass,
            "fail" => Outcome::Fail,
            "skip" => Outcome::Skip,
            _ => return None,
        };
        let name = words.next()?.to_owned();
        let milliseconds = words.next()?.to_owned();
        Some(CaseReport { name, outcome, milliseconds, notes: std::mem::take(&mut self.notes) })
    }

    pub(crate) fn is_up(&self) -> bool {
        self.release.is_some()
    }

    pub(crate) fn is_done(&self) -> bool {
        !self.verdicts.is_empty()
    }

    pub(crate) fn count(&self, outcome: Outcome) -> usize {
        self.cases.iter().filter(|case| case.outcome == outcome).count()
    }

    /// Expected cases of which the guest has said nothing.
    pub(crate) fn missing<'a>(&self, expected: &'a [String]) -> Vec<&'a str> {
        let reported = |name: &String| self.cases.iter().any(|case| case.name == *name);
        expected.iter().filter(|name| !reported(name)).map(String::as_str).collect()
    }

    /// Why the guest's word cannot be taken, if it cannot.
    pub(crate) fn objection(&self, release: &str, exit: Option<i32>) -> Option<String> {
        let passed = self.count(Outcome::Fail) == 0;
        let word = if passed { "pass" } else { "fail" };
        match (&self.release, self.verdicts.as_slice()) {
            (None, _) => Some("the guest never came up".to_owned()),
            (Some(found), _) if found != release => {
                Some(format!("the guest runs kernel {found} instead of {release}"))
            }
            (_, []) => Some("the guest gave no verdict".to_owned()),
            (_, [verdict]) if *verdict != format!("{word} {}", self.cases.len()) => {
                Some(format!("the verdict {verdict:?} does not fit the cases reported"))
            }
            (_, [_]) if exit != Some(if passed { 3 } else { 5 }) => {
                Some(format!("the exit status {exit:?} of QEMU does not fit the verdict"))
            }
            (_, [_]) => None,
            (_, verdicts) => Some(format!("the guest gave {} verdicts", verdicts.len())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transcript(lines: &[&str]) -> Transcript {
        let mut transcript = Transcript::default();
        for line in lines {
            transcript.take(line);
        }
        transcript
    }

    const UP: &str = "LAB-UP 2.51 6.12";

    #[test]
    fn one_fitting_verdict_is_accepted() {
        let said = transcript(&[UP, "LAB-CASE pass a 10", "LAB-VERDICT pass 1"]);
        assert_eq!(said.objection("6.12", Some(3)), None);
    }

    #[test]
    fn notes_belong_to_the_case_that_follows() {
        let mut said = transcript(&[UP, "LAB-CASE pass a 10", "  | it broke"]);
        let case = said.take("LAB-CASE fail b 20").expect("a case").clone();
        assert_eq!((case.outcome, case.notes), (Outcome::Fail, vec!["it broke".to_owned()]));
    }

    #[test]
    fn every_doubt_about_the_verdict_is_an_objection() {
        for (lines, exit, words) in [
            (vec![], None, "never came up"),
            (vec![UP, "LAB-CASE pass a 1"], Some(0), "no verdict"),
            (vec![UP, "LAB-VERDICT pass 0", "LAB-VERDICT pass 0"], Some(3), "2 verdicts"),
            (vec![UP, "LAB-VERDICT pass 1"], Some(3), "does not fit the cases"),
            (
                vec![UP, "LAB-CASE fail a 1", "LAB-VERDICT pass 1"],
                Some(3),
                "does not fit the cases",
            ),
            (vec![UP, "LAB-CASE pass a 1", "LAB-VERDICT pass 1"], Some(0), "exit status"),
            (vec!["LAB-UP 2.5 6.1", "LAB-VERDICT pass 0"], Some(3), "instead of 6.12"),
        ] {
            let objection = transcript(&lines).objection("6.12", exit).unwrap_or_default();
            assert!(objection.contains(words), "{lines:?}: {objection:?}");
        }
    }

    #[test]
    fn a_case_that_was_not_reported_is_missing() {
        let said = transcript(&[UP, "LAB-CASE pass a 1"]);
        assert_eq!(said.missing(&["a".to_owned(), "b".to_owned()]), ["b"]);
    }

    #[test]
    fn the_terminal_sequences_of_the_firmware_are_removed() {
        assert_eq!(clean(b"\x1bc\x1b[?7l\x1b[2JLAB-UP 1 2\r\n"), "LAB-UP 1 2");
    }

    #[test]
    fn only_the_kernels_own_words_are_fatal() {
        assert!(is_fatal("[    5.1] Kernel panic - not syncing: Attempted to kill init!"));
        assert!(!is_fatal("  | dmesg: Oops"));
    }
}
