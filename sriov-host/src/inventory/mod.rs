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

pub use crate::owed::Owed;
pub(crate) use devices::{vf_address, vf_addresses};
pub use error::ObserveError;
pub use model::{NetnsPlace, NodeInventory, PfInventory, Problem, VfAttributes, VfInventory};
pub(crate) use netdev::{NetdevPlace, ifindex_of, netdev_of};
pub(crate) use observe::driver;
pub use observe::{ObserveOptions, observe, observe_pf};
pub(crate) use read::optional;
