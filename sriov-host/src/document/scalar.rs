/// A scalar as it is written. What it means depends on the type that is read from it, so that
/// `15e0` can be a PCI id and `on` a switch; only a plain scalar can be anything but text.
#[derive(Clone, Debug)]
pub(super) struct Scalar {
    pub(super) text: String,
    pub(super) plain: bool,
}

impl Scalar {
    pub(super) fn is_null(&self) -> bool {
        self.plain && matches!(self.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
    }

    /// The words of the YAML 1.2 core schema; `on` and `yes` are text there.
    pub(super) fn as_bool(&self) -> Option<bool> {
        match self.text.as_str() {
            "true" | "True" | "TRUE" if self.plain => Some(true),
            "false" | "False" | "FALSE" if self.plain => Some(false),
            _ => None,
        }
    }

    /// Decimal, `0x` and `0o`, as in the YAML 1.2 core schema.
    pub(super) fn as_integer(&self) -> Option<i128> {
        let digits = self.text.strip_prefix('-').or_else(|| self.text.strip_prefix('+'));
        let (digits, radix) =
            match (digits, self.text.strip_prefix("0x"), self.text.strip_prefix("0o")) {
                (None, Some(hex), _) => (hex, 16),
                (None, None, Some(octal)) => (octal, 8),
                _ => (digits.unwrap_or(&self.text), 10),
            };
        // `from_str_radix` alone would accept a second sign.
        let valid = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
        let number = (self.plain && valid).then(|| i128::from_str_radix(digits, radix).ok())?;
        number.map(|number| if self.text.starts_with('-') { -number } else { number })
    }

    pub(super) fn as_float(&self) -> Option<f64> {
        let numeric = |b: u8| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E');
        let digits = self.text.bytes().any(|b| b.is_ascii_digit());
        (self.plain && digits && self.text.bytes().all(numeric))
            .then(|| self.text.parse().ok())
            .flatten()
    }

    pub(super) fn describe(&self) -> String {
        if self.is_null() {
            return "nothing".to_owned();
        }
        if self.as_bool().is_some() || self.as_integer().is_some() || self.as_float().is_some() {
            return self.text.clone();
        }
        let mut kept: String = self.text.chars().take(80).collect();
        if kept.len() < self.text.len() {
            kept.push('…');
        }
        format!("the text {kept:?}")
    }
}
