//! The linter: one folder of cases for each rule, laws, and the SARIF log.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what is not as expected fails the test"
)]
#![expect(clippy::disallowed_methods, reason = "cases are files")]

mod cases;
mod generate;
mod laws;
mod log;
mod pages;
