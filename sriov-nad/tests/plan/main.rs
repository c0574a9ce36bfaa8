//! The decision table: its rows, its laws, and what it does to a cluster in every order of events.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what is not as expected fails the test"
)]

mod cluster;
mod digest;
mod exploration;
mod explore;
mod fixture;
mod generate;
mod goal;
mod laws;
mod mutations;
mod rows;
