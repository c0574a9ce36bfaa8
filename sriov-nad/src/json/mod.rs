//! JSON text that keeps its spelling: numbers, escapes, key order and duplicate keys.
//!
//! A network carries JSON as text, and the CNI plugins read what is stored of it. Nothing here goes
//! through a value model on its way from one to the other, nothing recurses, and no text, however
//! deep or long, makes anything panic.

mod compare;
mod error;
mod lexeme;
mod number;
mod object;
mod scan;
mod unquote;
mod value;
mod write;

pub use compare::{same_config, same_value};
pub use error::{Fault, JsonError};
pub use object::{objects, one_object};
pub use scan::{Event, MAX_DEPTH, Scanner};
pub use unquote::unquote;
pub use write::MAX_BYTES;
pub(crate) use write::Writer;

/// The stored form of a JSON value: 4 spaces for each level, the tokens as they are spelled.
///
/// ```
/// let stored = sriov_nad::json::format(r#"{"rate":1.50,"routes":[]}"#)?;
/// assert_eq!(stored, "{\n    \"rate\": 1.50,\n    \"routes\": []\n}");
/// # Ok::<(), sriov_nad::json::JsonError>(())
/// ```
///
/// # Errors
///
/// Not JSON, something behind the value, or more than [`MAX_BYTES`].
pub fn format(text: &str) -> Result<String, JsonError> {
    let mut writer = Writer::with_capacity(text.len() * 2);
    writer.tokens(text)?;
    Ok(writer.finish())
}
