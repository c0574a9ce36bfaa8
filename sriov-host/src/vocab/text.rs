use std::fmt;

/// Text that does not follow the grammar of the type it was parsed as.
///
/// ```
/// use sriov_host::PciAddress;
/// let error = "0000:3b:20.0".parse::<PciAddress>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     r#""0000:3b:20.0" is not a PCI address (domain:bus:device.function, as 0000:3b:00.1)"#
/// );
/// ```
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub struct InvalidText {
    what: &'static str,
    grammar: &'static str,
    text: String,
}

impl InvalidText {
    /// Longest piece of the offending text that is kept.
    const KEPT: usize = 80;

    /// `what` with its article, as in "a PCI address"; `grammar` says what is accepted.
    pub fn new(what: &'static str, grammar: &'static str, text: &str) -> Self {
        let mut kept: String = text.chars().take(Self::KEPT).collect();
        if kept.len() < text.len() {
            kept.push('…');
        }
        Self { what, grammar, text: kept }
    }

    /// The text that was refused, cut to a printable length.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for InvalidText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not {} ({})", self.text, self.what, self.grammar)
    }
}

/// Serde through `Display` and `FromStr`, so that a type has one grammar everywhere.
macro_rules! serde_as_text {
    ($($name:ty),+) => {$(
        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

/// Serde as a plain number, checked by `new`.
macro_rules! serde_as_number {
    ($name:ty, $number:ty) => {
        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serde::Serialize::serialize(&self.get(), serializer)
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let number = <$number as serde::Deserialize>::deserialize(deserializer)?;
                Self::try_from(number).map_err(serde::de::Error::custom)
            }
        }
    };
}
