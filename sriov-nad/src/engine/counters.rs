use std::collections::BTreeMap;
use std::time::Duration;

use super::ClusterError;
use crate::plan::{Row, Write};

/// So many field managers are told apart; their names are anybody's choice.
const MANAGERS: usize = 50;

/// What is counted from the start on.
#[derive(Clone, Debug, Default)]
pub(super) struct Counters {
    pub(super) reconciles: BTreeMap<Row, u64>,
    pub(super) writes: BTreeMap<&'static str, u64>,
    pub(super) errors: BTreeMap<&'static str, u64>,
    pub(super) fights: BTreeMap<Box<str>, u64>,
    pub(super) conflicts: u64,
    pub(super) live_reads: u64,
    pub(super) panics: u64,
    pub(super) aborts: u64,
    pub(super) timeouts: u64,
    pub(super) unreadable: u64,
    /// When a reconcile ended last, however.
    pub(super) completion: Option<Duration>,
    /// When one ended well.
    pub(super) success: Option<Duration>,
}

impl Counters {
    pub(super) fn write(&mut self, write: &Write) {
        *self.writes.entry(kind(write)).or_default() += 1;
    }

    pub(super) fn error(&mut self, error: &ClusterError) {
        *self.errors.entry(class(error)).or_default() += 1;
    }

    pub(super) fn fight(&mut self, manager: &str) {
        let full = self.fights.len() >= MANAGERS && !self.fights.contains_key(manager);
        let manager = if full { "others" } else { manager };
        *self.fights.entry(manager.into()).or_default() += 1;
    }
}

/// The kind of a write, in one word.
pub(super) const fn kind(write: &Write) -> &'static str {
    match write {
        Write::AddFinalizer { .. } => "addFinalizer",
        Write::RemoveFinalizer { .. } => "removeFinalizer",
        Write::DeleteNad { .. } => "deleteNad",
        Write::ApplyNad { .. } => "applyNad",
        Write::SetCondition { .. } => "setCondition",
        Write::Warn(_) => "warn",
    }
}

/// The class of an error, in one word.
pub(super) const fn class(error: &ClusterError) -> &'static str {
    match error {
        ClusterError::Conflict { .. } => "conflict",
        ClusterError::PreconditionFailed(_) => "preconditionFailed",
        ClusterError::NotFound(_) => "notFound",
        ClusterError::NamespaceTerminating => "namespaceTerminating",
        ClusterError::Forbidden(_) => "forbidden",
        ClusterError::Invalid(_) => "invalid",
        ClusterError::TooMany { .. } => "tooMany",
        ClusterError::Transient(_) => "transient",
    }
}
