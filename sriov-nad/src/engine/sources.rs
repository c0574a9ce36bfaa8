use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::Source;
use super::cache::Cache;
use crate::names::NetworkKind;

/// Why a source delivers nothing.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Trouble {
    /// The API server knows no such kind. For a kind of networks this also says that there are
    /// none.
    CrdMissing,
    /// RBAC does not allow to list or to watch it.
    Forbidden(String),
    /// The watch was too far behind (410 Gone), and a new list is begun.
    Expired,
    /// Anything else: a connection, a server error.
    Disconnected(String),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CrdMissing => f.write_str("the CRD is missing"),
            Self::Forbidden(why) => write!(f, "not allowed to list or watch: {why}"),
            Self::Expired => f.write_str("the watch expired"),
            Self::Disconnected(why) => write!(f, "not connected: {why}"),
        }
    }
}

/// `SriovNetwork`, `NetworkAttachmentDefinition`, `Namespace`.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Networks(kind) => kind.as_str(),
            Self::Nads => crate::nad::KIND,
            Self::Namespaces => "Namespace",
        })
    }
}

/// How a source is doing.
#[derive(Clone, Debug, Default)]
pub(super) struct SourceState {
    /// What it suffers from, until it delivers again, and when that was told last.
    pub(super) trouble: Option<(Trouble, Duration)>,
    /// When anything was heard of it.
    pub(super) active: Duration,
    /// When it delivered an object.
    pub(super) event: Option<Duration>,
    /// When its last list was begun.
    pub(super) begun: Duration,
}

impl SourceState {
    fn lacks_crd(&self) -> bool {
        matches!(self.trouble, Some((Trouble::CrdMissing, _)))
    }
}

/// The sources an engine is fed from.
#[derive(Debug)]
pub(super) struct Sources(BTreeMap<Source, SourceState>);

impl Sources {
    pub(super) fn new(kinds: &[NetworkKind]) -> Self {
        let networks = kinds.iter().copied().map(Source::Networks);
        let all = networks.chain([Source::Nads, Source::Namespaces]);
        Self(all.map(|source| (source, SourceState::default())).collect())
    }

    pub(super) fn get_mut(&mut self, source: Source) -> &mut SourceState {
        self.0.entry(source).or_default()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Source, &SourceState)> {
        self.0.iter().map(|(source, state)| (*source, state))
    }

    /// Whether anything can be planned: a network must not be taken for absent, nor a NAD, nor a
    /// namespace, because its list is still on the way.
    pub(super) fn are_known(&self, cache: &Cache) -> bool {
        self.iter().all(|(source, state)| {
            let none = matches!(source, Source::Networks(_)) && state.lacks_crd();
            none || cache.is_complete(source)
        })
    }

    /// Whether networks of this kind can be planned. Where the kind itself is missing they cannot,
    /// though there are none: their NADs are kept until the kind is back and says so.
    pub(super) fn is_served(&self, cache: &Cache, kind: NetworkKind) -> bool {
        let source = Source::Networks(kind);
        self.0.get(&source).is_some_and(|it| !it.lacks_crd()) && cache.is_complete(source)
    }
}
