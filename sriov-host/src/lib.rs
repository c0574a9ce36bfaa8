//! SR-IOV virtual functions on Linux hosts: look, plan, apply, wait, verify.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[macro_use]
mod vocab;

#[cfg(feature = "engine")]
pub mod decorate;
#[cfg(all(feature = "linux", target_os = "linux"))]
pub mod linux;
pub mod plan;
#[cfg(feature = "engine")]
pub mod seam;
#[cfg(feature = "sim")]
pub mod sim;

pub use vocab::*;
