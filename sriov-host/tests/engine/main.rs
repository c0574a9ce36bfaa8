//! The engine over the simulated host: what a plan says, what applying it does, and what never
//! happens.

#![cfg(feature = "sim")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "what is not as expected fails the test")]

mod apply;
mod counts;
mod guards;
mod laws;
mod plan;
mod readiness;
mod support;
