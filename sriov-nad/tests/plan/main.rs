//! The decision table: its rows, its laws, and what it does to a cluster in every order of events.

#![expect(clippy::unwrap_used, clippy::panic, reason = "what is not as expected fails the test")]

mod fixture;
mod rows;
