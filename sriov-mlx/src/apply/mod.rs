//! Carrying a plan out, and looking afterwards whether it came true.

mod options;
mod report;

pub use options::FirmwareOptions;
pub use report::{FirmwareApplied, NicError, NicReport};
