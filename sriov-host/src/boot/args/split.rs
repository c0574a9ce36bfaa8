//! Where the kernel cuts: `next_arg` of Linux's `lib/cmdline.c`.

/// The arguments of a line, as they stand there. White space inside of double quotes belongs to
/// the argument; a quote that is never closed reaches to the end. There are no escapes.
pub(super) fn args(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(is_space);
        let mut quoted = false;
        let end = rest.find(|c| {
            quoted ^= c == '"';
            is_space(c) && !quoted
        });
        let (arg, behind) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
        rest = behind;
        (!arg.is_empty()).then_some(arg)
    })
}

/// The C locale's `isspace`.
const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t'..='\r')
}

/// The key of an argument, and its value without quotes.
pub(super) fn param(arg: &str) -> (&str, Option<&str>) {
    let (text, quoted) = arg.strip_prefix('"').map_or((arg, false), |text| (text, true));
    // In the first place a `=` is a part of the key.
    let equals = text.bytes().skip(1).position(|byte| byte == b'=').map(|at| at + 1);
    let split = equals.and_then(|at| text.split_at_checked(at));
    match split {
        None => (unquoted(text, quoted), None),
        Some((key, value)) => {
            let value = value.strip_prefix('=').unwrap_or(value);
            let inner = value.strip_prefix('"');
            (key, Some(inner.map_or(unquoted(value, quoted), |inner| unquoted(inner, true))))
        }
    }
}

/// Without the quote at the end of what began with one.
fn unquoted(text: &str, quoted: bool) -> &str {
    text.strip_suffix('"').filter(|_| quoted).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::args;

    #[test]
    fn cuts_at_white_space_outside_of_quotes() {
        let line = "\ta \x0b b=\"c d\"  \"e f=g\" h\"i j\"k\u{a0}l\u{2003}m  n=\"o p\n";
        let found: Vec<&str> = args(line).collect();
        assert_eq!(
            found,
            ["a", "b=\"c d\"", "\"e f=g\"", "h\"i j\"k\u{a0}l\u{2003}m", "n=\"o p\n"]
        );
        assert_eq!(args(" \n").count() + args("").count(), 0);
    }
}
