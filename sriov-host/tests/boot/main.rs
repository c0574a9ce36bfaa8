//! Kernel arguments: what is planned, what applying it does, and that no host restarts for ever.

#![cfg(all(feature = "linux", target_os = "linux"))]
#![expect(clippy::unwrap_used, reason = "what is not as expected fails the test")]
#![expect(clippy::disallowed_methods, reason = "the files of the host under test")]

mod apply;
mod laws;
mod ledger;
#[cfg(feature = "sim")]
mod machines;
mod model;
mod plan;
mod support;
