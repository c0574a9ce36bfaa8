use super::{DeviceReading, OutputError};

/// Reads the tables that `mstconfig query` and `mstconfig set` print, one for each device.
///
/// # Errors
///
/// [`OutputError`] if a device has no table in it.
pub fn read_table(text: &str) -> Result<Vec<DeviceReading>, OutputError> {
    let _ = text;
    Err(OutputError::NoTable)
}
