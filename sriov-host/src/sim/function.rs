use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::model::{self, Model};
use crate::{
    EswitchMode, Guid, LinkType, MacAddr, PciAddress, TxRate, VfIndex, VfLinkState, VlanId,
    VlanProto, VlanQos,
};

/// A PCI function: what the bus knows about it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Function {
    pub(super) vendor: u16,
    pub(super) device: u16,
    pub(super) numa_node: i32,
    pub(super) driver: Option<String>,
    pub(super) driver_override: Option<String>,
    pub(super) iommu_group: Option<u32>,
    /// The job that holds the device lock.
    pub(super) locked_by: Option<u32>,
    pub(super) role: Role,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) enum Role {
    Pf(Box<Pf>),
    Vf { pf: PciAddress, index: VfIndex },
}

/// What only a PF has.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Pf {
    /// The driver that fits the device, bound or not.
    pub(super) fits: String,
    pub(super) name: Option<String>,
    pub(super) mac: MacAddr,
    pub(super) link_type: LinkType,
    pub(super) hardware_vfs: u16,
    pub(super) driver_vfs: u16,
    pub(super) num_vfs: u16,
    pub(super) offset: u32,
    pub(super) stride: u32,
    pub(super) vf_device: u16,
    pub(super) vf_probe_us: u64,
    pub(super) asynchronous: bool,
    pub(super) enables_at_most: Option<u16>,
    pub(super) enable_fails: Option<i32>,
    pub(super) autoprobe: bool,
    pub(super) eswitch: EswitchMode,
    /// The settings of the VFs that exist, in order.
    pub(super) settings: Vec<Settings>,
    /// The VFs whose links exist.
    pub(super) vfs: BTreeMap<u16, PciAddress>,
}

/// What the PF's driver keeps for one VF.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own in the kernel")]
pub(super) struct Settings {
    pub(super) mac: MacAddr,
    /// Whether the address was set through the PF, rather than told by the VF.
    pub(super) mac_is_admin: bool,
    pub(super) vlan: Option<VlanId>,
    pub(super) qos: VlanQos,
    pub(super) proto: u16,
    pub(super) spoof_check: bool,
    pub(super) trust: bool,
    pub(super) link_state: VfLinkState,
    pub(super) min_rate: TxRate,
    pub(super) max_rate: TxRate,
    pub(super) rss_query: bool,
    pub(super) node_guid: Guid,
    pub(super) port_guid: Guid,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            mac: MacAddr::ZERO,
            mac_is_admin: false,
            vlan: None,
            qos: VlanQos::default(),
            proto: VlanProto::Dot1Q.ethertype(),
            spoof_check: true,
            trust: false,
            link_state: VfLinkState::Auto,
            min_rate: TxRate::UNLIMITED,
            max_rate: TxRate::UNLIMITED,
            rss_query: false,
            node_guid: Guid::ZERO,
            port_guid: Guid::ZERO,
        }
    }
}

impl Function {
    pub(super) fn pf(&self) -> Option<&Pf> {
        match &self.role {
            Role::Pf(pf) => Some(pf),
            Role::Vf { .. } => None,
        }
    }

    pub(super) fn pf_mut(&mut self) -> Option<&mut Pf> {
        match &mut self.role {
            Role::Pf(pf) => Some(pf),
            Role::Vf { .. } => None,
        }
    }

    /// The PF and the number of a VF.
    pub(super) fn vf(&self) -> Option<(PciAddress, VfIndex)> {
        match &self.role {
            Role::Pf(_) => None,
            Role::Vf { pf, index } => Some((*pf, *index)),
        }
    }
}

impl Pf {
    pub(super) fn model(&self) -> &'static Model {
        model::of_driver(&self.fits).unwrap_or(&model::MODELS[0])
    }
}
