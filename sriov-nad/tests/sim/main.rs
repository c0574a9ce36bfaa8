//! The fake API server: the contract, kube's own client and watcher, faults, other programs.

#![cfg(all(feature = "sim", feature = "kube"))]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what is not as expected fails the test"
)]

mod actors;
mod clients;
mod contract;
mod faults;
mod on_the_fake;
mod port;
mod support;
