//! Names and keys: what Kubernetes and the device plugin accept, and how objects are told apart.

use std::fmt;
use std::str::FromStr;

/// The API group of the three network kinds.
pub const GROUP: &str = "sriovnetwork.openshift.io";

/// The API version of the three network kinds.
pub const VERSION: &str = "v1";

/// The three kinds of networks.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum NetworkKind {
    /// `SriovNetwork`: VFs with Ethernet, configured by sriov-cni.
    Sriov,
    /// `SriovIBNetwork`: VFs with InfiniBand, configured by ib-sriov-cni.
    Ib,
    /// `OVSNetwork`: representors on an Open vSwitch bridge, configured by ovs-cni.
    Ovs,
}

impl NetworkKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Sriov, Self::Ib, Self::Ovs];

    /// The kind, as in `kind:`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sriov => "SriovNetwork",
            Self::Ib => "SriovIBNetwork",
            Self::Ovs => "OVSNetwork",
        }
    }

    /// The resource, as in the paths of the API.
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Sriov => "sriovnetworks",
            Self::Ib => "sriovibnetworks",
            Self::Ovs => "ovsnetworks",
        }
    }

    /// The CNI plugin that serves it, as in `type` of the CNI config.
    pub const fn plugin(self) -> &'static str {
        match self {
            Self::Sriov => "sriov",
            Self::Ib => "ib-sriov",
            Self::Ovs => "ovs",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

impl fmt::Display for NetworkKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Which network: its kind, namespace and name.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct NetworkKey {
    /// The kind.
    pub kind: NetworkKind,
    /// The namespace.
    pub namespace: String,
    /// The name.
    pub name: String,
}

impl NetworkKey {
    /// A key of its parts.
    pub fn new(kind: NetworkKind, namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Self { kind, namespace: namespace.into(), name: name.into() }
    }

    /// The value of the owner annotation of its NAD.
    pub fn owner_token(&self) -> String {
        format!("{}.{GROUP}/{}/{}", self.kind, self.namespace, self.name)
    }

    /// The network an owner annotation names; `None` for every other text.
    ///
    /// ```
    /// use sriov_nad::names::{NetworkKey, NetworkKind};
    ///
    /// let key = NetworkKey::new(NetworkKind::Ib, "shop", "fast");
    /// assert_eq!(NetworkKey::from_owner_token(&key.owner_token()), Some(key));
    /// assert_eq!(NetworkKey::from_owner_token("owner-object-not-found"), None);
    /// ```
    pub fn from_owner_token(token: &str) -> Option<Self> {
        let (kind, rest) = token.split_once('.')?;
        let (group, rest) = rest.split_once('/')?;
        let (namespace, name) = rest.split_once('/')?;
        let sound = group == GROUP && is_dns_label(namespace) && is_dns_subdomain(name);
        let kind = NetworkKind::from_name(kind).filter(|_| sound)?;
        Some(Self::new(kind, namespace, name))
    }
}

/// `SriovNetwork shop/fast`, for people.
impl fmt::Display for NetworkKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}/{}", self.kind, self.namespace, self.name)
    }
}

/// Which NAD: its namespace and name.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct NadKey {
    /// The namespace.
    pub namespace: String,
    /// The name.
    pub name: String,
}

impl NadKey {
    /// A key of its parts.
    pub fn new(namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Self { namespace: namespace.into(), name: name.into() }
    }
}

/// `shop/fast`.
impl fmt::Display for NadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

/// The prefix of device-plugin resources, as `openshift.io`: a DNS-1123 subdomain.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct ResourcePrefix(String);

impl ResourcePrefix {
    /// The prefix.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `openshift.io`, as the operator and the device plugin have it.
impl Default for ResourcePrefix {
    fn default() -> Self {
        Self("openshift.io".to_owned())
    }
}

impl fmt::Display for ResourcePrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ResourcePrefix {
    type Err = crate::FieldError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if is_dns_subdomain(text) {
            return Ok(Self(text.to_owned()));
        }
        let message = format!("{text:?} is not a DNS-1123 subdomain such as openshift.io");
        Err(crate::FieldError::invalid("resource_prefix", message))
    }
}

/// Whether it is a DNS-1123 label: the rule for namespaces.
pub fn is_dns_label(text: &str) -> bool {
    text.len() <= 63 && is_dns_part(text)
}

/// Whether it is a DNS-1123 subdomain: the rule for the names of most objects.
pub fn is_dns_subdomain(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_dns_part)
}

fn is_dns_part(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

/// Whether both the operator's webhook and the device plugin accept it as a resource name.
pub fn is_resource_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    let inner = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let ends = [bytes.first(), bytes.last()];
    bytes.len() <= 63
        && bytes.iter().all(inner)
        && ends.iter().all(|end| end.is_some_and(u8::is_ascii_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::{is_dns_label, is_dns_subdomain, is_resource_name};

    #[test]
    fn names_follow_the_rules_of_kubernetes() {
        for good in ["a", "a-b", "1e3", "123", "0777", &"a".repeat(63)] {
            assert!(is_dns_label(good) && is_dns_subdomain(good), "{good}");
        }
        for bad in ["", "-a", "a-", "A", "a_b", "a b", "é", ".inf", "a.", "a..b", "a: b"] {
            assert!(!is_dns_label(bad) && !is_dns_subdomain(bad), "{bad}");
        }
        assert!(is_dns_subdomain("a.b") && !is_dns_label("a.b"));
        assert!(is_dns_subdomain("a-b.c--d"));
        assert!(!is_dns_label(&"a".repeat(64)) && is_dns_subdomain(&"a".repeat(64)));
        assert!(!is_dns_subdomain(&"a".repeat(254)));
    }

    #[test]
    fn resource_names_are_what_webhook_and_device_plugin_accept() {
        for good in ["a", "resource_1", "A-b", "true", &"a".repeat(63)] {
            assert!(is_resource_name(good), "{good}");
        }
        for bad in ["", "_a", "a-", "a.b", "a/b", "a #b", &"a".repeat(64)] {
            assert!(!is_resource_name(bad), "{bad}");
        }
    }
}
