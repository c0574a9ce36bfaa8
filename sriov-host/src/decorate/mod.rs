//! Wrappers around any host: run dry, record, fail on purpose.

mod fault;

pub(crate) use fault::Faults;
pub use fault::{Call, ErrnoName, FaultSpec};
