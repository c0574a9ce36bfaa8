//! Text that the API server limits.

/// At most so many bytes, with a mark where something is left out.
pub(crate) fn shortened(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(limit.saturating_sub('…'.len_utf8()));
    format!("{}…", text.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn characters_stay_whole() {
        assert_eq!(shortened("abc", 3), "abc");
        assert_eq!(shortened("ääää", 7), "ää…");
        assert_eq!(shortened("ääää", 6), "ä…");
        assert!(shortened(&"é".repeat(99), 64).len() <= 64);
    }
}
