//! Durations as people write them.

use std::time::Duration;

/// `90s`, `2m`, `500ms`, `1h`, and sums as `1m30s`.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let mut rest = text;
    let mut total = Duration::ZERO;
    while !rest.is_empty() || text.is_empty() {
        let part = part(rest).and_then(|(part, rest)| Some((total.checked_add(part)?, rest)));
        let (sum, behind) = part.ok_or("expected a number with a unit: 500ms, 90s, 2m or 1h")?;
        (total, rest) = (sum, behind);
    }
    Ok(total)
}

fn part(text: &str) -> Option<(Duration, &str)> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, rest) = text.split_at_checked(digits)?;
    let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    let (unit, rest) = rest.split_at_checked(letters)?;
    let number: u64 = number.parse().ok()?;
    let time = match unit {
        "ms" => Duration::from_millis(number),
        "s" => Duration::from_secs(number),
        "m" => Duration::from_secs(number.checked_mul(60)?),
        "h" => Duration::from_secs(number.checked_mul(3600)?),
        _ => return None,
    };
    Some((time, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_and_sums() {
        for (text, millis) in
            [("90s", 90_000), ("500ms", 500), ("2m", 120_000), ("1m30s", 90_000), ("0s", 0)]
        {
            assert_eq!(parse(text), Ok(Duration::from_millis(millis)), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_a_duration() {
        for text in ["", "90", "s", "-1s", "1.5s", "1d", "90 s", "1s ", "99999999999999999999s"] {
            assert!(parse(text).is_err(), "{text:?}");
        }
        assert!(parse(&format!("{}h", u64::MAX)).is_err());
    }
}
