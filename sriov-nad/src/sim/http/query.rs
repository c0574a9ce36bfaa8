/// The parameters of a request.
#[derive(Debug, Default)]
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub(super) fn parse(text: &str) -> Self {
        let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key), decode(value))
        });
        Self(pairs.collect())
    }

    /// The value, if it is there and not empty.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == key)?;
        Some(found.1.as_str()).filter(|value| !value.is_empty())
    }

    pub(super) fn flag(&self, key: &str) -> bool {
        self.get(key).is_some_and(|value| matches!(value, "true" | "1"))
    }

    pub(super) fn number(&self, key: &str) -> Option<u64> {
        self.get(key)?.parse().ok()
    }
}

/// Percent and plus.
pub(super) fn decode(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || bytes.next().and_then(|byte| char::from(byte).to_digit(16));
                let value = digit().zip(digit()).map(|(high, low)| high * 16 + low);
                value.and_then(|value| u8::try_from(value).ok()).unwrap_or(b'%')
            }
            other => other,
        });
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::Query;

    #[test]
    fn parameters_are_decoded() {
        let query = Query::parse("fieldSelector=metadata.name%3Da%2Bb&watch=true&empty=&c+d=e");
        assert_eq!(query.get("fieldSelector"), Some("metadata.name=a+b"));
        assert!(query.flag("watch") && !query.flag("force"));
        assert_eq!((query.get("empty"), query.get("c d")), (None, Some("e")));
    }
}
