use std::fmt;

/// Why a text is not the JSON that is wanted, and where.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct JsonError {
    offset: usize,
    fault: Fault,
}

/// The kinds of faults of JSON text.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// Something else stands here, or the text ends.
    Expected(&'static str),
    /// A byte below 0x20 in a string; it has to be escaped.
    ControlCharacter,
    /// A backslash with something behind it that JSON does not know.
    BadEscape,
    /// Digits that are no number, as `01` or `1.`.
    BadNumber,
    /// Something behind the end of the value.
    Trailing,
    /// Nested more than [`MAX_DEPTH`](super::MAX_DEPTH) levels deep.
    TooDeep,
    /// More than [`MAX_BYTES`](super::MAX_BYTES) in the stored form.
    TooLong,
}

impl JsonError {
    pub(super) const fn new(offset: usize, fault: Fault) -> Self {
        Self { offset, fault }
    }

    /// The byte, from 0, at which it goes wrong; the length of the text if that ends too early.
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// What is wrong there.
    pub const fn fault(&self) -> Fault {
        self.fault
    }
}

/// `expected a value at byte 7`.
impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.fault, self.offset)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expected(what) => write!(f, "expected {what}"),
            Self::ControlCharacter => f.write_str("a raw control character in a string"),
            Self::BadEscape => f.write_str("no escape that JSON knows"),
            Self::BadNumber => f.write_str("no number as JSON writes them"),
            Self::Trailing => f.write_str("something behind the end of the value"),
            Self::TooDeep => write!(f, "nested more than {} levels deep", super::MAX_DEPTH),
            Self::TooLong => {
                write!(f, "more than {} MiB in the stored form", super::MAX_BYTES >> 20)
            }
        }
    }
}

impl std::error::Error for JsonError {}
