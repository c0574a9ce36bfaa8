//! `NetworkAttachmentDefinition`s for SR-IOV: rendering, linting, planning, reconciling.
//!
//! ```
//! use sriov_nad::render::{RenderOptions, render};
//! use sriov_nad::spec::Network;
//!
//! let network = Network::parse(
//!     r#"{ apiVersion: sriovnetwork.openshift.io/v1, kind: SriovNetwork,
//!          metadata: { name: fast, namespace: sriov-network-operator },
//!          spec: { resourceName: cx6, networkNamespace: shop, vlan: 100 } }"#,
//! )?;
//! let nad = render(&network, &RenderOptions::default())?;
//! assert_eq!(nad.resource_name, "openshift.io/cx6");
//! assert!(nad.config.contains(r#""vlan": 100"#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Parts, each usable without the others
//!
//! - [`spec`]: the three network kinds, as the API server stores them.
//! - [`render`](mod@render): network → NAD, byte for byte what sriov-network-operator stores.
//! - [`json`]: JSON text that keeps its spelling, and whether two CNI configs are the same.
//! - [`lint`]: what would fail at pod start, and which link of the chain is broken.
//! - [`plan`](mod@plan): what a controller has to do next, as a pure function.
//!
//! # What it does, and what not
//!
//! It turns networks into NADs and keeps them so. It writes nothing but those NADs, and the
//! finalizer and condition of the networks; it creates no namespaces, configures no device plugin
//! and injects nothing into pods.
//!
//! # Features
//!
//! | feature | when to want it |
//! |---|---|
//! | (none) | rendering, linting and planning as pure functions; no I/O, any target, WebAssembly too |
//! | `engine` | a reconciling engine on tokio, generic over the cluster |
//! | `kube` | that cluster over kube-rs, and helpers for tests and installers |
//! | `sim` | a fake API server for your own tests |

pub mod codes;
#[cfg(feature = "engine")]
pub mod engine;
pub mod json;
#[cfg(feature = "kube")]
pub mod kube;
pub mod lint;
pub mod nad;
pub mod names;
pub mod plan;
pub mod render;
#[cfg(feature = "sim")]
pub mod sim;
pub mod spec;

mod field;

pub use field::{FieldError, FieldErrorKind};
