//! The documents: what a host should have.
//!
//! A document is parsed once, at the door; inside there are only these types. Unknown keys are
//! errors, and every error names the key and its line.

mod model;

pub use model::{
    DriverChoice, FirmwareConfig, FirmwarePolicy, KernelArgs, NodeConfig, PfConfig, PfMatch,
    RdmaConfig, RdmaNetnsMode, VdpaType, VfGroup, VfVlan,
};
