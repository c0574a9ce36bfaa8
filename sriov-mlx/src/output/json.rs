use super::{DeviceReading, OutputError};

/// Reads the file that `mstconfig -j FILE query` writes.
///
/// # Errors
///
/// [`OutputError`] if it is not such a document.
pub fn read_json(text: &str) -> Result<Vec<DeviceReading>, OutputError> {
    let _ = text;
    Err(OutputError::NoTable)
}
