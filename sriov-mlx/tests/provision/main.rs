//! First boots on simulated hosts, from one restart to the next.
#![cfg(feature = "sim")]

mod cards;
mod crash;
mod journey;
mod limits;
mod memory;
mod world;
