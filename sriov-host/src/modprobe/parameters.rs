//! The parameters of a module, as the kernel takes them apart: `next_arg` and `parse_args` in
//! `lib/cmdline.c` and `kernel/params.c`.

/// One parameter and its value; `None` where there is no `=`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Parameter<'t> {
    pub(super) name: &'t str,
    pub(super) value: Option<&'t str>,
}

/// The parameters in their order. Nothing behind a `--` is one.
pub(super) fn parameters(text: &str) -> Vec<Parameter<'_>> {
    let mut found = Vec::new();
    let mut rest = text.trim_start_matches(is_space);
    while !rest.is_empty() {
        let mut quoted = false;
        let end = rest.find(|char: char| {
            quoted ^= char == '"';
            is_space(char) && !quoted
        });
        let (word, behind) = rest.split_at(end.unwrap_or(rest.len()));
        let parameter = take_apart(word);
        if parameter == (Parameter { name: "--", value: None }) {
            break;
        }
        found.push(parameter);
        rest = behind.trim_start_matches(is_space);
    }
    found
}

/// `isspace` of C, for what a line can hold.
fn is_space(char: char) -> bool {
    matches!(char, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')
}

/// Quotes may stand around the value, or around all of it.
fn take_apart(word: &str) -> Parameter<'_> {
    let whole = word.strip_prefix('"');
    let word = whole.map_or(word, |inner| inner.strip_suffix('"').unwrap_or(inner));
    let Some((name, value)) = word.split_once('=') else {
        return Parameter { name: word, value: None };
    };
    let inner = value.strip_prefix('"').map(|inner| inner.strip_suffix('"').unwrap_or(inner));
    Parameter { name, value: Some(inner.unwrap_or(value)) }
}

/// Whether two names are the same to the kernel: `parameq`.
pub(super) fn same_name(one: &str, other: &str) -> bool {
    let plain = |byte: u8| if byte == b'-' { b'_' } else { byte };
    one.len() == other.len() && one.bytes().map(plain).eq(other.bytes().map(plain))
}

#[cfg(test)]
mod tests {
    use super::{parameters, same_name};

    #[test]
    fn as_the_kernel_takes_them_apart() {
        type Found<'t> = &'t [(&'t str, Option<&'t str>)];
        let cases: [(&str, Found<'_>); 8] = [
            ("", &[]),
            (" a=1\tb=2\r", &[("a", Some("1")), ("b", Some("2"))]),
            ("flag a=", &[("flag", None), ("a", Some(""))]),
            (r#"a="b c" d"#, &[("a", Some("b c")), ("d", None)]),
            (r#""a=b c" d"#, &[("a", Some("b c")), ("d", None)]),
            ("a=1 -- b=2", &[("a", Some("1"))]),
            ("a=b=c", &[("a", Some("b=c"))]),
            (r#"a="open b=1"#, &[("a", Some("open b=1"))]),
        ];
        for (text, expected) in cases {
            let found: Vec<_> = parameters(text).iter().map(|one| (one.name, one.value)).collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn names_are_equal_but_for_dashes() {
        assert!(same_name("netns-mode", "netns_mode"));
        assert!(!same_name("netns_mode", "netns_mod"));
        assert!(!same_name("Netns_mode", "netns_mode"));
    }
}
