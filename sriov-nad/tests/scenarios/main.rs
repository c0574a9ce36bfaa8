//! The controller in a fake cluster: the stories it has to come through.
#![cfg(all(feature = "kube", feature = "sim"))]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::unchecked_time_subtraction,
    reason = "helpers outside of test functions fail the test, too"
)]

mod claims;
mod defects;
mod fight;
mod foreign;
mod invalid;
mod late;
mod random;
mod silent;
mod world;
