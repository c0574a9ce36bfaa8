use std::fmt::Display;

use super::check;
use crate::FieldError;
use crate::json::Writer;

/// The object of the main plugin, member by member in the order they are stored. Members that are
/// unset are left out; a field that is invalid ends it.
pub(super) struct Plugin<'w> {
    pub(super) out: &'w mut Writer,
}

impl Plugin<'_> {
    pub(super) fn number(&mut self, key: &str, value: Option<i64>) {
        if let Some(value) = value {
            self.out.key(key);
            self.out.number(value);
        }
    }

    pub(super) fn string(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.out.key(key);
            self.out.string(&[value]);
        }
    }

    /// The JSON object of a field, token by token.
    pub(super) fn object(
        &mut self,
        key: &str,
        path: &str,
        value: Option<&String>,
    ) -> Result<(), FieldError> {
        let Some(text) = check::json(value) else { return Ok(()) };
        self.out.key(key);
        self.out.object(text).map_err(check::json_error(path))
    }

    /// The last member of every main plugin.
    pub(super) fn ipam(&mut self, value: Option<&String>) -> Result<(), FieldError> {
        let text = check::json(value).unwrap_or("{}");
        self.out.key("ipam");
        self.out.object(text).map_err(check::json_error("spec.ipam"))
    }
}

/// A field of an element of a list.
pub(super) fn element(list: &str, index: usize, field: &str) -> impl Display {
    std::fmt::from_fn(move |f| write!(f, "{list}[{index}].{field}"))
}
