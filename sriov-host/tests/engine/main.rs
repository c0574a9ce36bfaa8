//! The engine over the simulated host: what a plan says, what applying it does, and what never
//! happens.

#![cfg(feature = "sim")]

mod apply;
mod counts;
mod guards;
mod laws;
mod plan;
mod readiness;
mod support;
