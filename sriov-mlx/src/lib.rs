//! Firmware parameters of NVIDIA/Mellanox cards for SR-IOV: query, plan, apply, verify, provision.
//!
//! # From wish to card
//!
//! [`survey`](card::survey) finds the cards: all PFs that share one firmware. [`observe`](fn@observe)
//! asks the firmware of those whose wish sysfs does not satisfy already. [`plan`](fn@plan::plan) is pure.
//! [`apply`](fn@apply::apply) writes each card once and reads it back; [`verify`](fn@apply::verify)
//! compares after the restart. [`provision`](fn@provision::provision) does all of it at every boot, with a
//! memory that counts restarts, and [`generate`](fn@generate::generate) makes the units and scripts for that.
//!
//! # Features
//!
//! | feature | when to want it |
//! |---|---|
//! | (none) | everything that works on the seams |
//! | `linux` (default) | the real host |
//! | `sim` | the simulated host of `sriov-host`, with its cards |
#![cfg_attr(docsrs, feature(doc_cfg))]

mod access;
pub mod apply;
pub mod backend;
pub mod card;
pub mod codes;
mod error;
mod facts;
pub mod generate;
mod lock;
mod lockdown;
mod observe;
pub mod output;
pub mod param;
mod patience;
pub mod plan;
mod progress;
pub mod provision;
pub mod wish;
mod workers;

pub use access::{Access, CallersTool};
pub use error::{FirmwareError, FirmwareFault};
pub use facts::{CardFacts, Firmware, History, Limits, Lockdown, ResetAbility};
pub use observe::{observe, query};
pub use progress::{OnProgress, Stage, nobody};
pub use wish::{Policy, Wish};

/// The example of the guide is run, too.
#[cfg(all(doctest, feature = "sim"))]
#[doc = include_str!("../../docs/mlx.md")]
pub struct Guide;
