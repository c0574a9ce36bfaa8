//! The operator's `SriovNetworkNodeState`, of which only the `spec` is a wish.
//!
//! It is an object of another project: keys that are not known here are none of our business.

use serde::Deserialize;

use super::document::{Document, DocumentKind};
use super::wire::port_type;
use super::{
    DriverChoice, NodeConfig, PfConfig, PfMatch, RdmaConfig, RdmaNetnsMode, VdpaType, VfGroup,
};
use crate::document::{DocumentError, DocumentErrorKind, KeyPath, Object};
use crate::{EswitchMode, LinkType, Mtu, PciAddress, VfCount, VfIndex, VfRange};

pub(super) const KIND: &str = "SriovNetworkNodeState";
const API_GROUP: &str = "sriovnetwork.openshift.io";

#[derive(Deserialize)]
struct NodeState {
    #[serde(default)]
    spec: Option<Spec>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    interfaces: Option<Vec<Interface>>,
    system: Option<System>,
    bridges: Option<Bridges>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct System {
    rdma_mode: Option<String>,
}

#[derive(Deserialize)]
struct Bridges {
    ovs: Option<Vec<serde::de::IgnoredAny>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Interface {
    pci_address: PciAddress,
    num_vfs: Option<VfCount>,
    mtu: Option<u32>,
    e_switch_mode: Option<String>,
    link_type: Option<String>,
    vf_groups: Option<Vec<Group>>,
    externally_managed: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    resource_name: Option<String>,
    device_type: Option<String>,
    vf_range: Option<String>,
    mtu: Option<u32>,
    is_rdma: Option<bool>,
    vdpa_type: Option<String>,
}

/// Reads the wishes of a node state.
pub(super) fn read(object: &Object) -> Result<Document, DocumentError> {
    let version = object.api_version().unwrap_or_default();
    if version.split_once('/').map_or(version, |(group, _)| group) != API_GROUP {
        let message = format!("expected {API_GROUP}/v1, found {version:?}");
        let key = KeyPath::new().key("apiVersion");
        return Err(object.error(DocumentErrorKind::WrongKind, &key, message));
    }
    let state: NodeState = object.read()?;
    convert(state).map_err(|error| object.locate(error))
}

fn convert(state: NodeState) -> Result<Document, DocumentError> {
    let path = KeyPath::new().key("spec");
    let Some(Spec { interfaces, system, bridges }) = state.spec else {
        let notes = vec!["spec: is missing, nothing is wanted".to_owned()];
        let config = NodeConfig::default();
        return Ok(Document { config, kind: DocumentKind::NodeState, notes });
    };
    let mut config = NodeConfig::default();
    for (index, interface) in interfaces.into_iter().flatten().enumerate() {
        config.pfs.push(interface.convert(&path.key("interfaces").index(index))?);
    }
    let mode = system.and_then(|system| system.rdma_mode);
    config.rdma = rdma(mode.as_deref(), &path.key("system").key("rdmaMode"))?;
    let bridges = bridges.and_then(|bridges| bridges.ovs).map_or(0, |bridges| bridges.len());
    let notes = match bridges {
        0 => Vec::new(),
        count => vec![format!("spec.bridges: {count} OVS bridges are left out")],
    };
    Ok(Document { config, kind: DocumentKind::NodeState, notes })
}

fn rdma(mode: Option<&str>, key: &KeyPath) -> Result<Option<RdmaConfig>, DocumentError> {
    let netns_mode = match mode {
        None | Some("") => return Ok(None),
        Some("exclusive") => RdmaNetnsMode::Exclusive,
        Some("shared") => RdmaNetnsMode::Shared,
        Some(other) => {
            let message = format!("{other:?} is not one of exclusive, shared");
            return Err(DocumentError::invalid(key.clone(), message));
        }
    };
    Ok(Some(RdmaConfig { netns_mode }))
}

impl Interface {
    fn convert(self, path: &KeyPath) -> Result<PfConfig, DocumentError> {
        let num_vfs = self.num_vfs.unwrap_or_default();
        let mut pf = PfConfig::new(PfMatch::Pci(self.pci_address));
        pf.num_vfs = Some(num_vfs);
        pf.mtu = self.mtu.and_then(Mtu::new);
        pf.externally_managed = self.externally_managed.unwrap_or_default();
        pf.eswitch_mode = parsed::<EswitchMode>(self.e_switch_mode, path, "eSwitchMode")?;
        pf.link_type = link_type(self.link_type.as_deref(), &path.key("linkType"))?;
        for (index, group) in self.vf_groups.into_iter().flatten().enumerate() {
            pf.vfs.extend(group.convert(num_vfs, &path.key("vfGroups").index(index))?);
        }
        Ok(pf)
    }
}

/// `ETH` or `IB`, as the operator writes them or not.
fn link_type(text: Option<&str>, key: &KeyPath) -> Result<Option<LinkType>, DocumentError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let unknown = || {
        let message = format!("{text:?} is not one of ETH, IB");
        DocumentError::invalid(key.clone(), message)
    };
    port_type(text).map(Some).ok_or_else(unknown)
}

impl Group {
    /// `None` for a group that covers all VFs of a PF that has none.
    fn convert(self, num_vfs: VfCount, path: &KeyPath) -> Result<Option<VfGroup>, DocumentError> {
        let range = match self.vf_range.as_deref().filter(|text| !text.is_empty()) {
            Some(text) => Some(range(text, &path.key("vfRange"))?),
            None => all_of(num_vfs),
        };
        let Some(range) = range else { return Ok(None) };
        let mut group = VfGroup::new(range);
        group.resource_name = self.resource_name.filter(|name| !name.is_empty());
        group.driver = Some(driver(self.device_type.as_deref(), path)?);
        group.mtu = self.mtu.and_then(Mtu::new);
        group.is_rdma = self.is_rdma.unwrap_or_default();
        group.vdpa_type = parsed::<VdpaType>(self.vdpa_type, path, "vdpaType")?;
        Ok(Some(group))
    }
}

fn all_of(count: VfCount) -> Option<VfRange> {
    let last = count.get().checked_sub(1)?;
    VfRange::new(VfIndex::new(0), VfIndex::new(last))
}

/// `0-3` or `ens1f0#0-3`. A single number has been read in two ways in the field: it is refused.
fn range(text: &str, key: &KeyPath) -> Result<VfRange, DocumentError> {
    let digits = text.rsplit_once('#').map_or(text, |(_, digits)| digits);
    let refused = || {
        let message = format!("{text:?} is not a VF range (first-last, as 0-3)");
        DocumentError::invalid(key.clone(), message)
    };
    if !digits.contains('-') || text.matches('#').count() > 1 {
        return Err(refused());
    }
    digits.parse().map_err(|_| refused())
}

/// The key of the same value in a node state.
pub(super) fn rename(error: DocumentError) -> DocumentError {
    error.rename(|name| match name {
        "pfs" => &["spec", "interfaces"],
        "match" => &["pciAddress"],
        "vfs" => &["vfGroups"],
        "range" => &["vfRange"],
        _ => &[],
    })
}

/// `netdevice`, or nothing, means whatever kernel driver there is.
fn driver(device_type: Option<&str>, path: &KeyPath) -> Result<DriverChoice, DocumentError> {
    match device_type {
        None | Some("" | "netdevice") => Ok(DriverChoice::Default),
        Some(name) => name
            .parse()
            .map(DriverChoice::Named)
            .map_err(|error| DocumentError::invalid(path.key("deviceType"), error.to_string())),
    }
}

/// The operator writes `""` where nothing is wanted.
fn parsed<T: std::str::FromStr<Err = crate::InvalidText>>(
    text: Option<String>,
    path: &KeyPath,
    name: &str,
) -> Result<Option<T>, DocumentError> {
    let text = text.filter(|text| !text.is_empty());
    let value = text.map(|text| text.parse::<T>()).transpose();
    value.map_err(|error| DocumentError::invalid(path.key(name), error.to_string()))
}
