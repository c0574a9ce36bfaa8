//! A fake API server, for tests: the semantics a controller depends on, without a cluster.
//!
//! [`ApiServer`] is a small, deterministic state machine that refuses what kube-apiserver refuses,
//! in its words. Objects are [`serde_json::Value`]s. It is used in three ways:
//!
//! - directly, as the hand of a test: [`ApiServer::create`], [`ApiServer::apply`], …;
//! - in process, as a tower service for `kube::Client::new`: [`ApiServer::service`];
//! - on a TCP port, for other programs: [`serve`].
//!
//! ```
//! use serde_json::json;
//! use sriov_nad::sim::ApiServer;
//!
//! let server = ApiServer::new();
//! server.create_namespace("shop")?;
//! let network = json!({
//!     "apiVersion": "sriovnetwork.openshift.io/v1", "kind": "SriovNetwork",
//!     "metadata": { "name": "fast", "namespace": "shop" },
//!     "spec": { "resourceName": "cx6" },
//! });
//! let stored = server.create(&network)?;
//! assert_eq!(stored["spec"]["logLevel"], "info", "the default of the CRD");
//! assert_eq!(server.create(&network).unwrap_err().code(), 409);
//! # Ok::<(), sriov_nad::sim::ApiError>(())
//! ```
//!
//! Time is tokio's, so a test with a paused clock waits for nothing. [`Faults`] makes requests
//! fail, hang or get lost; [`actors`] are the other programs of a cluster, one step at a time.
//!
//! What it leaves out: authentication, admission by CEL, conversion between versions, graceful
//! deletion, protobuf and tables, and validation of the built-in kinds.

pub mod actors;
mod clock;
mod error;
mod faults;
mod http;
mod resource;
mod schema;
mod serve;
mod server;
mod store;

pub use error::{ApiError, Cause};
pub use faults::{Fault, Faults, Matcher, Request, Requests, Rule, Verb};
pub use http::{ApiService, SimBody};
pub use resource::{Resource, Scope, Subresource};
pub use schema::Schema;
pub use serve::{kubeconfig, serve};
pub use server::ApiServer;
pub use store::{Change, Store, WriteOptions};
