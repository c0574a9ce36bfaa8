//! The live subsystem: the mode, its holders, moves, users, devices and checks.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what is not as expected fails the test"
)]

mod devices;
mod doctor;
mod fake;
mod get;
mod holders;
mod moving;
mod rights;
mod seams;
mod set;
mod simulated;
mod users;
