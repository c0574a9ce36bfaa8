use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;
use sriov_host::document::{self, DocumentError, DocumentErrorKind, KeyPath, Object};

use super::resource::Resource;

/// What is known of the cluster. A fact that is `None` is not known, and raises nothing; an empty
/// one is known to be empty.
///
/// ```
/// use sriov_nad::lint::Facts;
///
/// let facts = Facts::parse("allocatable: { openshift.io/cx6: 8 }\nrdmaMode: shared\n")?;
/// assert_eq!(facts.allocatable.map(|pools| pools.len()), Some(1));
/// assert!(facts.policies.is_none(), "not known, which is not the same as none");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Facts {
    /// The extended resources of the nodes, with their prefix, and how many devices each has on
    /// the node that has most.
    pub allocatable: Option<BTreeMap<String, u64>>,
    /// The `SriovNetworkNodePolicy` objects.
    pub policies: Option<Vec<Policy>>,
    /// The namespaces that exist.
    pub namespaces: Option<BTreeSet<String>>,
    /// The RDMA mode of the nodes.
    pub rdma_mode: Option<RdmaMode>,
}

/// What the linter wants to know of a `SriovNetworkNodePolicy`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Policy {
    /// `metadata.name`; empty if it has none.
    pub name: String,
    /// `spec.resourceName`, without prefix.
    pub resource_name: String,
    /// `spec.deviceType`; `None` is the default, `netdevice`.
    pub device_type: Option<String>,
    /// `spec.isRdma`.
    pub is_rdma: bool,
}

/// Who sees the RDMA devices of a node.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum RdmaMode {
    /// Every network namespace.
    Shared,
    /// The network namespace a device was moved to.
    Exclusive,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wire {
    #[serde(default)]
    allocatable: Option<BTreeMap<String, Value>>,
    #[serde(default)]
    policies: Option<Vec<Value>>,
    #[serde(default)]
    namespaces: Option<Vec<Value>>,
    #[serde(default)]
    rdma_mode: Option<RdmaMode>,
}

impl Facts {
    /// Reads facts from YAML or JSON: `allocatable`, `policies`, `namespaces`, `rdmaMode`.
    ///
    /// # Errors
    ///
    /// Another key or a value that does not fit, with its line.
    pub fn parse(text: &str) -> Result<Self, DocumentError> {
        let object = document::read_one(text)?;
        let wire: Wire = object.read()?;
        let allocatable = wire.allocatable.map(|pools| read_pools(&object, pools)).transpose()?;
        let policies = wire.policies.map(|list| {
            list.iter().enumerate().map(|(i, value)| read_policy(&object, i, value)).collect()
        });
        let namespaces = wire.namespaces.map(|list| {
            list.iter().enumerate().map(|(i, value)| read_namespace(&object, i, value)).collect()
        });
        Ok(Self {
            allocatable,
            policies: policies.transpose()?,
            namespaces: namespaces.transpose()?,
            rdma_mode: wire.rdma_mode,
        })
    }

    /// What the facts say about a resource.
    pub(super) fn offer(&self, resource: &Resource<'_>) -> Offer {
        let pool = self.allocatable.as_ref().map(|pools| resource.devices(pools));
        let policies = self.policies.as_ref();
        let policy = policies.map(|policies| policies.iter().any(|p| resource.is_of(p)));
        match (pool, policy) {
            (Some(Some(1..)), _) | (None, None | Some(true)) => Offer::Unopposed,
            (Some(Some(0)), _) => Offer::Empty,
            (Some(None), Some(true)) => Offer::NotRegistered,
            (Some(None), _) | (None, Some(false)) => Offer::Absent,
        }
    }
}

/// What the facts say about a resource.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Offer {
    /// It is there, or nothing is known.
    Unopposed,
    /// The nodes have the resource, with no device.
    Empty,
    /// A policy makes it, and no node has it.
    NotRegistered,
    /// Nobody has it.
    Absent,
}

fn read_pools(
    object: &Object,
    pools: BTreeMap<String, Value>,
) -> Result<BTreeMap<String, u64>, DocumentError> {
    let entry = |(name, value): (String, Value)| {
        let path = KeyPath::new().key("allocatable").key(&name);
        let count = quantity(&value);
        let count = count.ok_or_else(|| invalid(object, &path, "expected a number of devices"))?;
        Ok((name, count))
    };
    pools.into_iter().map(entry).collect()
}

/// A number of devices, as a number or as text.
pub(super) fn quantity(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn read_policy(object: &Object, index: usize, value: &Value) -> Result<Policy, DocumentError> {
    let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let Some(resource_name) = text("/spec/resourceName") else {
        let path = KeyPath::new().key("policies").index(index);
        return Err(invalid(object, &path, "expected a policy with spec.resourceName"));
    };
    Ok(Policy {
        name: text("/metadata/name").unwrap_or_default(),
        resource_name,
        device_type: text("/spec/deviceType").filter(|text| !text.is_empty()),
        is_rdma: value.pointer("/spec/isRdma").and_then(Value::as_bool).unwrap_or_default(),
    })
}

fn read_namespace(object: &Object, index: usize, value: &Value) -> Result<String, DocumentError> {
    let name = value.as_str().or_else(|| value.pointer("/metadata/name")?.as_str());
    name.map(str::to_owned).ok_or_else(|| {
        let path = KeyPath::new().key("namespaces").index(index);
        invalid(object, &path, "expected the name of a namespace")
    })
}

fn invalid(object: &Object, path: &KeyPath, message: &str) -> DocumentError {
    object.error(DocumentErrorKind::InvalidValue, path, message)
}
