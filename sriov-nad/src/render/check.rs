//! Fields, checked: each function gives the value that counts, or an error that names the field.

use std::fmt::Display;
use std::ops::RangeInclusive;

use crate::FieldError;
use crate::json::{Fault, JsonError};
use crate::names;

/// No empty text: it is unset.
pub(super) fn text(value: Option<&String>) -> Option<&str> {
    value.map(String::as_str).filter(|text| !text.is_empty())
}

/// JSON text, unless there is nothing but space (the `White_Space` of Unicode).
pub(super) fn json(value: Option<&String>) -> Option<&str> {
    text(value).filter(|text| !text.chars().all(char::is_whitespace))
}

/// A fault of JSON text as one of its field.
pub(super) fn json_error(path: &str) -> impl Fn(JsonError) -> FieldError {
    move |error| match error.fault() {
        // Not the fault of one byte.
        Fault::TooLong => FieldError::invalid(path, error.fault().to_string()),
        fault => FieldError::json(path, error.offset(), fault),
    }
}

/// One of some words.
pub(super) fn word<'a>(
    path: &str,
    value: Option<&'a String>,
    words: &[&str],
) -> Result<Option<&'a str>, FieldError> {
    match text(value) {
        Some(found) if !words.contains(&found) => {
            let message = format!("{found:?} is not one of {}", words.join(", "));
            Err(FieldError::invalid(path, message))
        }
        value => Ok(value),
    }
}

/// A number within a range.
pub(super) fn number(
    path: impl Display,
    value: Option<i64>,
    range: RangeInclusive<i64>,
) -> Result<Option<i64>, FieldError> {
    match value {
        Some(found) if !range.contains(&found) => {
            let message = match (*range.start(), *range.end()) {
                (start, i64::MAX) => format!("{found} is less than {start}"),
                (start, end) => format!("{found} is not within {start} to {end}"),
            };
            Err(FieldError::invalid(path.to_string(), message))
        }
        value => Ok(value),
    }
}

/// The name of an object.
pub(super) fn name(path: &str, value: &str) -> Result<(), FieldError> {
    if names::is_dns_subdomain(value) {
        return Ok(());
    }
    let message = format!("{value:?} is not a DNS-1123 subdomain of at most 253 characters");
    Err(FieldError::invalid(path, message))
}

/// The name of a namespace.
pub(super) fn namespace(path: &str, value: &str) -> Result<(), FieldError> {
    if names::is_dns_label(value) {
        return Ok(());
    }
    let message = format!("{value:?} is not a DNS-1123 label of at most 63 characters");
    Err(FieldError::invalid(path, message))
}

/// The name of a resource, without its prefix.
pub(super) fn resource_name<'a>(path: &str, value: Option<&'a str>) -> Result<&'a str, FieldError> {
    let name = value.ok_or_else(|| FieldError::missing(path))?;
    if names::is_resource_name(name) {
        return Ok(name);
    }
    let message = format!(
        "{name:?} is not a resource name: up to 63 letters, digits, `-` and `_`, \
         a letter or digit first and last"
    );
    Err(FieldError::invalid(path, message))
}
