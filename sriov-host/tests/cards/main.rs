//! Simulated cards: what the tool prints on them, what they remember, and how they fail.
#![cfg(feature = "sim")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod devlink;
mod faults;
mod fwreset;
mod machine;
mod memory;
mod printing;
mod support;
mod vpd;
