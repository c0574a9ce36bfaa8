//! The engine's cluster over kube-rs, and helpers for test suites and installers.
//!
//! The helpers are told when to look by watches, read live when they look, look again from time to
//! time in case a watch has died, and end by their deadline. None of them sleeps for luck.

mod activity;
mod apply;
mod bell;
mod call;
pub mod capture;
mod client;
mod cluster;
mod compare;
mod diff;
mod discovery;
mod ensure;
mod error;
mod namespaces;
mod object;
mod objects;
mod patch;
pub mod ready;
mod record;
mod request;
mod resource;
mod run;
mod settled;
mod text;
mod view;
mod wait;
mod watch;

pub use apply::{AppliedNetwork, ApplyOptions, ObjectChange, apply_network};
pub use client::client;
pub use cluster::KubeCluster;
pub use compare::{Difference, differences};
pub use diff::{DiffError, PendingChange, diff_network};
pub use ensure::{
    EnsureError, EnsureOptions, EnsureStage, Ensured, Existing, ensure_network, network_object,
};
pub use namespaces::{
    NamespaceBlocker, NamespaceError, UniqueNamespace, unique_namespace, wait_namespace_gone,
};
pub use request::{RequestError, RequestErrorKind};
pub use run::{Controller, run};
pub use settled::{Lack, NetworkView, SettledOptions, lack};
pub use view::view_network;
pub use wait::{WaitOptions, Waited, wait_networks};
