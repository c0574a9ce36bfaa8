//! The engine's cluster over kube-rs, and helpers for test suites and installers.

mod activity;
mod call;
mod client;
mod cluster;
mod error;
mod object;
mod patch;
mod record;
mod resource;
mod run;
mod text;
mod watch;

pub use client::client;
pub use cluster::KubeCluster;
pub use run::{Controller, run};
