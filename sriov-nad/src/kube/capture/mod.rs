//! Objects of a cluster that survive an installation of the operator anew.

mod clean;
mod document;
mod owners;
mod restore;
mod take;

pub(super) use clean::clean;
pub use document::{Captured, KindRef, KindRefError};
pub use restore::{Outcome, Restored, restore};
pub use take::{Selection, capture};
