//! The live netns mode: read, changed, and who stands in the way of a change.
//!
//! The kernel changes the mode only while the initial network namespace is the only one on the
//! host. RDMA devices do not matter for that; every pod, container and `PrivateNetwork` unit does.

mod cgroup;
mod error;
mod get;
mod holder;
mod mounts;
mod rights;
mod scan;
mod set;

pub use error::SetError;
pub(crate) use mounts::mounted;

pub use get::{get, get_from_module};
pub use holder::{HolderKind, HoldersSeen, NetnsHolder};
pub use rights::{Lacks, lacks};
pub use scan::holders;
pub use set::{SetOptions, SetOutcome, set};
