use sriov_host::config::{DocumentKind, NodeConfig};
use sriov_host::plan::Blocker;

use super::Wish;
use crate::card::Card;

/// What a document wants of the cards of a host.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Wanted {
    /// The wishes, one for each PF that is meant.
    pub wishes: Vec<Wish>,
    /// Entries that mean no card of this host.
    pub blockers: Vec<Blocker>,
    /// What a reader should know besides.
    pub notes: Vec<String>,
}

/// What a document wants of these cards.
pub fn wishes(_config: &NodeConfig, _kind: DocumentKind, _cards: &[Card]) -> Wanted {
    Wanted::default()
}
