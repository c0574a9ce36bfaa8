//! The RDMA subsystem of Linux hosts: its netns mode, its devices, and who uses them.
//!
//! # The four facts
//!
//! Which network namespaces see an RDMA device is one setting of the whole host, and it lives in
//! four places that can all differ: what is *wanted*, what the kernel does now (*live*), what it
//! will do after the next boot (*persisted*, in modprobe's files and on the staged kernel command
//! line), and what it was booted with (the *running* command line). A restart is needed only where
//! the live mode is wrong and the kernel refuses to change it, and only once the wish is persisted.
//!
//! # Features
//!
//! | feature | when to want it |
//! |---|---|
//! | (none) | everything that works on the seams |
//! | `linux` (default) | the real subsystem |
//! | `sim` | the simulated host of `sriov-host` |
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod codes;
pub mod devices;
pub mod doctor;
pub mod in_use;
#[cfg(all(feature = "linux", target_os = "linux"))]
mod linux;
pub mod moving;
pub mod netns_mode;
#[cfg(all(feature = "linux", target_os = "linux"))]
pub mod nldev;
pub mod persist;

#[cfg(all(feature = "linux", target_os = "linux"))]
pub use linux::LinuxRdma;

/// The example of the guide is run, too.
#[cfg(all(doctest, feature = "sim"))]
#[doc = include_str!("../../docs/rdma.md")]
pub struct Guide;
