//! What a host has: its PFs and their VFs.
//!
//! Looking never changes the host and never loads a module. Sysfs is the authority; netlink adds
//! what sysfs does not have, and is asked for VF settings only when the caller wants them.

mod devices;
mod error;
mod links;
mod model;
mod netdev;
mod observe;
mod read;

pub(crate) use devices::vf_addresses;
pub use error::ObserveError;
pub use model::{NetnsPlace, NodeInventory, PfInventory, Problem, VfAttributes, VfInventory};
pub(crate) use netdev::{NetdevPlace, netdev_of};
pub use observe::{ObserveOptions, observe, observe_pf};
pub(crate) use read::{chain, optional};
