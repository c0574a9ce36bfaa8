//! The two orders of versions that boot loaders sort their entries by.

use std::cmp::Ordering;

/// rpm's order, which grub's `blscfg` and grubby's `rpm-sort` use: runs of digits and of letters
/// are compared one by one, everything else separates them, and `~` is older than nothing at all.
pub(super) fn rpm(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left, right);
    let separates = |c: char| !c.is_ascii_alphanumeric() && c != '~';
    loop {
        left = left.trim_start_matches(separates);
        right = right.trim_start_matches(separates);
        match (left.strip_prefix('~'), right.strip_prefix('~')) {
            (Some(a), Some(b)) => {
                (left, right) = (a, b);
                continue;
            }
            (Some(_), None) => return Ordering::Less,
            (None, Some(_)) => return Ordering::Greater,
            (None, None) => {}
        }
        if left.is_empty() || right.is_empty() {
            return left.len().cmp(&right.len());
        }
        let ((a, rest_a), (b, rest_b)) = (segment(left), segment(right));
        let order = segments(a, b);
        if order != Ordering::Equal {
            return order;
        }
        (left, right) = (rest_a, rest_b);
    }
}

/// Its first run of digits or of letters, and what is behind it.
fn segment(text: &str) -> (&str, &str) {
    let digits = text.starts_with(|c: char| c.is_ascii_digit());
    let inside = |c: char| if digits { c.is_ascii_digit() } else { c.is_ascii_alphabetic() };
    text.split_at(text.find(|c| !inside(c)).unwrap_or(text.len()))
}

fn segments(a: &str, b: &str) -> Ordering {
    let number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    match (number(a), number(b)) {
        (true, true) => numbers(a, b),
        // A number is newer than a word.
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => a.cmp(b),
    }
}

/// Numbers of any length.
fn numbers(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// The order of the UAPI group's version format specification, which systemd-boot uses.
pub(super) fn uapi(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left, right);
    let ignored = |c: char| !c.is_ascii_alphanumeric() && !"~-^.".contains(c);
    loop {
        left = left.trim_start_matches(ignored);
        right = right.trim_start_matches(ignored);
        if left.starts_with('~') || right.starts_with('~') {
            match (left.strip_prefix('~'), right.strip_prefix('~')) {
                (Some(a), Some(b)) => (left, right) = (a, b),
                (a, _) => return if a.is_some() { Ordering::Less } else { Ordering::Greater },
            }
            continue;
        }
        if left.is_empty() || right.is_empty() {
            return left.len().cmp(&right.len());
        }
        match separated(left, right, '-').or_else(|| separated(left, right, '^')) {
            Some(Err(order)) => return order,
            Some(Ok(rest)) => {
                (left, right) = rest;
                continue;
            }
            None => {}
        }
        match separated(left, right, '.') {
            Some(Err(order)) => return order,
            Some(Ok(rest)) => {
                (left, right) = rest;
                continue;
            }
            None => {}
        }
        let ((a, rest_a), (b, rest_b)) = uapi_segments(left, right);
        let order = if a.starts_with(|c: char| c.is_ascii_digit())
            || b.starts_with(|c: char| c.is_ascii_digit())
        {
            numbers(a, b)
        } else {
            a.cmp(b)
        };
        if order != Ordering::Equal {
            return order;
        }
        (left, right) = (rest_a, rest_b);
    }
}

type Pair<'a> = (&'a str, &'a str);

/// A separator makes a version older than one that goes on without it.
fn separated<'a>(
    left: &'a str,
    right: &'a str,
    separator: char,
) -> Option<Result<Pair<'a>, Ordering>> {
    match (left.strip_prefix(separator), right.strip_prefix(separator)) {
        (Some(a), Some(b)) => Some(Ok((a, b))),
        (Some(_), None) => Some(Err(Ordering::Less)),
        (None, Some(_)) => Some(Err(Ordering::Greater)),
        (None, None) => None,
    }
}

/// Runs of digits if either begins with one, else runs of letters; a run may be empty.
fn uapi_segments<'a>(left: &'a str, right: &'a str) -> (Pair<'a>, Pair<'a>) {
    let digit = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    let digits = digit(left) || digit(right);
    let outside = |c: char| if digits { !c.is_ascii_digit() } else { !c.is_ascii_alphabetic() };
    let cut = |text: &'a str| text.split_at(text.find(outside).unwrap_or(text.len()));
    (cut(left), cut(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_of_red_hat() {
        // Oldest first, as `rpm-sort` has them.
        let sorted = [
            "4f1ef-0-rescue",
            "4f1ef-4.18.0-80.el8.x86_64",
            "4f1ef-5.14.0-70.13.1.el9_0.x86_64",
            "4f1ef-5.14.0-362.8.1.el9_3.x86_64",
            "4f1ef-5.14.0-362.18.1.el9_3.x86_64",
            "4f1ef-6.1.0~rc1-1.el9.x86_64",
            "4f1ef-6.1.0-1.el9.x86_64",
        ];
        for (at, older) in sorted.iter().enumerate() {
            assert_eq!(rpm(older, older), Ordering::Equal);
            for newer in &sorted[at + 1..] {
                assert_eq!(rpm(older, newer), Ordering::Less, "{older} {newer}");
                assert_eq!(rpm(newer, older), Ordering::Greater, "{newer} {older}");
            }
        }
    }

    #[test]
    fn versions_of_the_uapi_group() {
        // The examples of the specification, oldest first.
        let sorted = [
            "122.1",
            "123~rc1-1",
            "123",
            "123-a",
            "123-a.1",
            "123-1",
            "123-1.1",
            "123^post1",
            "123.a-1",
            "123.1-1",
            "123a-1",
            "124-1",
        ];
        for (at, older) in sorted.iter().enumerate() {
            assert_eq!(uapi(older, older), Ordering::Equal);
            for newer in &sorted[at + 1..] {
                assert_eq!(uapi(older, newer), Ordering::Less, "{older} {newer}");
                assert_eq!(uapi(newer, older), Ordering::Greater, "{newer} {older}");
            }
        }
        assert_eq!(uapi("6.9.1-arch1-1", "6.10.2-arch1-1"), Ordering::Less);
    }
}
