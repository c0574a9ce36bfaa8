//! Values that run into each other.
//!
//! Up to release 4.25 the tool pads values to 16 characters and adds a space only to longer ones, so
//! that `EMBEDDED_CPU(15)` is printed as `EMBEDDED_CPU(15)EMBEDDED_CPU(15)`.

/// The width of a column in those releases.
const WIDTH: usize = 16;

/// The values in these words, if taking glued ones apart gives as many as there are columns.
pub(super) fn taken_apart<'a>(words: &[&'a str], columns: usize) -> Option<Vec<&'a str>> {
    let values: Vec<&str> = words.iter().flat_map(|word| parts(word)).collect();
    (values.len() == columns).then_some(values)
}

/// A word, cut behind each value of exactly 16 characters that ends in a bracket. Other values of this
/// length could be cut in more than one way, and stay as they are.
fn parts(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(word);
    std::iter::from_fn(move || {
        let text = rest?;
        let cut = text.split_at_checked(WIDTH);
        let glued = cut.filter(|(head, tail)| head.ends_with([')', ']']) && !tail.is_empty());
        let (head, tail) = glued.map_or((text, None), |(head, tail)| (head, Some(tail)));
        rest = tail;
        Some(head)
    })
}

#[cfg(test)]
mod tests {
    use super::taken_apart;

    #[test]
    fn only_values_of_the_width_are_glued() {
        let glued = "EMBEDDED_CPU(15)EMBEDDED_CPU(15)";
        assert_eq!(taken_apart(&[glued], 2), Some(vec!["EMBEDDED_CPU(15)"; 2]));
        let three = "EMBEDDED_CPU(15)EMBEDDED_CPU(15)N/A";
        let values = vec!["EMBEDDED_CPU(15)", "EMBEDDED_CPU(15)", "N/A"];
        assert_eq!(taken_apart(&[three], 3), Some(values));
        assert_eq!(taken_apart(&[glued, "True(1)"], 3).map(|values| values.len()), Some(3));
        assert_eq!(taken_apart(&[glued], 3), None);
        assert_eq!(taken_apart(&["True(1)False(0)"], 2), None);
        assert_eq!(taken_apart(&["0x123456789abcde0x123456789abcde"], 2), None);
    }
}
