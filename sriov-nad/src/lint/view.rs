//! What the checks look at: a NAD as it is, or as a network will have it.

use std::collections::{BTreeMap, BTreeSet};

use super::config::{Config, Plugin};
use super::resource::{self, Resource};
use super::{Facts, Input, Options};
use crate::names::{NadKey, NetworkKey, NetworkKind, ResourcePrefix};
use crate::spec::Network;

/// A NAD, stored or rendered.
pub(super) struct View<'a> {
    pub(super) key: &'a NadKey,
    /// The resource annotation, unless it is empty.
    pub(super) annotation: Option<&'a str>,
    /// Whether the prefix in the annotation is more than a default.
    pub(super) prefix_known: bool,
    pub(super) config: &'a Config<'a>,
    pub(super) plugins: Vec<Plugin<'a>>,
}

/// What else the checks know.
pub(super) struct Context<'a> {
    pub(super) facts: &'a Facts,
    pub(super) options: &'a Options,
    /// The NADs whose attachments were all explained by something nearer to the pod.
    pub(super) explained: BTreeSet<NadKey>,
    networks: BTreeMap<&'a NetworkKey, &'a Network>,
    nads: BTreeSet<&'a NadKey>,
}

impl<'a> Context<'a> {
    pub(super) fn new(
        input: &'a Input,
        facts: &'a Facts,
        options: &'a Options,
        explained: BTreeSet<NadKey>,
    ) -> Self {
        let networks = input.networks().map(|subject| &subject.network);
        Self {
            facts,
            options,
            explained,
            networks: networks.map(|network| (&network.key, network)).collect(),
            nads: input.nads().map(|subject| &subject.nad.key).collect(),
        }
    }

    /// The network with this key, if it is among the objects.
    pub(super) fn network(&self, key: &NetworkKey) -> Option<&'a Network> {
        self.networks.get(key).copied()
    }

    /// Whether any network of this kind is among the objects.
    pub(super) fn lists(&self, kind: NetworkKind) -> bool {
        self.networks.keys().any(|key| key.kind == kind)
    }

    /// Whether this NAD is among the objects.
    pub(super) fn has_nad(&self, key: &NadKey) -> bool {
        self.nads.contains(key)
    }
}

impl<'a> View<'a> {
    /// The plugins of these types.
    pub(super) fn of_kind(&self, kinds: &[&str]) -> impl Iterator<Item = &Plugin<'a>> {
        self.plugins.iter().filter(move |plugin| kinds.contains(&plugin.kind))
    }

    /// The resource the annotation names, if it is one.
    pub(super) fn resource(&self, options: &'a Options) -> Option<Resource<'a>> {
        resource_of(self.annotation?, self.prefix_known, options)
    }
}

/// The resource an annotation names, if it is one.
pub(super) fn resource_of<'a>(
    annotation: &'a str,
    prefix_known: bool,
    options: &'a Options,
) -> Option<Resource<'a>> {
    let plugin_prefix = options.resource_prefix.as_ref().map(ResourcePrefix::as_str);
    let resource = Resource { full: annotation, prefix_known, plugin_prefix };
    resource::fault(annotation).is_none().then_some(resource)
}
