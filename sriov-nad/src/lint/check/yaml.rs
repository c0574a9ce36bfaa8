//! What YAML 1.1 makes of a text without quotes, as the operator's YAML library reads it
//! (go-yaml v2, resolve.go).

/// What it is read as; `None` for a string. Only for DNS-1123 names: they have no signs, no
/// capitals, no underscores and no leading dot.
pub(super) fn reads_as(name: &str) -> Option<&'static str> {
    match name {
        "y" | "yes" | "n" | "no" | "true" | "false" | "on" | "off" => Some("a boolean"),
        "null" => Some("null"),
        _ => (is_integer(name) || is_float(name)).then_some("a number"),
    }
}

/// Decimal, octal, or with a prefix.
fn is_integer(name: &str) -> bool {
    let digits = |rest: &str, base: u32| !rest.is_empty() && rest.chars().all(|c| c.is_digit(base));
    let bases = [("0x", 16), ("0o", 8), ("0b", 2)];
    let prefixed =
        |(prefix, base)| name.strip_prefix(prefix).is_some_and(|rest| digits(rest, base));
    digits(name, 10) || bases.into_iter().any(prefixed)
}

/// `12`, `1.5`, `1e3`, `1.5e-3`.
fn is_float(name: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (mantissa, exponent) = name.split_once('e').map_or((name, None), |(m, e)| (m, Some(e)));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction = fraction.is_empty() || digits(fraction);
    let exponent = exponent.is_none_or(|exponent| digits(exponent.trim_start_matches('-')));
    digits(whole) && fraction && exponent
}

#[cfg(test)]
mod tests {
    use super::reads_as;

    #[test]
    fn numbers_booleans_and_null_are_no_names_in_yaml() {
        for number in
            ["0", "123", "2024", "0777", "089", "1e3", "1e-3", "1.5", "0x1f", "0b10", "0o7"]
        {
            assert_eq!(reads_as(number), Some("a number"), "{number}");
        }
        for boolean in ["y", "n", "on", "off", "yes", "no", "true", "false"] {
            assert_eq!(reads_as(boolean), Some("a boolean"), "{boolean}");
        }
        assert_eq!(reads_as("null"), Some("null"));
        for name in ["a", "net1", "1a", "e3", "1e", "1e3x", "0x", "0xg", "1.2.3", "on-1", "1-2", ""]
        {
            assert_eq!(reads_as(name), None, "{name}");
        }
    }
}
