//! The ways to a card's parameters.

mod backends;
mod devlink;
mod kind;
mod sysfs;
mod tool;

pub use backends::{Backends, choose};
pub use devlink::DevlinkParams;
pub use kind::BackendKind;
pub use sysfs::SysfsOnly;
pub use tool::Mstconfig;

pub(crate) use backends::FoundTool;

use crate::card::Card;
use crate::error::FirmwareError;
use crate::output::Closing;
use crate::param::{Assignments, ParamName, Reading};

/// A way to the parameters of cards. One call on one card at a time.
pub trait Backend: Send + Sync {
    /// Which way it is.
    fn kind(&self) -> BackendKind;

    /// Reads parameters of a card; all of them if no names are given.
    ///
    /// Names that the card does not have are absent from the reading.
    ///
    /// # Errors
    ///
    /// [`FirmwareError`] if nothing could be read at all.
    fn query(&self, card: &Card, names: &[ParamName]) -> Result<Reading, FirmwareError>;

    /// Writes parameters of a card, with one call where the way allows it.
    ///
    /// # Errors
    ///
    /// [`FirmwareError`]; some of them may be written then.
    fn set(&self, card: &Card, assignments: &Assignments) -> Result<Closing, FirmwareError>;
}
