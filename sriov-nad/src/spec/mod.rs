//! The three network kinds, field for field as their CRDs have them.
//!
//! The types hold what was written, valid or not: ranges and grammars are checked by
//! [`render`](crate::render::render), which names the field. They apply no defaults either; in a
//! cluster the API server has applied the CRD's (`logLevel: info`) before anyone reads the object.
//! `""` and `null` mean unset, as in Go.

mod condition;
mod ib;
mod network;
mod ovs;
mod sriov;

pub use condition::Condition;
pub use ib::IbNetworkSpec;
pub use network::{Meta, Network, NetworkSpec, ParseError};
pub use ovs::{OvsNetworkSpec, Trunk};
pub use sriov::SriovNetworkSpec;
