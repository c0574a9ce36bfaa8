use crate::param::{Cell, ParamName, Value};

/// A printed name. `RO` stands before names of parameters that are read-only, and is none itself.
pub(super) fn param_name(text: &str) -> Option<ParamName> {
    text.parse().ok().filter(|name: &ParamName| *name != "RO")
}

/// One printed value; `None` if the tool prints nothing like it.
///
/// In the table a value has no space in it, and neither has it in JSON: no value in the parameter
/// database of mstflint 4.36 does.
pub(super) fn cell(text: &str) -> Option<Cell> {
    if text == "N/A" {
        return Some(Cell::NotAvailable);
    }
    let value = number(text).map(Value::Number);
    let value = value.or_else(|| array(text)).or_else(|| named(text)).or_else(|| word(text))?;
    Some(Cell::Value(value))
}

/// As the tool prints numbers: without sign, and without zeros in front.
fn number(text: &str) -> Option<u64> {
    let canonical = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    (canonical || text == "0").then(|| text.parse().ok()).flatten()
}

/// `Array[0..15]`.
fn array(text: &str) -> Option<Value> {
    let (first, last) = text.strip_prefix("Array[")?.strip_suffix(']')?.split_once("..")?;
    let index = |text: &str| u16::try_from(number(text)?).ok();
    let (first, last) = (index(first)?, index(last)?);
    (first <= last).then_some(Value::Array { first, last })
}

/// `True(1)`.
fn named(text: &str) -> Option<Value> {
    let (text, value) = text.strip_suffix(')')?.split_once('(')?;
    let value = number(value)?;
    is_word(text).then(|| Value::Named { text: text.to_owned(), value })
}

/// `ETH`, or bytes as `0x00010203`. A number that is too large for any is not a word.
fn word(text: &str) -> Option<Value> {
    let digits_alone = text.bytes().all(|byte| byte.is_ascii_digit());
    (is_word(text) && !digits_alone).then(|| Value::Text(text.to_owned()))
}

/// Brackets would be the sign of a value that was cut off, or of two that run into each other.
fn is_word(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"()[]".contains(&byte);
    !text.is_empty() && text.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::cell;
    use crate::param::{Cell, Value};

    #[test]
    fn values_are_what_the_tool_prints() {
        let named = |text: &str, value| Value::Named { text: text.into(), value };
        for (text, value) in [
            ("0", Value::Number(0)),
            ("4294967294", Value::Number(4_294_967_294)),
            ("True(1)", named("True", 1)),
            ("_256KB(1)", named("_256KB", 1)),
            ("0x1f(31)", named("0x1f", 31)),
            ("ETH", Value::Text("ETH".into())),
            ("0x0001020304", Value::Text("0x0001020304".into())),
            ("Array[1..7]", Value::Array { first: 1, last: 7 }),
        ] {
            assert_eq!(cell(text), Some(Cell::Value(value)), "{text}");
        }
        assert_eq!(cell("N/A"), Some(Cell::NotAvailable));
    }

    #[test]
    fn half_values_are_none() {
        for text in [
            "",
            "True(1",
            "True(",
            "True()",
            "(1)",
            "True(x)",
            "True(+1)",
            "True(-1)",
            "007",
            "True(01)",
            "Array[00..7]",
            "True(1)(1)",
            "A(15)B(15)",
            "Array[0..",
            "Array[0..15",
            "Array[5..1]",
            "Array[0..70000]",
            "Array[]",
            "99999999999999999999999",
            "True(99999999999999999999999)",
            "two words",
            "é",
            "a\tb",
        ] {
            assert_eq!(cell(text), None, "{text}");
        }
    }
}
