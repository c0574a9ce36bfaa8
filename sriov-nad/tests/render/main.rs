//! The renderer, against the vectors, the tables of fields, and the laws.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests"
)]

mod vectors;
