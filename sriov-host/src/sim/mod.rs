//! A simulated host: a small kernel with a virtual clock.
//!
//! It refuses what Linux refuses, in Linux's order and with Linux's errnos; it is late, renames
//! and blocks as Linux does; and it does all that the same way for the same seed. What it keeps is
//! listed in [`Rule`], each of which it can break on purpose, to show that a test notices.

mod agenda;
mod attrs;
mod binding;
mod boot;
mod boot_users;
mod card;
mod devlink;
mod events;
mod files;
mod function;
mod host;
mod initramfs;
mod job;
mod kernel;
mod links;
mod loader;
mod loader_files;
mod loader_machine;
mod machine;
mod machine_error;
mod machine_rdma;
mod machine_users;
mod model;
mod modules;
mod namespaces;
mod netdev;
mod numvfs;
mod process;
mod random;
mod rdma;
mod rdma_change;
mod rdma_core;
mod rdma_events;
mod rdma_tree;
mod rdma_usage;
mod reboot;
mod rng;
mod rtnetlink;
mod rule;
mod sysfs;
mod tools;
mod tools_entries;
mod tools_grub;
mod tree;
mod tree_device;
mod tree_net;
mod tree_proc;
mod udev;
mod write;

pub use card::{
    BlueFieldMachine, CardAnswer, CardColumn, CardMachine, LimitsMachine, LockdownMachine,
    ParamMachine, SettingMachine, SimCard, TimingMachine,
};
pub use host::SimHost;
pub use loader_machine::{BootMachine, BrokenTool, LoaderKind, ToolFault};
pub use machine::{KernelSettings, Machine, PfMachine, Udev, VfMachine};
pub use machine_error::MachineError;
pub use machine_rdma::{
    InitramfsMachine, KernelUserMachine, NamespaceMachine, RdmaMachine, SoftLinkMachine,
};
pub use machine_users::{Hold, HolderMachine, RouteMachine};
pub use rule::Rule;
