//! The engine's cluster over kube-rs, and helpers for test suites and installers.
//!
//! A controller of one's own is a client, options, and a future that ends when it shall:
//!
//! ```
//! # #[cfg(feature = "sim")]
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::Duration;
//!
//! use kube::Client;
//! use sriov_nad::engine::Options;
//! use sriov_nad::kube::Controller;
//! use sriov_nad::sim::ApiServer;
//!
//! let server = ApiServer::new();
//! server.create_namespace("shop")?;
//! server.create(&serde_json::json!({
//!     "apiVersion": "sriovnetwork.openshift.io/v1", "kind": "SriovNetwork",
//!     "metadata": { "name": "fast", "namespace": "shop" }, "spec": { "resourceName": "cx6" },
//! }))?;
//!
//! // With a cluster: `sriov_nad::kube::client(kube::Config::infer().await?)?`
//! let client = Client::new(server.service(), "default");
//! let (controller, handle) = Controller::new(client, Options::default());
//! let shutdown = tokio::time::sleep(Duration::from_secs(5)); // or a signal
//! controller.run(shutdown).await;
//!
//! assert!(server.get("network-attachment-definitions", "shop", "fast").is_some());
//! assert_eq!(handle.metrics().writes.get("applyNad"), Some(&1));
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "sim"))]
//! # fn main() {}
//! ```
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
