//! Carrying firmware plans out: what is written and read back, resets, the memory of restarts, and
//! what holds for every card.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what is not as expected fails the test"
)]

mod fake;
mod laws;
mod ledger;
mod report;
mod reset;
mod simway;
mod verify;
mod write;
