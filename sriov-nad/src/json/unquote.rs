use std::borrow::Cow;

/// What a string or key means that is spelled like this, with its quotes, in a JSON text.
///
/// A lone surrogate means U+FFFD, as Go has it (`encoding/json`, `unquote`), and so every CNI
/// plugin. Text that is no JSON string means itself.
///
/// ```
/// use sriov_nad::json::unquote;
///
/// assert_eq!(unquote(r#""a\u0062\/\ud83d\ude00""#), "ab/😀");
/// assert_eq!(unquote(r#""\ud83d!""#), "\u{fffd}!");
/// ```
pub fn unquote(raw: &str) -> Cow<'_, str> {
    let inner = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')).unwrap_or(raw);
    let mut rest = inner;
    let mut out = String::new();
    while let Some((before, escape)) = rest.split_once('\\') {
        out.push_str(before);
        let (meaning, length) = decode(escape);
        out.push(meaning);
        rest = escape.get(length..).unwrap_or_default();
    }
    if rest.len() == inner.len() {
        return Cow::Borrowed(inner);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// What stands behind a backslash: its meaning, and how many bytes it takes.
fn decode(escape: &str) -> (char, usize) {
    let mut chars = escape.chars();
    match chars.next() {
        Some('b') => ('\x08', 1),
        Some('f') => ('\x0c', 1),
        Some('n') => ('\n', 1),
        Some('r') => ('\r', 1),
        Some('t') => ('\t', 1),
        Some('u') => unicode(chars.as_str()),
        Some(itself) => (itself, itself.len_utf8()),
        None => (char::REPLACEMENT_CHARACTER, 0),
    }
}

fn unicode(digits: &str) -> (char, usize) {
    let Some(high) = hex(digits) else { return (char::REPLACEMENT_CHARACTER, 1) };
    let low = digits.get(4..).and_then(|rest| hex(rest.strip_prefix("\\u")?));
    let pair = [Some(high), low].into_iter().flatten();
    match char::decode_utf16(pair).next() {
        Some(Ok(c)) => (c, if c.len_utf16() == 2 { 11 } else { 5 }),
        _ => (char::REPLACEMENT_CHARACTER, 5),
    }
}

fn hex(digits: &str) -> Option<u16> {
    u16::from_str_radix(digits.get(..4)?, 16).ok()
}
