//! SR-IOV virtual functions on Linux hosts: look, plan, apply, wait, verify.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[macro_use]
mod vocab;

pub mod config;
#[cfg(feature = "engine")]
mod creation;
#[cfg(feature = "engine")]
pub mod inventory;
#[cfg(all(feature = "linux", target_os = "linux"))]
pub mod linux;
#[cfg(all(feature = "linux", target_os = "linux"))]
pub mod netlink;
pub mod plan;
#[cfg(feature = "engine")]
pub mod seam;

pub use vocab::*;
