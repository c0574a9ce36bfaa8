use std::fmt;

use super::KeyPath;
use super::nearest::nearest;
use crate::codes::{self, Code};

/// Why a document cannot be used: what is wrong, at which key, on which line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DocumentError {
    kind: DocumentErrorKind,
    key: KeyPath,
    position: Option<Position>,
    message: String,
    help: Option<String>,
}

/// The kinds of faults in documents.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum DocumentErrorKind {
    /// Neither YAML nor JSON, or not the shape that is wanted.
    Syntax,
    /// A key that is not known there.
    UnknownKey,
    /// A value outside its grammar, or one that contradicts another.
    InvalidValue,
    /// Another kind of object, or another version of it.
    WrongKind,
    /// Two ranges of one PF share a VF.
    OverlappingRanges,
    /// A range reaches beyond `numVfs`.
    RangeBeyondNumVfs,
    /// More bytes, values or levels than are read.
    TooLarge,
    /// Two entries match the same PF.
    DuplicateMatch,
}

impl DocumentErrorKind {
    /// What `explain` tells about it.
    pub const fn code(self) -> &'static Code {
        match self {
            Self::Syntax => &codes::BAD_SYNTAX,
            Self::UnknownKey => &codes::UNKNOWN_KEY,
            Self::InvalidValue => &codes::INVALID_VALUE,
            Self::WrongKind => &codes::WRONG_KIND,
            Self::OverlappingRanges => &codes::OVERLAPPING_RANGES,
            Self::RangeBeyondNumVfs => &codes::RANGE_BEYOND_NUM_VFS,
            Self::TooLarge => &codes::DOCUMENT_TOO_LARGE,
            Self::DuplicateMatch => &codes::DUPLICATE_MATCH,
        }
    }
}

/// A place in a text, both counted from 1.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The character in the line.
    pub column: usize,
}

impl DocumentError {
    /// A fault at a key; the line is added by [`Object::locate`](super::Object::locate).
    pub fn new(kind: DocumentErrorKind, key: KeyPath, message: impl Into<String>) -> Self {
        Self { kind, key, position: None, message: message.into(), help: None }
    }

    /// A value outside its grammar, or one that contradicts another.
    pub fn invalid(key: KeyPath, message: impl Into<String>) -> Self {
        Self::new(DocumentErrorKind::InvalidValue, key, message)
    }

    pub(super) fn syntax(position: Option<Position>, message: impl Into<String>) -> Self {
        let error = Self::new(DocumentErrorKind::Syntax, KeyPath::new(), message);
        Self { position, ..error }
    }

    pub(super) fn too_large(message: impl Into<String>) -> Self {
        Self::new(DocumentErrorKind::TooLarge, KeyPath::new(), message)
    }

    /// Adds the next step.
    #[must_use]
    pub fn with_help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// Adds the line, unless a closer one is known already.
    pub(super) fn at(self, position: Option<Position>) -> Self {
        Self { position: self.position.or(position), ..self }
    }

    /// Adds where the value stands, unless it is known already.
    pub(super) fn within(self, path: impl FnOnce() -> KeyPath, position: Position) -> Self {
        if self.position.is_some() {
            return self;
        }
        let key = path().join(&self.key);
        Self { key, position: Some(position), ..self }
    }

    /// The same fault in a document with other keys.
    pub(crate) fn rename(self, names: impl Fn(&str) -> &'static [&'static str]) -> Self {
        Self { key: self.key.rename(names), ..self }
    }

    /// What kind of fault.
    pub const fn kind(&self) -> DocumentErrorKind {
        self.kind
    }

    /// The stable code, as `SRIOV-H003`.
    pub const fn code(&self) -> &'static str {
        self.kind.code().id
    }

    /// The key; empty if it is about the document as a whole.
    pub const fn key(&self) -> &KeyPath {
        &self.key
    }

    /// The line, from 1; `None` for a document that did not come from text.
    pub fn line(&self) -> Option<usize> {
        self.position.map(|position| position.line)
    }

    /// The character in the line, from 1.
    pub fn column(&self) -> Option<usize> {
        self.position.map(|position| position.column)
    }

    /// What is wrong, without the place.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The next step, where there is an obvious one.
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

/// `pfs[0].vfs[1].vlan (line 14, column 13): …`
impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.key.is_root(), self.position) {
            (true, None) => {}
            (false, None) => write!(f, "{}: ", self.key)?,
            (true, Some(at)) => write!(f, "{at}: ")?,
            (false, Some(at)) => write!(f, "{} ({at}): ", self.key)?,
        }
        f.write_str(&self.message)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

impl std::error::Error for DocumentError {}

/// How serde reports: the place is added on the way out.
impl serde::de::Error for DocumentError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::invalid(KeyPath::new(), message.to_string())
    }

    fn invalid_type(found: serde::de::Unexpected<'_>, wanted: &dyn serde::de::Expected) -> Self {
        Self::custom(format_args!("expected {wanted}, found {found}"))
    }

    fn invalid_value(found: serde::de::Unexpected<'_>, wanted: &dyn serde::de::Expected) -> Self {
        Self::custom(format_args!("expected {wanted}, found {found}"))
    }

    fn invalid_length(found: usize, wanted: &dyn serde::de::Expected) -> Self {
        Self::custom(format_args!("expected {wanted}, found {found} elements"))
    }

    fn unknown_variant(found: &str, accepted: &'static [&'static str]) -> Self {
        Self::custom(format_args!("{found:?} is not one of {}", accepted.join(", ")))
    }

    fn unknown_field(found: &str, accepted: &'static [&'static str]) -> Self {
        let list = if accepted.is_empty() { "none".to_owned() } else { accepted.join(", ") };
        let message = format!("unknown key, accepted here: {list}");
        let error = Self::new(DocumentErrorKind::UnknownKey, KeyPath::new(), message);
        match nearest(found, accepted) {
            Some(meant) => error.with_help(format!("did you mean `{meant}`?")),
            None => error,
        }
    }

    fn missing_field(name: &'static str) -> Self {
        Self::invalid(KeyPath::new().key(name), "is missing")
    }
}
