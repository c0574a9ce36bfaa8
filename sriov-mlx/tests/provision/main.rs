//! First boots on simulated hosts, from one restart to the next.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod cards;
mod crash;
mod hostile;
mod journey;
mod limits;
mod memory;
mod world;
