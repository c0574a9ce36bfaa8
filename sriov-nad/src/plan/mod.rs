//! What a controller has to do next for one network, as a pure function.
//!
//! [`plan`] looks at [`Observed`] and decides by the first row of its table that holds
//! ([`Row`]); the engine carries the [`Write`]s out in order and calls it again when something
//! changed. No clock, no I/O, no memory: the same input gives the same plan.
//!
//! ```
//! use std::time::Duration;
//!
//! use sriov_nad::plan::{
//!     Contest, NamespacePhase, Observed, ObservedNetwork, PlanOptions, Row, Wake, Write, plan,
//! };
//! use sriov_nad::render::{RenderOptions, render};
//! use sriov_nad::spec::Network;
//!
//! let network = Network::parse(
//!     r#"{ apiVersion: sriovnetwork.openshift.io/v1, kind: SriovNetwork,
//!          metadata: { name: fast, namespace: shop }, spec: { resourceName: cx6 } }"#,
//! )?;
//! let observed = Observed {
//!     key: network.key.clone(),
//!     network: Some(ObservedNetwork {
//!         meta: network.meta.clone(),
//!         network_namespace: None,
//!         target: network.target(),
//!         desired: render(&network, &RenderOptions::default()),
//!         condition: None,
//!     }),
//!     namespace: NamespacePhase::Active,
//!     at_target: None,
//!     owned_elsewhere: Vec::new(),
//!     rivals: Vec::new(),
//!     contest: Contest::Calm,
//!     written: Default::default(),
//!     absent_for: Duration::ZERO,
//! };
//! let plan = plan(&observed, &PlanOptions::default());
//! assert_eq!(plan.row, Row::Drift);
//! assert!(matches!(plan.writes[..], [Write::ApplyNad { .. }, Write::SetCondition { .. }]));
//! assert_eq!(plan.wake, Wake::Within(Duration::from_secs(600)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod arbitration;
mod case;
mod drift;
mod failure;
mod observed;
mod options;
pub mod reason;
mod rows;
mod table;
mod write;

pub use drift::{Drift, drift};
pub use failure::{Failure, condition_for_failure};
pub use observed::{Claim, Contest, NamespacePhase, Observed, ObservedNetwork};
pub use options::{ConditionType, PlanOptions, Unowned};
pub use table::{Plan, Row, Wake, plan};
pub use write::{Confirm, Precondition, Warning, Write};
