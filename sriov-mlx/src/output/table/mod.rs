//! The table of `mstconfig query` and `mstconfig set`.
//!
//! Its columns moved with nearly every release (names were 36, 44 and 48 characters wide, values 16, 20
//! and 33), so that only words count here and never their position. Up to release 4.25 values of
//! exactly 16 characters run into their neighbour; see [`glue`].

mod glue;
mod heading;
mod line;
mod missing;
mod reader;
mod row;

use super::{DeviceReading, MAX_OUTPUT, OutputError};

pub use missing::missing_groups;

/// Reads the tables that `mstconfig query` and `mstconfig set` print, one for each device.
///
/// A row that cannot be read is a diagnostic and gives no value, nor does the last one if its line has
/// no end. A parameter with several rows has a value only if all of them say the same. Groups of
/// parameters that the tool could not ask for are in [`Reading::missing`](crate::param::Reading::missing);
/// the tool ends with status 3 then, and the rest is good.
///
/// ```
/// use sriov_mlx::output::read_table;
///
/// let devices = read_table(
///     "Device #1:\n\
///      ----------\n\n\
///      Device type:        ConnectX6DX         \n\
///      Device:             0000:3b:00.0        \n\n\
///      Configurations:                    Default         Current         Next Boot\n\
///      *        NUM_OF_VFS                0               8               16       \n\
///      \x20        SRIOV_EN                  False(0)        True(1)         True(1)  \n",
/// )?;
/// let reading = &devices[0].reading;
/// assert_eq!(reading.current("NUM_OF_VFS").and_then(|value| value.number()), Some(8));
/// assert_eq!(reading.next("NUM_OF_VFS").and_then(|value| value.number()), Some(16));
/// assert_eq!(reading.param("NUM_OF_PF"), None);
/// # Ok::<(), sriov_mlx::output::OutputError>(())
/// ```
///
/// # Errors
///
/// [`OutputError`] if a device has no table in it, or one with columns that are not known.
pub fn read_table(text: &str) -> Result<Vec<DeviceReading>, OutputError> {
    if text.len() > MAX_OUTPUT {
        return Err(OutputError::TooLong { length: text.len() });
    }
    reader::read(text)
}
