//! What `mstconfig` and `mstfwreset` print, read without guessing: nothing here panics, and nothing is
//! taken for something else.

mod cell;
mod closing;
mod device;
mod error;
mod json;
mod node;
mod refusal;
mod reset;
mod table;
mod text;
mod version;

pub use closing::{Applied, Closing};
pub use device::DeviceReading;
pub use error::OutputError;
pub use json::read_json;
pub use refusal::Refusal;
pub use reset::{PendingParam, Remedy, ResetStatus, read_reset_status};
pub use table::{missing_groups, read_table};
pub use version::Version;

/// More than this is not read: the longest answer of a real card has some 30 KiB.
pub const MAX_OUTPUT: usize = 1 << 20;
