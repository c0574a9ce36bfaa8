//! The reconciling engine: generic over the cluster, on tokio's clock.
//!
//! ```text
//!  sources ──Change──▶ Handle ──▶ cache ──keys──▶ queue ──▶ workers ──▶ plan ──▶ Cluster
//!                                   ▲                          │
//!                                   └──────── memory ◀─────────┘   what the cache does not show yet
//! ```
//!
//! The engine knows nothing of a Kubernetes client. It is fed with lists and watches through its
//! [`Handle`], and writes through a [`Cluster`]; feature `kube` brings both over kube-rs. Each of
//! its parts but the last two is without I/O and without a clock of its own.
//!
//! # What it holds to
//!
//! - A network is reconciled once at a time; what happens meanwhile makes another run.
//! - Networks that want the same NAD take turns.
//! - Nothing is planned before every source has completed its first list, nor from half a list.
//! - A write that the cache does not show yet is not repeated, nor one that was refused.
//! - A call, a reconcile and a shutdown each have an end. A panic costs one run of one network.
//! - Every network is looked at again without an event: at [`Options::resync`] at the latest.
//! - No state is needed besides the cluster's: an engine can end at any point.
//!
//! # Embedding
//!
//! An operator with a client of its own implements [`Cluster`], feeds the handle, and runs the
//! engine as one of its tasks:
//!
//! ```
//! use std::sync::{Arc, Mutex};
//!
//! use sriov_nad::engine::{
//!     Change, Cluster, ClusterError, Engine, FinalizerChange, Namespace, Options,
//! };
//! use sriov_nad::nad::{Desired, Nad};
//! use sriov_nad::names::{NadKey, NetworkKey, NetworkKind};
//! use sriov_nad::plan::{NamespacePhase, Precondition, Warning};
//! use sriov_nad::spec::{Condition, Network};
//!
//! /// A cluster of conditions and one NAD; a real one sends requests.
//! #[derive(Clone, Default)]
//! struct Tiny {
//!     nad: Arc<Mutex<Option<Nad>>>,
//!     said: Arc<Mutex<Vec<String>>>,
//! }
//!
//! impl Cluster for Tiny {
//!     async fn network_uid(&self, _: &NetworkKey) -> Result<Option<String>, ClusterError> {
//!         Ok(Some("uid-1".to_owned()))
//!     }
//!     async fn nad(&self, _: &NadKey) -> Result<Option<Nad>, ClusterError> {
//!         Ok(self.nad.lock().unwrap().clone())
//!     }
//!     async fn apply_nad(
//!         &self,
//!         desired: &Desired,
//!         _: Option<&Precondition>,
//!         _force: bool,
//!     ) -> Result<Nad, ClusterError> {
//!         let mut object = desired.to_value();
//!         object["metadata"]["uid"] = "uid-2".into();
//!         object["metadata"]["resourceVersion"] = "8".into();
//!         let nad = Nad::from_value(&object).unwrap();
//!         *self.nad.lock().unwrap() = Some(nad.clone());
//!         Ok(nad)
//!     }
//!     async fn delete_nad(&self, _: &NadKey, _: &Precondition) -> Result<(), ClusterError> {
//!         *self.nad.lock().unwrap() = None;
//!         Ok(())
//!     }
//!     async fn patch_finalizer(
//!         &self,
//!         _: &NetworkKey,
//!         _: &FinalizerChange,
//!     ) -> Result<(), ClusterError> {
//!         Ok(())
//!     }
//!     async fn apply_condition(
//!         &self,
//!         key: &NetworkKey,
//!         _uid: &str,
//!         condition: &Condition,
//!     ) -> Result<(), ClusterError> {
//!         self.said.lock().unwrap().push(format!("{key}: {}", condition.reason));
//!         Ok(())
//!     }
//!     async fn warn(&self, _: &NetworkKey, _: &Warning) -> Result<(), ClusterError> {
//!         Ok(())
//!     }
//! }
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
//! # runtime.block_on(async {
//! let cluster = Tiny::default();
//! let options = Options { kinds: vec![NetworkKind::Sriov], ..Options::default() };
//! let (engine, handle) = Engine::new(cluster.clone(), options);
//!
//! // As the lists and watches tell it. Nothing is planned before all of them are complete.
//! let mut network = Network::parse(
//!     "{ apiVersion: sriovnetwork.openshift.io/v1, kind: SriovNetwork,
//!        metadata: { name: fast, namespace: shop }, spec: { resourceName: cx6 } }",
//! )?;
//! network.meta.uid = "uid-1".to_owned();
//! let key = network.key.clone();
//! handle.networks(NetworkKind::Sriov, Change::Restart);
//! handle.networks(NetworkKind::Sriov, Change::Listed(network));
//! handle.networks(NetworkKind::Sriov, Change::Complete);
//! handle.nads(Change::Restart);
//! handle.nads(Change::Complete);
//! let shop = Namespace { name: "shop".to_owned(), phase: NamespacePhase::Active };
//! handle.namespaces(Change::Restart);
//! handle.namespaces(Change::Listed(shop));
//! handle.namespaces(Change::Complete);
//!
//! // Until the first outcome; a real one waits for a signal here.
//! let ready = async {
//!     while handle.last(&key).is_none() {
//!         tokio::task::yield_now().await;
//!     }
//! };
//! engine.run(ready).await;
//! assert_eq!(*cluster.said.lock().unwrap(), ["SriovNetwork shop/fast: NetworkReady"]);
//! assert_eq!(handle.last(&key).unwrap().writes, 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod backoff;
mod cache;
mod cluster;
mod counters;
mod execute;
mod failure;
mod finish;
mod handle;
mod health;
mod ledger;
mod memory;
mod metrics;
mod options;
mod prometheus;
mod queue;
mod reconcile;
mod report;
mod run;
mod snapshot;
mod sources;
mod state;
mod turns;

pub use cluster::{Change, Cluster, ClusterError, FinalizerChange, Namespace, Source};
pub use handle::Handle;
pub use health::Health;
pub use ledger::{FightPolicy, Ledger};
pub use metrics::{Metrics, SourceMetrics};
pub use options::Options;
pub use report::{KeyReport, Trigger};
pub use run::Engine;
pub use sources::Trouble;
