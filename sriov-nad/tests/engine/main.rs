//! The engine over a small cluster in memory, on a clock that is paused.
#![cfg(feature = "engine")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "what is not as expected fails the test")]

mod barrier;
mod conflicts;
mod convergence;
mod deletion;
mod faults;
mod fights;
mod health;
mod lag;
mod random;
mod serial;
mod support;
mod world;
