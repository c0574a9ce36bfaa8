use std::collections::HashSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::document::{self, DocumentError, KeyPath};
use crate::owed::Owed;
use crate::plan::Target;
use crate::seam::VfAttrs;
use crate::{
    DriverName, EswitchMode, Guid, IfIndex, IfName, LinkType, MacAddr, Mtu, PciAddress, PciId,
    RdmaDeviceName, TxRate, VfCount, VfIndex, VfLinkState, VlanId, VlanProto, VlanQos,
};

/// The PFs of a node and their VFs. `None` is "has none" or "cannot be told", never a default.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NodeInventory {
    /// Always `sriov/v1`.
    pub api_version: String,
    /// Always `NodeInventory`.
    pub kind: String,
    /// The PFs, in address order.
    pub pfs: Vec<PfInventory>,
    /// Devices and settings that could not be read. Empty if the inventory is complete.
    #[serde(default)]
    pub problems: Vec<Problem>,
}

impl NodeInventory {
    /// The version of the document.
    pub const API_VERSION: &str = "sriov/v1";
    /// The kind of the document.
    pub const KIND: &str = "NodeInventory";

    /// From PFs in any order.
    pub fn new(mut pfs: Vec<PfInventory>, problems: Vec<Problem>) -> Self {
        pfs.sort_by_key(|pf| pf.pci);
        let (api_version, kind) = (Self::API_VERSION.to_owned(), Self::KIND.to_owned());
        Self { api_version, kind, pfs, problems }
    }

    /// Reads a `NodeInventory` as YAML or JSON.
    ///
    /// # Errors
    ///
    /// The first fault, with its key and line. Two PFs with one address, or two VFs of a PF with
    /// one number, are faults as well.
    pub fn parse(text: &str) -> Result<Self, DocumentError> {
        let object = document::read_one(text)?;
        object.expect(Self::API_VERSION, Self::KIND)?;
        let inventory: Self = object.read()?;
        inventory.check().map_err(|error| object.locate(error))?;
        Ok(Self::new(inventory.pfs, inventory.problems))
    }

    /// Planners look devices up: a second one of the same name would be overlooked.
    fn check(&self) -> Result<(), DocumentError> {
        let mut addresses = HashSet::new();
        for (number, pf) in self.pfs.iter().enumerate() {
            let path = KeyPath::new().key("pfs").index(number);
            if !addresses.insert(pf.pci) {
                let message = format!("{} is the address of an earlier PF already", pf.pci);
                return Err(DocumentError::invalid(path.key("pci"), message));
            }
            let mut indexes = HashSet::new();
            let twice = pf.vfs.iter().position(|vf| !indexes.insert(vf.index));
            if let Some(second) = twice {
                let key = path.key("vfs").index(second).key("index");
                return Err(DocumentError::invalid(key, "is the number of an earlier VF already"));
            }
        }
        Ok(())
    }

    /// The PF at this address.
    pub fn pf(&self, pci: PciAddress) -> Option<&PfInventory> {
        self.pfs.iter().find(|pf| pf.pci == pci)
    }
}

/// Something that could not be read: the inventory has an error there, not a gap.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Problem {
    /// The device.
    pub pci: PciAddress,
    /// The VF, by its number on the device.
    #[serde(default)]
    pub vf: Option<VfIndex>,
    /// What failed, with its causes down to the errno.
    pub message: String,
}

impl Problem {
    /// What the problem is about.
    pub const fn target(&self) -> Target {
        match self.vf {
            Some(vf) => Target::Vf(self.pci, vf),
            None => Target::Pf(self.pci),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.target(), self.message)
    }
}

/// A physical function: a network device that is not a VF.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PfInventory {
    /// Its address.
    pub pci: PciAddress,
    /// The vendor id.
    pub vendor: PciId,
    /// The device id.
    pub device: PciId,
    /// The driver it is bound to.
    pub driver: Option<DriverName>,
    /// The name of its netdev, if that is in the caller's network namespace.
    pub name: Option<IfName>,
    /// The other names of its netdev.
    pub alt_names: Vec<String>,
    /// The number of its netdev.
    pub ifindex: Option<IfIndex>,
    /// The address of its netdev.
    pub mac: Option<MacAddr>,
    /// The MTU of its netdev.
    pub mtu: Option<Mtu>,
    /// The encapsulation of its netdev.
    pub link_type: Option<LinkType>,
    /// Whether its netdev is administratively up.
    pub admin_up: Option<bool>,
    /// How many VFs it has room for; `None` without the SR-IOV capability.
    pub total_vfs: Option<VfCount>,
    /// How many VFs it has; `None` without the SR-IOV capability.
    pub num_vfs: Option<VfCount>,
    /// Whether the kernel probes drivers for new VFs.
    pub drivers_autoprobe: Option<bool>,
    /// What an interrupted run still owes it.
    #[serde(default)]
    pub owed: Option<Owed>,
    /// The eswitch mode, where devlink answers.
    pub eswitch_mode: Option<EswitchMode>,
    /// Why the eswitch mode could not be told, if it could not.
    #[serde(default)]
    pub eswitch_unknown: Option<String>,
    /// The NUMA node.
    pub numa_node: Option<u16>,
    /// The identity of its embedded switch, in hexadecimal.
    pub switch_id: Option<String>,
    /// The name of its port on that switch.
    pub port_name: Option<String>,
    /// Its VFs, in index order.
    pub vfs: Vec<VfInventory>,
}

impl PfInventory {
    /// A device of which only the identity is known.
    pub const fn bare(pci: PciAddress, vendor: PciId, device: PciId) -> Self {
        Self {
            pci,
            vendor,
            device,
            driver: None,
            name: None,
            alt_names: Vec::new(),
            ifindex: None,
            mac: None,
            mtu: None,
            link_type: None,
            admin_up: None,
            total_vfs: None,
            num_vfs: None,
            drivers_autoprobe: None,
            owed: None,
            eswitch_mode: None,
            eswitch_unknown: None,
            numa_node: None,
            switch_id: None,
            port_name: None,
            vfs: Vec::new(),
        }
    }

    /// The VF with this number.
    pub fn vf(&self, index: VfIndex) -> Option<&VfInventory> {
        self.vfs.iter().find(|vf| vf.index == index)
    }
}

/// Where the netdev of a VF lives.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NetnsPlace {
    /// In the network namespace of the host.
    Init,
    /// In another one: a pod's or a container's.
    Foreign,
    /// There is no netdev: no driver, or one that makes none.
    None,
}

impl fmt::Display for NetnsPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Init => "init",
            Self::Foreign => "foreign",
            Self::None => "none",
        })
    }
}

/// A virtual function.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VfInventory {
    /// Its number on the PF.
    pub index: VfIndex,
    /// Its address.
    pub pci: PciAddress,
    /// The vendor id.
    pub vendor: PciId,
    /// The device id.
    pub device: PciId,
    /// The driver it is bound to.
    pub driver: Option<DriverName>,
    /// The name of its netdev.
    pub name: Option<IfName>,
    /// The number of its netdev.
    pub ifindex: Option<IfIndex>,
    /// The address of its netdev.
    pub mac: Option<MacAddr>,
    /// The MTU of its netdev.
    pub mtu: Option<Mtu>,
    /// Where its netdev lives.
    pub netns: NetnsPlace,
    /// Its IOMMU group. Not stable across boots.
    pub iommu_group: Option<u32>,
    /// Its RDMA device.
    pub rdma_device: Option<RdmaDeviceName>,
    /// The netdev that stands for it on the embedded switch.
    pub representor: Option<IfName>,
    /// What the PF's driver reports of it; only if it was asked for.
    #[serde(default)]
    pub attrs: Option<VfAttributes>,
}

/// What a PF's driver reports of one VF. `null` is "not reported" or "not set".
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VfAttributes {
    /// The administrative MAC address.
    pub mac: Option<MacAddr>,
    /// The VLAN id; `None` for untagged.
    pub vlan: Option<VlanId>,
    /// The VLAN priority.
    pub vlan_qos: Option<VlanQos>,
    /// The VLAN protocol.
    pub vlan_proto: Option<VlanProto>,
    /// Spoof checking.
    pub spoof_check: Option<bool>,
    /// Trust.
    pub trust: Option<bool>,
    /// The link state shown to the VF.
    pub link_state: Option<VfLinkState>,
    /// The guaranteed rate; zero for none.
    #[serde(rename = "minTxRateMbps")]
    pub min_tx_rate: Option<TxRate>,
    /// The highest rate; zero for no limit.
    #[serde(rename = "maxTxRateMbps")]
    pub max_tx_rate: Option<TxRate>,
    /// Whether the VF may query the RSS key and table.
    pub rss_query: Option<bool>,
    /// The InfiniBand node GUID.
    pub node_guid: Option<Guid>,
    /// The InfiniBand port GUID.
    pub port_guid: Option<Guid>,
}

impl From<&VfAttrs> for VfAttributes {
    fn from(attrs: &VfAttrs) -> Self {
        Self {
            mac: attrs.mac,
            vlan: attrs.vlan.and_then(|vlan| vlan.id),
            vlan_qos: attrs.vlan.map(|vlan| vlan.qos),
            vlan_proto: attrs.vlan.map(|vlan| vlan.proto),
            spoof_check: attrs.spoof_check,
            trust: attrs.trust,
            link_state: attrs.link_state,
            min_tx_rate: attrs.min_tx_rate,
            max_tx_rate: attrs.max_tx_rate,
            rss_query: attrs.rss_query,
            node_guid: attrs.node_guid,
            port_guid: attrs.port_guid,
        }
    }
}
