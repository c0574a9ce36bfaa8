//! The documents: what a host should have.
//!
//! A document is parsed once, at the door; inside there are only these types. Unknown keys are
//! errors, and every error names the key and its line.

#[cfg(feature = "serde")]
mod document;
mod model;
#[cfg(feature = "serde")]
mod node_state;
#[cfg(feature = "serde")]
mod validate;
#[cfg(feature = "serde")]
mod wire;
#[cfg(feature = "serde")]
mod wire_match;

#[cfg(feature = "serde")]
pub use document::{Document, DocumentKind};
pub use model::{
    DriverChoice, FirmwareConfig, FirmwarePolicy, KernelArgs, NodeConfig, PfConfig, PfIdentity,
    PfMatch, RdmaConfig, RdmaNetnsMode, VdpaType, VfGroup, VfVlan,
};
