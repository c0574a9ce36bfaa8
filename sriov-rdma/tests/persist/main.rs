//! The persisted RDMA mode: every cell of the truth table, and what never happens.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what is not as expected fails the test")]

mod cells;
mod laws;
mod sim;
mod table;
mod vectors;
mod world;
