use std::future::Future;
use std::time::Duration;

use crate::nad::{Desired, Nad};
use crate::names::{NadKey, NetworkKey, NetworkKind};
use crate::plan::{NamespacePhase, Precondition, Warning};
use crate::spec::Condition;

/// What the engine asks of a cluster. Reads are live: they ask the API server, not a cache.
///
/// Every call is bounded by the engine; a call that is dropped may have happened or not.
pub trait Cluster: Send + Sync + 'static {
    /// The uid of a network, live; `None` if there is none.
    fn network_uid(
        &self,
        key: &NetworkKey,
    ) -> impl Future<Output = Result<Option<String>, ClusterError>> + Send;

    /// A NAD, live; `None` if there is none.
    fn nad(&self, key: &NadKey) -> impl Future<Output = Result<Option<Nad>, ClusterError>> + Send;

    /// Server-side apply of the fields of `desired`, and of the object that is there now.
    fn apply_nad(
        &self,
        desired: &Desired,
        existing: Option<&Precondition>,
        force: bool,
    ) -> impl Future<Output = Result<Nad, ClusterError>> + Send;

    /// Deletes a NAD; one that is not there is a success.
    fn delete_nad(
        &self,
        key: &NadKey,
        precondition: &Precondition,
    ) -> impl Future<Output = Result<(), ClusterError>> + Send;

    /// Adds or removes a finalizer by a JSON patch that tests the uid and the list.
    fn patch_finalizer(
        &self,
        key: &NetworkKey,
        change: &FinalizerChange,
    ) -> impl Future<Output = Result<(), ClusterError>> + Send;

    /// Server-side apply of one condition on the status, for the network with this uid.
    fn apply_condition(
        &self,
        key: &NetworkKey,
        uid: &str,
        condition: &Condition,
    ) -> impl Future<Output = Result<(), ClusterError>> + Send;

    /// Records an Event of type Warning. Nothing depends on it.
    fn warn(
        &self,
        key: &NetworkKey,
        warning: &Warning,
    ) -> impl Future<Output = Result<(), ClusterError>> + Send;
}

/// A change of the finalizers of a network.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FinalizerChange {
    /// The uid of the network.
    pub uid: String,
    /// The finalizers it was planned against, in order.
    pub present: Vec<String>,
    /// Which one is added or removed.
    pub finalizer: String,
    /// Added, else removed.
    pub add: bool,
}

/// Why a call did not do what was asked.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ClusterError {
    /// Other field managers own what was to be applied.
    #[error("owned by {}", managers.join(", "))]
    Conflict {
        /// Who they are.
        managers: Vec<String>,
    },
    /// The object is not the one that was planned against.
    #[error("the object has changed: {0}")]
    PreconditionFailed(String),
    /// There is no such object, or no such kind.
    #[error("not found: {0}")]
    NotFound(String),
    /// The namespace is being deleted.
    #[error("the namespace is terminating")]
    NamespaceTerminating,
    /// Not allowed, by RBAC, quota or admission.
    #[error("forbidden: {0}")]
    Forbidden(String),
    /// The API server does not accept the object.
    #[error("invalid: {0}")]
    Invalid(String),
    /// Too many requests.
    #[error("too many requests")]
    TooMany {
        /// When the server wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// Anything that may pass by itself: server errors, connections, time-outs.
    #[error("{0}")]
    Transient(String),
}

/// A stream of objects that the engine is fed with.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Source {
    /// Networks of a kind.
    Networks(NetworkKind),
    /// NADs.
    Nads,
    /// Namespaces.
    Namespaces,
}

/// What a list and its watch tell, in their order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Change<T> {
    /// A new list begins; what is not in it has vanished.
    Restart,
    /// An object of the list.
    Listed(T),
    /// The list is complete: only now it holds.
    Complete,
    /// An object was created or changed.
    Applied(T),
    /// An object was deleted; its last state.
    Deleted(T),
}

/// A namespace, as far as the engine needs it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Namespace {
    /// Its name.
    pub name: String,
    /// Active or terminating.
    pub phase: NamespacePhase,
}
