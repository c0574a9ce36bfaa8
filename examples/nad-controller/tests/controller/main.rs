//! `nad-controller` as a cluster meets it: its manifests, the built program, its pages and its end.
#![expect(clippy::disallowed_methods, reason = "the program under test and its files")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests: what is not as expected fails the test"
)]

mod manifests;
mod process;
mod roles;
mod support;
