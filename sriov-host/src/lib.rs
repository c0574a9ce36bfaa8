//! SR-IOV virtual functions on Linux hosts: look, plan, apply, wait, verify.
//!
//! ```
//! # #[cfg(feature = "sim")] {
//! use sriov_host::config::Document;
//! use sriov_host::inventory::{ObserveOptions, observe};
//! use sriov_host::sim::SimHost; // or `linux::LinuxHost`
//! use sriov_host::vfs::{ApplyOptions, PlanOptions, apply, plan};
//!
//! let host = SimHost::with_igb_pair();
//! let wanted = Document::parse(r#"
//!     apiVersion: sriov/v1
//!     kind: NodeConfig
//!     pfs:
//!       - match: { pci: "0000:01:00.0" }
//!         numVfs: 4
//!         vfs: [{ range: 0-1, vlan: 100, spoofCheck: on }]
//! "#)?.config;
//!
//! let attrs = ObserveOptions { vf_attrs: true };
//! let todo = plan(&observe(&host, attrs)?, &wanted, PlanOptions::default())?;
//! println!("{todo}"); // what will happen, and why, before it happens
//!
//! let done = apply(&todo, &host, &ApplyOptions::default(), &|_| {});
//! assert!(done.is_complete());
//! assert!(plan(&observe(&host, attrs)?, &wanted, PlanOptions::default())?.is_empty());
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it does, and what not
//!
//! It counts, creates and removes VFs, sets what can be set of them through their PF, binds their
//! drivers, and tells by events when each can be used. It never restarts the host, drains it or
//! unloads a module: it returns what is needed and why. It loads no module, and the only programs
//! it runs are the boot loader's tools, when kernel arguments are staged.
//!
//! # Features
//!
//! | feature | when to want it |
//! |---|---|
//! | (none) | the vocabulary, plans as data and the error codes; builds on any OS |
//! | `serde` | wire forms of the vocabulary, and reading of documents |
//! | `engine` | inventory, planner, executor and readiness over the [`seam`]s; comes with the two below |
//! | `linux` (default) | the real host |
//! | `sim` | the simulated host, for tests and for trying things out |
//! | `mock` | mockall mocks of the seams, outside the stability promise |
//!
//! # Kernel support
//!
//! Linux 5.14 or newer, for the parent device in link messages; proven on Debian's 6.12. Settings
//! of VFs depend on the PF's driver: what it does not support is an error that says so.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[macro_use]
mod vocab;

#[cfg(feature = "engine")]
pub mod boot;
pub mod codes;
pub mod config;
#[cfg(feature = "engine")]
pub mod decompress;
#[cfg(feature = "engine")]
pub mod decorate;
#[cfg(feature = "engine")]
pub mod doctor;
#[cfg(feature = "serde")]
pub mod document;
#[cfg(feature = "engine")]
pub mod initramfs;
#[cfg(feature = "engine")]
pub mod inventory;
#[cfg(all(feature = "linux", target_os = "linux"))]
pub mod linux;
#[cfg(feature = "engine")]
pub mod managed_file;
#[cfg(feature = "engine")]
pub mod modprobe;
#[cfg(all(feature = "linux", target_os = "linux"))]
pub mod netlink;
#[cfg(feature = "engine")]
mod owed;
pub mod plan;
#[cfg(feature = "engine")]
pub mod processes;
#[cfg(feature = "engine")]
pub mod readiness;
#[cfg(feature = "engine")]
pub mod reload_guard;
#[cfg(feature = "engine")]
pub mod seam;
#[cfg(feature = "sim")]
pub mod sim;
#[cfg(feature = "engine")]
pub mod vfs;

pub use vocab::*;

/// The README's example is run, too.
#[cfg(all(doctest, feature = "sim"))]
#[doc = include_str!("../../README.md")]
pub struct Readme;
