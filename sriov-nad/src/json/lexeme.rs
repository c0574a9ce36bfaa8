//! Strings, numbers and words: each function takes where one begins and tells where it ends.

use super::{Fault, JsonError};

/// A string, from its first quote on.
pub(super) fn string(text: &[u8], start: usize) -> Result<usize, JsonError> {
    let mut at = start + 1;
    loop {
        match text.get(at) {
            Some(b'"') => return Ok(at + 1),
            Some(b'\\') => at = escape(text, at)?,
            Some(0..0x20) => return Err(JsonError::new(at, Fault::ControlCharacter)),
            Some(_) => at += 1,
            None => return Err(JsonError::new(at, Fault::Expected("`\"`"))),
        }
    }
}

fn escape(text: &[u8], start: usize) -> Result<usize, JsonError> {
    match text.get(start + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(start + 2),
        Some(b'u') => {
            let digits = text.get(start + 2..start + 6);
            if digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
                return Ok(start + 6);
            }
            Err(JsonError::new(start, Fault::BadEscape))
        }
        Some(_) => Err(JsonError::new(start, Fault::BadEscape)),
        None => Err(JsonError::new(start + 1, Fault::Expected("an escape"))),
    }
}

/// A number, from its sign or first digit on.
pub(super) fn number(text: &[u8], start: usize) -> Result<usize, JsonError> {
    let negative = text.get(start) == Some(&b'-');
    let first = start + usize::from(negative);
    let mut at = match text.get(first) {
        Some(b'0') => first + 1,
        _ => digits(text, first)?,
    };
    if text.get(at).is_some_and(u8::is_ascii_digit) {
        return Err(JsonError::new(start, Fault::BadNumber));
    }
    if text.get(at) == Some(&b'.') {
        at = digits(text, at + 1)?;
    }
    if let Some(b'e' | b'E') = text.get(at) {
        let signed = matches!(text.get(at + 1), Some(b'+' | b'-'));
        at = digits(text, at + 1 + usize::from(signed))?;
    }
    Ok(at)
}

/// One digit or more.
fn digits(text: &[u8], start: usize) -> Result<usize, JsonError> {
    let rest = text.get(start..).unwrap_or_default();
    match rest.iter().take_while(|byte| byte.is_ascii_digit()).count() {
        0 => Err(JsonError::new(start, Fault::Expected("a digit"))),
        count => Ok(start + count),
    }
}

/// `true`, `false` or `null`.
pub(super) fn word(text: &[u8], start: usize) -> Result<usize, JsonError> {
    let rest = text.get(start..).unwrap_or_default();
    let known = ["true", "false", "null"].into_iter();
    let found = known.map(str::as_bytes).find(|word| rest.starts_with(word));
    let expected = || JsonError::new(start, Fault::Expected("a value"));
    found.map(|word| start + word.len()).ok_or_else(expected)
}
