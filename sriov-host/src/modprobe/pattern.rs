//! Names of modules, with the wildcards that modprobe allows in some places.

/// Dashes are underscores, but not within brackets, where they make ranges; `None` where these do
/// not close. See `underscores` of kmod's `shared/util.c`.
pub(super) fn underscores(text: &str) -> Option<String> {
    let (mut name, mut bracket) = (String::with_capacity(text.len()), false);
    for char in text.chars() {
        match char {
            '[' => bracket = true,
            ']' if !bracket => return None,
            ']' => bracket = false,
            _ => {}
        }
        name.push(if char == '-' && !bracket { '_' } else { char });
    }
    (!bracket).then_some(name)
}

/// Whether a name follows a pattern of `fnmatch`: `*`, `?` and `[a-z]`.
///
/// Its time is bounded by the product of both lengths.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), name.chars().collect());
    let (mut at, mut in_name) = (0, 0);
    // Where to go on when it does not fit: behind the last star, with one character more in it.
    let mut retry: Option<(usize, usize)> = None;
    while in_name < name.len() {
        let step = match (pattern.get(at), name.get(in_name)) {
            (Some('*'), _) => {
                retry = Some((at + 1, in_name));
                at += 1;
                continue;
            }
            (Some(_), Some(char)) => one(pattern.get(at..).unwrap_or_default(), *char),
            _ => None,
        };
        match (step, retry) {
            (Some(width), _) => (at, in_name) = (at + width, in_name + 1),
            (None, Some((behind, from))) => {
                retry = Some((behind, from + 1));
                (at, in_name) = (behind, from + 1);
            }
            (None, None) => return false,
        }
    }
    pattern.get(at..).unwrap_or_default().iter().all(|char| *char == '*')
}

/// How many characters of the pattern this one character follows.
fn one(pattern: &[char], char: char) -> Option<usize> {
    match pattern {
        ['?', ..] => Some(1),
        ['[', set @ ..] => {
            // A bracket that stands first is one of the set.
            let end = 1 + set.iter().skip(1).position(|char| *char == ']')?;
            let (negated, set) = match set.get(..end)? {
                ['!' | '^', set @ ..] => (true, set),
                set => (false, set),
            };
            (contains(set, char) != negated).then_some(end + 2)
        }
        ['\\', escaped, ..] => (*escaped == char).then_some(2),
        [plain, ..] => (*plain == char).then_some(1),
        [] => None,
    }
}

fn contains(set: &[char], char: char) -> bool {
    match set {
        [from, '-', to, rest @ ..] => (*from..=*to).contains(&char) || contains(rest, char),
        [one, rest @ ..] => *one == char || contains(rest, char),
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{matches, underscores};

    #[test]
    fn dashes_stay_within_brackets() {
        assert_eq!(underscores("a-b[c-d]-e").as_deref(), Some("a_b[c-d]_e"));
        assert_eq!(underscores("a]b"), None);
        assert_eq!(underscores("a[b"), None);
    }

    #[test]
    fn patterns_of_fnmatch() {
        let cases = [
            ("ib_core", "ib_core", true),
            ("ib_core", "ib_cor", false),
            ("ib_*", "ib_core", true),
            ("*", "", true),
            ("*_*re", "ib_core_re", true),
            ("ib_?ore", "ib_core", true),
            ("ib_?", "ib_", false),
            ("ib_[a-d]ore", "ib_core", true),
            ("ib_[!a-d]ore", "ib_core", false),
            ("ib_[]c]ore", "ib_core", true),
            ("ib_[xc", "ib_c", false),
            ("a*b*c*", "aXbYc", true),
            ("a*b*c", "aXbYd", false),
        ];
        for (pattern, name, expected) in cases {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
