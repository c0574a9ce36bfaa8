//! The reconciling engine: generic over the cluster, on tokio's clock.

mod cluster;
mod ledger;

pub use cluster::{Change, Cluster, ClusterError, FinalizerChange, Namespace, Source};
pub use ledger::{FightPolicy, Ledger};
