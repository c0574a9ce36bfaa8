//! Names of device-plugin resources, whose prefix may not be known.

use std::collections::BTreeMap;

use super::Policy;
use crate::names::is_dns_subdomain;

/// The resource a NAD asks for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Resource<'a> {
    /// With its prefix.
    pub(super) full: &'a str,
    /// Whether the prefix is what the NAD will have, and not a default nobody confirmed.
    pub(super) prefix_known: bool,
    /// The prefix of the device plugin, where it is known.
    pub(super) plugin_prefix: Option<&'a str>,
}

impl<'a> Resource<'a> {
    /// What stands behind the prefix.
    pub(super) fn name(&self) -> &'a str {
        self.full.split_once('/').map_or(self.full, |(_, name)| name)
    }

    fn prefix(&self) -> &'a str {
        self.full.split_once('/').map_or("", |(prefix, _)| prefix)
    }

    /// Whether it is this resource of a node or a pod.
    pub(super) fn is(&self, other: &str) -> bool {
        if self.prefix_known {
            return self.full == other;
        }
        other.split_once('/').is_some_and(|(_, name)| name == self.name())
    }

    /// Whether this policy makes it.
    pub(super) fn is_of(&self, policy: &Policy) -> bool {
        self.has_plugin_prefix() && policy.resource_name == self.name()
    }

    /// Whether its prefix is the device plugin's, as far as one can tell.
    pub(super) fn has_plugin_prefix(&self) -> bool {
        !self.prefix_known || self.plugin_prefix.is_none_or(|prefix| prefix == self.prefix())
    }

    /// How many devices the nodes have of it.
    pub(super) fn devices(&self, pools: &BTreeMap<String, u64>) -> Option<u64> {
        if self.prefix_known {
            return pools.get(self.full).copied();
        }
        pools.iter().filter(|(name, _)| self.is(name)).map(|(_, count)| *count).max()
    }

    /// The same name under another prefix, among the resources of the nodes.
    pub(super) fn twin<'p>(&self, pools: &'p BTreeMap<String, u64>) -> Option<&'p str> {
        let twin =
            |other: &&String| other.split_once('/').is_some_and(|(_, name)| name == self.name());
        pools.keys().find(twin).map(String::as_str)
    }
}

/// Why the text is no name of an extended resource.
pub(super) fn fault(text: &str) -> Option<&'static str> {
    let Some((prefix, name)) = text.split_once('/') else {
        return Some("has no prefix: there is no slash");
    };
    let ends = [name.bytes().next(), name.bytes().next_back()];
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    match () {
        () if prefix.is_empty() => Some("has no prefix before the slash"),
        () if name.is_empty() => Some("has no name behind the slash"),
        () if name.contains('/') => Some("has more than one slash"),
        () if !is_dns_subdomain(prefix) => Some("has a prefix that is no DNS-1123 subdomain"),
        () if name.len() > 63 => Some("has a name of more than 63 characters"),
        () if !name.bytes().all(inner) => Some("has characters that resource names do not have"),
        () if !ends.iter().all(|end| end.is_some_and(|b| b.is_ascii_alphanumeric())) => {
            Some("has a name that does not start and end with a letter or digit")
        }
        () => None,
    }
}
