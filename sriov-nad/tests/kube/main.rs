//! The cluster over kube-rs: what it says on the wire, and how it reads the answers.

#![cfg(feature = "kube")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "what is not as expected fails the test"
)]

#[cfg(feature = "sim")]
mod live;
mod refusals;
mod wire;
mod writes;
