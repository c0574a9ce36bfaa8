/// The accepted word that was probably meant: at most two slips of the keyboard away.
pub(super) fn nearest(found: &str, accepted: &[&'static str]) -> Option<&'static str> {
    // Longer text is no slip, and the table below grows with its square.
    if found.len() > 64 {
        return None;
    }
    let found = found.to_ascii_lowercase();
    let near = accepted.iter().map(|word| (distance(&found, &word.to_ascii_lowercase()), *word));
    near.filter(|(slips, word)| *slips <= 2 && *slips < word.len()).min().map(|(_, word)| word)
}

/// How many characters have to be added, removed or replaced (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (position, ch) in from.chars().enumerate() {
        let mut left = position + 1;
        let mut next = vec![left];
        for ((wanted, above), diagonal) in to.iter().zip(row.iter().skip(1)).zip(&row) {
            left = (left + 1).min(above + 1).min(diagonal + usize::from(*wanted != ch));
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn counts_slips() {
        assert_eq!(distance("vlan", "vlan"), 0);
        assert_eq!(distance("vlna", "vlan"), 2);
        assert_eq!(distance("", "mtu"), 3);
        assert_eq!(distance("mtu", ""), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn suggests_only_what_is_close() {
        assert_eq!(nearest("numvfs", &["numVfs", "mtu"]), Some("numVfs"));
        assert_eq!(nearest("spoofchk", &["spoofCheck", "trust"]), Some("spoofCheck"));
        assert_eq!(nearest("zz", &["mtu", "mac"]), None);
        assert_eq!(nearest(&"m".repeat(100_000), &["mtu"]), None);
    }
}
