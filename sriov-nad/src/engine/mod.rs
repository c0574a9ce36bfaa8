//! The reconciling engine: generic over the cluster, on tokio's clock.

mod cluster;

pub use cluster::{Change, Cluster, ClusterError, FinalizerChange, Namespace, Source};
