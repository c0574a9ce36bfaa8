//! What a host has: its PFs and their VFs.

mod model;

pub use model::{NetnsPlace, NodeInventory, PfInventory, Problem, VfAttributes, VfInventory};
