//! Boot loaders: which one a host has, what it will pass, and how that is changed.
#![cfg(all(feature = "linux", feature = "sim", target_os = "linux"))]
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test")]

mod drop_in;
mod edits;
mod faults;
mod grub_cfg;
mod hosts;
mod laws;
mod programs;
mod support;
