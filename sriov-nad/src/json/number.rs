/// A number as a value: `1.50`, `1.5` and `15e-1` are the same one.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) enum Number<'a> {
    /// ± digits × 10^exponent; the digits neither begin nor end with 0, and zero has none.
    Exact { negative: bool, digits: String, exponent: i64 },
    /// An exponent beyond all use: only the same spelling is the same number.
    Spelled(&'a str),
}

impl<'a> Number<'a> {
    /// Of a number as JSON spells it.
    pub(super) fn new(raw: &'a str) -> Self {
        Self::exact(raw).unwrap_or(Self::Spelled(raw))
    }

    fn exact(raw: &str) -> Option<Self> {
        let (negative, unsigned) = match raw.strip_prefix('-') {
            Some(unsigned) => (true, unsigned),
            None => (false, raw),
        };
        let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let significant = all.trim_end_matches('0');
        let zeros = all.len() - significant.len();
        let digits = significant.trim_start_matches('0');
        if digits.is_empty() {
            return Some(Self::Exact { negative: false, digits: String::new(), exponent: 0 });
        }
        let shift = i64::try_from(zeros).ok()?.checked_sub(i64::try_from(fraction.len()).ok()?)?;
        let exponent = exponent.parse::<i64>().ok()?.checked_add(shift)?;
        Some(Self::Exact { negative, digits: digits.to_owned(), exponent })
    }
}

#[cfg(test)]
mod tests {
    use super::Number;

    #[test]
    fn spellings_of_one_value_are_equal() {
        for same in [
            &["1.5", "1.50", "15e-1", "0.15E+1", "150e-0002"][..],
            &["1000", "1E3", "1e+3", "1000.0", "10.00e2"],
            &["0", "-0", "0.000", "0e99999999999999999999"],
            &["-2", "-2.0", "-20e-1"],
            &["18446744073709551616", "18446744073709551616.0"],
        ] {
            assert!(same.iter().all(|one| Number::new(one) == Number::new(same[0])), "{same:?}");
        }
    }

    #[test]
    fn different_values_differ() {
        let all = ["1", "-1", "10", "0.1", "1e1000", "1e1001", "18446744073709551617", "1.5"];
        for (index, one) in all.iter().enumerate() {
            let others = all.iter().skip(index + 1);
            others.for_each(|other| assert_ne!(Number::new(one), Number::new(other)));
        }
        // What no float can tell apart.
        assert_ne!(Number::new("9007199254740993"), Number::new("9007199254740992"));
        assert_ne!(Number::new("1e99999999999999999999"), Number::new("1e99999999999999999998"));
    }
}
