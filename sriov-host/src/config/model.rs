use std::fmt;
use std::str::FromStr;

use crate::{
    DriverName, EswitchMode, Guid, IfName, InvalidText, LinkType, MacAddr, Mtu, PciAddress, PciId,
    TxRate, VfCount, VfIndex, VfLinkState, VfRange, VlanId, VlanProto, VlanQos,
};

/// What a node should have. `None` and empty leave an aspect alone.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct NodeConfig {
    /// The PFs, each entry for the PFs it matches.
    pub pfs: Vec<PfConfig>,
    /// RDMA settings of the whole host.
    pub rdma: Option<RdmaConfig>,
    /// Firmware settings of cards.
    pub firmware: Vec<FirmwareConfig>,
    /// Arguments of the kernel command line.
    pub kernel_args: Option<KernelArgs>,
}

/// Which PFs an entry is about.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum PfMatch {
    /// The PF at this address.
    Pci(PciAddress),
    /// The PF whose netdev has this name or alternative name.
    Name(IfName),
    /// The PF whose netdev has this address.
    Mac(MacAddr),
    /// Every PF of this vendor and, if given, device.
    Id {
        /// The PCI vendor.
        vendor: PciId,
        /// The PCI device.
        device: Option<PciId>,
    },
}

/// What a PF can be matched by.
#[derive(Clone, Copy, Debug)]
pub struct PfIdentity<'a> {
    /// Its address.
    pub pci: PciAddress,
    /// The PCI vendor.
    pub vendor: PciId,
    /// The PCI device.
    pub device: PciId,
    /// The name of its netdev.
    pub name: Option<&'a IfName>,
    /// The other names of its netdev.
    pub alt_names: &'a [String],
    /// The address of its netdev.
    pub mac: Option<MacAddr>,
}

impl PfMatch {
    /// Whether the entry is about this PF.
    pub fn is(&self, pf: PfIdentity<'_>) -> bool {
        match self {
            Self::Pci(pci) => pf.pci == *pci,
            Self::Name(name) => {
                pf.name == Some(name) || pf.alt_names.iter().any(|alt| alt == name.as_str())
            }
            Self::Mac(mac) => pf.mac == Some(*mac),
            Self::Id { vendor, device } => {
                pf.vendor == *vendor && device.is_none_or(|device| pf.device == device)
            }
        }
    }
}

impl fmt::Display for PfMatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pci(pci) => write!(f, "pci {pci}"),
            Self::Name(name) => write!(f, "name {name}"),
            Self::Mac(mac) => write!(f, "mac {mac}"),
            Self::Id { vendor, device: Some(device) } => write!(f, "id {vendor}:{device}"),
            Self::Id { vendor, device: None } => write!(f, "vendor {vendor}"),
        }
    }
}

/// What a PF should have.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PfConfig {
    /// Which PFs.
    pub matches: PfMatch,
    /// How many VFs.
    pub num_vfs: Option<VfCount>,
    /// The MTU; at least this, see [`PlanOptions::lower_mtu`](crate::vfs::PlanOptions).
    pub mtu: Option<Mtu>,
    /// The eswitch mode.
    pub eswitch_mode: Option<EswitchMode>,
    /// The link type of the port, which only a `SriovNetworkNodeState` says here: a `NodeConfig` has
    /// it among its [`firmware`](NodeConfig::firmware).
    pub link_type: Option<LinkType>,
    /// Somebody else manages the PF: it is verified and never written.
    pub externally_managed: bool,
    /// The VFs, by range. Ranges do not overlap and lie below `num_vfs`.
    pub vfs: Vec<VfGroup>,
}

impl PfConfig {
    /// An entry that asks for nothing.
    pub const fn new(matches: PfMatch) -> Self {
        Self {
            matches,
            num_vfs: None,
            mtu: None,
            eswitch_mode: None,
            link_type: None,
            externally_managed: false,
            vfs: Vec::new(),
        }
    }

    /// The group that the VF belongs to.
    pub fn group(&self, vf: VfIndex) -> Option<&VfGroup> {
        self.vfs.iter().find(|group| group.range.contains(vf))
    }
}

/// What a range of VFs should have.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VfGroup {
    /// Which VFs.
    pub range: VfRange,
    /// The device-plugin resource they belong to; kept for the caller.
    pub resource_name: Option<String>,
    /// The driver.
    pub driver: Option<DriverChoice>,
    /// The administrative MAC of the first VF; the next ones count up.
    pub mac: Option<MacAddr>,
    /// The VLAN.
    pub vlan: Option<VfVlan>,
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
    pub min_tx_rate: Option<TxRate>,
    /// The highest rate; zero for no limit.
    pub max_tx_rate: Option<TxRate>,
    /// The MTU of the VF's own netdev.
    pub mtu: Option<Mtu>,
    /// The InfiniBand node GUID of the first VF; the next ones count up.
    pub node_guid: Option<Guid>,
    /// The InfiniBand port GUID of the first VF; the next ones count up.
    pub port_guid: Option<Guid>,
    /// The VFs are used through RDMA; kept for the caller.
    pub is_rdma: bool,
    /// The vDPA device wanted on each VF; kept for the caller.
    pub vdpa_type: Option<VdpaType>,
}

impl VfGroup {
    /// A group that asks for nothing.
    pub const fn new(range: VfRange) -> Self {
        Self {
            range,
            resource_name: None,
            driver: None,
            mac: None,
            vlan: None,
            vlan_qos: None,
            vlan_proto: None,
            spoof_check: None,
            trust: None,
            link_state: None,
            min_tx_rate: None,
            max_tx_rate: None,
            mtu: None,
            node_guid: None,
            port_guid: None,
            is_rdma: false,
            vdpa_type: None,
        }
    }
}

/// The driver that a VF should be bound to.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum DriverChoice {
    /// Whatever kernel driver claims the VF; any that is not a user-space driver will do.
    Default,
    /// No driver at all.
    Unbound,
    /// This driver, by `driver_override`.
    Named(DriverName),
}

impl FromStr for DriverChoice {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        match text {
            "default" => Ok(Self::Default),
            "none" => Ok(Self::Unbound),
            name => name.parse().map(Self::Named),
        }
    }
}

impl fmt::Display for DriverChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.pad("default"),
            Self::Unbound => f.pad("none"),
            Self::Named(name) => fmt::Display::fmt(name, f),
        }
    }
}

/// The VLAN of a VF: a number from 1 to 4094, or 0 for untagged.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum VfVlan {
    /// No tag is added.
    Untagged,
    /// Frames are tagged with this id.
    Id(VlanId),
}

impl VfVlan {
    /// The id, if there is one.
    pub const fn id(self) -> Option<VlanId> {
        match self {
            Self::Untagged => None,
            Self::Id(id) => Some(id),
        }
    }
}

impl TryFrom<u16> for VfVlan {
    type Error = InvalidText;

    fn try_from(number: u16) -> Result<Self, InvalidText> {
        if number == 0 { Ok(Self::Untagged) } else { VlanId::try_from(number).map(Self::Id) }
    }
}

/// The kind of a vDPA device.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum VdpaType {
    /// Used by the host's virtio driver.
    Virtio,
    /// Handed to a virtual machine.
    Vhost,
}

impl FromStr for VdpaType {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        match text {
            "virtio" => Ok(Self::Virtio),
            "vhost" => Ok(Self::Vhost),
            _ => Err(InvalidText::new("a vDPA type", "virtio or vhost", text)),
        }
    }
}

impl fmt::Display for VdpaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Virtio => "virtio",
            Self::Vhost => "vhost",
        })
    }
}

/// RDMA settings of the whole host.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RdmaConfig {
    /// Whether RDMA devices belong to one network namespace each.
    pub netns_mode: RdmaNetnsMode,
}

/// The wish for the RDMA subsystem's network-namespace mode.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum RdmaNetnsMode {
    /// Each device is seen in its own namespace only.
    Exclusive,
    /// Every device is seen in every namespace.
    Shared,
    /// Left as it is.
    #[default]
    Unmanaged,
}

impl FromStr for RdmaNetnsMode {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        const GRAMMAR: &str = "exclusive, shared or unmanaged";
        match text {
            "exclusive" => Ok(Self::Exclusive),
            "shared" => Ok(Self::Shared),
            "unmanaged" => Ok(Self::Unmanaged),
            _ => Err(InvalidText::new("an RDMA namespace mode", GRAMMAR, text)),
        }
    }
}

impl fmt::Display for RdmaNetnsMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Exclusive => "exclusive",
            Self::Shared => "shared",
            Self::Unmanaged => "unmanaged",
        })
    }
}

/// What the firmware of a card should have.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FirmwareConfig {
    /// Which card, by one of its PFs.
    pub matches: PfMatch,
    /// How many VFs it should have room for.
    pub policy: FirmwarePolicy,
    /// The link type of the port.
    pub link_type: Option<LinkType>,
}

/// The wish for a card's number of VFs in firmware.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum FirmwarePolicy {
    /// Grow to this if it is less; never shrink.
    AtLeast(VfCount),
    /// Exactly this.
    Exactly(VfCount),
    /// Left as it is.
    Unmanaged,
    /// No VFs, SR-IOV disabled.
    ResetToZero,
}

/// Arguments of the kernel command line.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct KernelArgs {
    /// To be there.
    pub add: Vec<String>,
    /// Not to be there.
    pub remove: Vec<String>,
}

serde_as_text!(DriverChoice, VdpaType, RdmaNetnsMode);
