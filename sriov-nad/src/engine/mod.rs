//! The reconciling engine: generic over the cluster, on tokio's clock.

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
