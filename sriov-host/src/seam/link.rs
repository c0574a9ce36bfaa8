use super::NetlinkFault;
use crate::{
    Errno, Guid, IfIndex, IfName, LinkType, MacAddr, Mtu, TxRate, VfIndex, VfLinkState, VlanTag,
};

/// Network links and the VF settings behind them, as rtnetlink has them.
///
/// Links are those of the caller's own network namespace.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait VfLink: Send + Sync {
    /// All links, without VF data: that costs the driver time for every VF.
    ///
    /// # Errors
    ///
    /// [`LinkError`] with the kernel's answer.
    fn links(&self) -> Result<Vec<Link>, LinkError>;

    /// One link, without VF data.
    ///
    /// # Errors
    ///
    /// [`LinkError`]; [`LinkError::is_not_found`] if the link is not in this namespace.
    fn link(&self, index: IfIndex) -> Result<Link, LinkError>;

    /// The VF settings that the PF's driver reports. Exact at any VF count.
    ///
    /// # Errors
    ///
    /// [`LinkError`] with the kernel's answer, or if the list does not follow the protocol.
    #[doc(alias = "IFLA_VFINFO_LIST")]
    fn vfs(&self, pf: IfIndex) -> Result<VfList, LinkError>;

    /// Sets VFs through their PF, in one request.
    ///
    /// The kernel stops at the first change that the driver refuses and keeps those before it.
    ///
    /// # Errors
    ///
    /// [`LinkError`] with one errno for the whole request.
    fn set_vfs(&self, pf: IfIndex, changes: &[VfChange]) -> Result<(), LinkError>;

    /// Changes a link.
    ///
    /// # Errors
    ///
    /// [`LinkError`] with the kernel's answer.
    fn set_link(&self, index: IfIndex, change: &LinkChange) -> Result<(), LinkError>;
}

/// A network link.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Link {
    /// Its number in the caller's namespace.
    pub index: IfIndex,
    /// Its name, which udev may still change.
    pub name: IfName,
    /// Its other names.
    pub alt_names: Vec<String>,
    /// Its own address; `None` if it has none of Ethernet's length.
    pub mac: Option<MacAddr>,
    /// Its MTU.
    pub mtu: Option<Mtu>,
    /// Whether it is administratively up.
    pub admin_up: bool,
    /// Its encapsulation, if it is one that NICs with VFs have.
    pub link_type: Option<LinkType>,
    /// The name of the device behind it on its bus, as `0000:01:10.0`. Linux ≥ 5.14.
    pub parent: Option<String>,
    /// The identity of the switch it is a port of, in hexadecimal.
    pub switch_id: Option<String>,
    /// The name of that port, as `pf0vf3`.
    pub port_name: Option<String>,
    /// The bond or bridge it belongs to.
    pub master: Option<IfIndex>,
}

/// The VF list of one PF.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct VfList {
    /// The number of VFs that the kernel announced ahead of the list.
    pub announced: u32,
    /// The settings, in the kernel's order. Shorter than `announced` only where the driver
    /// refused to report a VF.
    pub vfs: Vec<VfAttrs>,
    /// Whether the list is longer than its 16-bit length field can say: from 222 VFs with
    /// statistics, from 335 without.
    pub wrapped: bool,
}

/// An attribute that this version does not know, kept as it came.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RawAttribute {
    /// The attribute number.
    pub kind: u16,
    /// The payload.
    pub payload: Vec<u8>,
}

/// What a PF's driver reports of one VF. `None` is "not reported" or "not set", never "off".
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VfAttrs {
    /// Which VF.
    pub index: VfIndex,
    /// The administrative MAC address; `None` while it is all zero.
    pub mac: Option<MacAddr>,
    /// The VLAN tag the PF adds.
    pub vlan: Option<VlanTag>,
    /// Whether frames with a foreign source address are dropped.
    pub spoof_check: Option<bool>,
    /// Whether the VF may do what a trusted one may.
    pub trust: Option<bool>,
    /// The link state shown to the VF.
    pub link_state: Option<VfLinkState>,
    /// The guaranteed rate.
    pub min_tx_rate: Option<TxRate>,
    /// The highest rate.
    pub max_tx_rate: Option<TxRate>,
    /// Whether the VF may query the RSS key and table.
    pub rss_query: Option<bool>,
    /// The InfiniBand node GUID.
    pub node_guid: Option<Guid>,
    /// The InfiniBand port GUID.
    pub port_guid: Option<Guid>,
    /// Attributes, and values of known attributes, that this version does not know.
    pub unknown: Vec<RawAttribute>,
}

impl VfAttrs {
    /// A VF of which nothing is known.
    pub const fn unknown(index: VfIndex) -> Self {
        Self {
            index,
            mac: None,
            vlan: None,
            spoof_check: None,
            trust: None,
            link_state: None,
            min_tx_rate: None,
            max_tx_rate: None,
            rss_query: None,
            node_guid: None,
            port_guid: None,
            unknown: Vec::new(),
        }
    }
}

/// One setting of one VF.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct VfChange {
    /// Which VF.
    pub vf: VfIndex,
    /// What to set.
    pub set: VfSetting,
}

/// A VF setting, as the kernel takes it: what shares an attribute is set together.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum VfSetting {
    /// The administrative MAC address.
    Mac(MacAddr),
    /// The VLAN tag.
    Vlan(VlanTag),
    /// Both rates; zero is "no limit".
    Rate {
        /// The guaranteed rate.
        min: TxRate,
        /// The highest rate.
        max: TxRate,
    },
    /// Spoof checking.
    SpoofCheck(bool),
    /// Trust.
    Trust(bool),
    /// The link state shown to the VF.
    LinkState(VfLinkState),
    /// RSS queries.
    RssQuery(bool),
    /// The InfiniBand node GUID.
    NodeGuid(Guid),
    /// The InfiniBand port GUID.
    PortGuid(Guid),
}

/// A change of a link.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum LinkChange {
    /// The administrative state.
    AdminUp(bool),
    /// The MTU.
    Mtu(Mtu),
    /// The name.
    Name(IfName),
}

/// An rtnetlink request that failed.
#[derive(Debug, thiserror::Error)]
#[error("cannot {operation}{}", .index.map(|index| format!(" of link {index}")).unwrap_or_default())]
pub struct LinkError {
    /// What was attempted, as "read the VF list".
    pub operation: &'static str,
    /// The link it was about, if one.
    pub index: Option<IfIndex>,
    /// Why it failed.
    pub source: NetlinkFault,
}

impl LinkError {
    /// The kernel's error number, if the failure has one.
    pub fn errno(&self) -> Option<Errno> {
        self.source.errno()
    }

    /// Whether the link does not exist in the caller's namespace.
    pub fn is_not_found(&self) -> bool {
        matches!(self.errno(), Some(Errno::NODEV | Errno::NXIO))
    }

    /// Whether the driver cannot do it at all.
    pub fn is_unsupported(&self) -> bool {
        matches!(self.errno(), Some(Errno::OPNOTSUPP | Errno::PROTONOSUPPORT))
    }
}
