//! The helpers for test suites and installers, on the fake API server and a paused clock.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod apply;
mod capture;
mod controller;
mod ensure;
mod namespaces;
mod ready;
mod settled;
mod support;
mod wait;
