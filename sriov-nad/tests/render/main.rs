//! The renderer, against vectors and goldens, the table of its fields, and the laws.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests"
)]

mod fields;
mod goldens;
mod laws;
mod meaning;
mod support;
mod vectors;
