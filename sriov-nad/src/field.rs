use std::fmt;

use sriov_host::codes::Code;
use sriov_host::document::KeyPath;

use crate::codes;

/// A field of a network that cannot be used: which one, and why.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{path}: {message}")]
pub struct FieldError {
    kind: FieldErrorKind,
    path: String,
    message: String,
    offset: Option<usize>,
}

/// The kinds of faults of fields.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum FieldErrorKind {
    /// A value outside its grammar or range.
    Invalid,
    /// A field that has to be there and is not.
    Missing,
    /// Text that has to be JSON of a certain shape and is not.
    Json,
}

impl FieldErrorKind {
    /// What `explain` tells about it.
    pub const fn code(self) -> &'static Code {
        match self {
            Self::Invalid => &codes::FIELD_INVALID,
            Self::Missing => &codes::FIELD_MISSING,
            Self::Json => &codes::FIELD_NOT_JSON,
        }
    }
}

impl FieldError {
    /// A value outside its grammar or range.
    pub fn invalid(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(FieldErrorKind::Invalid, path, message)
    }

    /// A field that has to be there and is not.
    pub fn missing(path: impl Into<String>) -> Self {
        Self::new(FieldErrorKind::Missing, path, "is required")
    }

    /// Text that has to be JSON, and where in it the fault is.
    pub fn json(path: impl Into<String>, offset: usize, message: impl fmt::Display) -> Self {
        let message = format!("{message} at byte {offset}");
        Self { offset: Some(offset), ..Self::new(FieldErrorKind::Json, path, message) }
    }

    fn new(kind: FieldErrorKind, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { kind, path: path.into(), message: message.into(), offset: None }
    }

    /// What kind of fault.
    pub const fn kind(&self) -> FieldErrorKind {
        self.kind
    }

    /// The stable code, as `SRIOV-N002`.
    pub const fn code(&self) -> &'static str {
        self.kind.code().id
    }

    /// The field, with the names of the CRD: `spec.trunk[1].maxID`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The field as a key of a document, to find its line there.
    pub fn key(&self) -> KeyPath {
        let names = self.path.split(['.', '[']).filter(|name| !name.is_empty());
        names.fold(KeyPath::new(), |key, name| match name.strip_suffix(']').map(str::parse) {
            Some(Ok(index)) => key.index(index),
            _ => key.key(name),
        })
    }

    /// What is wrong, without the field.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The byte within the field, for faults of JSON text.
    pub const fn offset(&self) -> Option<usize> {
        self.offset
    }
}
