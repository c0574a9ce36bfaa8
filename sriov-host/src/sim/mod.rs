//! A simulated host: a small kernel with a virtual clock.
//!
//! It refuses what Linux refuses, in Linux's order and with Linux's errnos; it is late, renames
//! and blocks as Linux does; and it does all that the same way for the same seed. What it keeps is
//! listed in [`Rule`], each of which it can break on purpose, to show that a test notices.

mod agenda;
mod attrs;
mod binding;
mod boot;
mod devlink;
mod events;
mod files;
mod function;
mod host;
mod job;
mod kernel;
mod links;
mod loader;
mod machine;
mod model;
mod modules;
mod netdev;
mod numvfs;
mod random;
mod rdma;
mod rng;
mod rtnetlink;
mod rule;
mod sysfs;
mod tools;
mod tree;
mod tree_device;
mod tree_net;
mod udev;
mod write;

pub use host::SimHost;
pub use machine::{
    Hold, HolderMachine, KernelSettings, Machine, MachineError, PfMachine, RouteMachine, Udev,
    VfMachine,
};
pub use rule::Rule;
