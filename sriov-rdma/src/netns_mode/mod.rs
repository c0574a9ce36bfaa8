//! The live netns mode: read, changed, and who stands in the way of a change.

mod error;
mod get;
mod holder;
mod rights;
mod set;

pub use error::SetError;
pub use get::{get, get_from_module};
pub use holder::{HolderKind, HoldersSeen, NetnsHolder};
pub use rights::{Lacks, lacks};
pub use set::{SetOptions, SetOutcome, set};

/// Stub.
pub fn holders(
    _: &dyn sriov_host::seam::Host,
) -> Result<HoldersSeen, sriov_host::seam::SysfsError> {
    Ok(HoldersSeen::default())
}
