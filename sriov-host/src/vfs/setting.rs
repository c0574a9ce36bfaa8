//! The settings of a VF as fields: their names, texts and values in an inventory.

use crate::inventory::VfAttributes;
use crate::plan::Disruption;
use crate::seam::VfSetting;
use crate::{TxRate, VlanTag};

/// Which setting: what is planned, batched and compared on its own.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(super) enum Field {
    Mac,
    Vlan,
    Rate,
    SpoofCheck,
    Trust,
    LinkState,
    RssQuery,
    NodeGuid,
    PortGuid,
}

impl Field {
    /// The key of the document.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Mac => "mac",
            Self::Vlan => "vlan",
            Self::Rate => "txRateMbps",
            Self::SpoofCheck => "spoofCheck",
            Self::Trust => "trust",
            Self::LinkState => "linkState",
            Self::RssQuery => "rssQuery",
            Self::NodeGuid => "nodeGuid",
            Self::PortGuid => "portGuid",
        }
    }

    pub(super) const fn action(self) -> &'static str {
        match self {
            Self::Mac => "setVfMac",
            Self::Vlan => "setVfVlan",
            Self::Rate => "setVfRate",
            Self::SpoofCheck => "setVfSpoofCheck",
            Self::Trust => "setVfTrust",
            Self::LinkState => "setVfLinkState",
            Self::RssQuery => "setVfRssQuery",
            Self::NodeGuid => "setVfNodeGuid",
            Self::PortGuid => "setVfPortGuid",
        }
    }

    /// What changing it does to somebody who uses the VF.
    pub(super) const fn disruption(self) -> Disruption {
        match self {
            // ice and i40e reset a VF whose MAC, VLAN or trust changes.
            Self::Mac
            | Self::Vlan
            | Self::Trust
            | Self::LinkState
            | Self::NodeGuid
            | Self::PortGuid => Disruption::Vf,
            Self::Rate | Self::SpoofCheck | Self::RssQuery => Disruption::None,
        }
    }
}

pub(super) const fn field_of(setting: &VfSetting) -> Field {
    match setting {
        VfSetting::Mac(_) => Field::Mac,
        VfSetting::Vlan(_) => Field::Vlan,
        VfSetting::Rate { .. } => Field::Rate,
        VfSetting::SpoofCheck(_) => Field::SpoofCheck,
        VfSetting::Trust(_) => Field::Trust,
        VfSetting::LinkState(_) => Field::LinkState,
        VfSetting::RssQuery(_) => Field::RssQuery,
        VfSetting::NodeGuid(_) => Field::NodeGuid,
        VfSetting::PortGuid(_) => Field::PortGuid,
    }
}

pub(super) fn text_of(setting: &VfSetting) -> String {
    let switch = |on: bool| if on { "on" } else { "off" }.to_owned();
    match *setting {
        VfSetting::Mac(mac) => mac.to_string(),
        VfSetting::Vlan(tag) => tag.to_string(),
        VfSetting::Rate { min, max } => format!("{}..{} Mbps", min.mbps(), max.mbps()),
        VfSetting::SpoofCheck(on) | VfSetting::Trust(on) | VfSetting::RssQuery(on) => switch(on),
        VfSetting::LinkState(state) => state.to_string(),
        VfSetting::NodeGuid(guid) | VfSetting::PortGuid(guid) => guid.to_string(),
    }
}

/// The value that the driver reports; `None` if it reports none or none is set.
pub(super) fn reported(attrs: &VfAttributes, field: Field) -> Option<VfSetting> {
    match field {
        Field::Mac => attrs.mac.map(VfSetting::Mac),
        Field::Vlan => attrs.vlan_qos.map(|qos| {
            let (id, proto) = (attrs.vlan, attrs.vlan_proto.unwrap_or_default());
            VfSetting::Vlan(VlanTag { id, qos, proto })
        }),
        Field::Rate => attrs.max_tx_rate.map(|max| {
            let min = attrs.min_tx_rate.unwrap_or(TxRate::UNLIMITED);
            VfSetting::Rate { min, max }
        }),
        Field::SpoofCheck => attrs.spoof_check.map(VfSetting::SpoofCheck),
        Field::Trust => attrs.trust.map(VfSetting::Trust),
        Field::LinkState => attrs.link_state.map(VfSetting::LinkState),
        Field::RssQuery => attrs.rss_query.map(VfSetting::RssQuery),
        Field::NodeGuid => attrs.node_guid.map(VfSetting::NodeGuid),
        Field::PortGuid => attrs.port_guid.map(VfSetting::PortGuid),
    }
}

/// Whether a driver that reports nothing here is one that cannot do it.
///
/// MAC and GUIDs are `None` while they are not set; the others are always there if supported.
pub(super) const fn none_means_unsupported(field: Field) -> bool {
    !matches!(field, Field::Mac | Field::NodeGuid | Field::PortGuid)
}

/// Untagged is untagged, whatever protocol is left in the driver.
pub(super) fn same(a: &VfSetting, b: &VfSetting) -> bool {
    match (a, b) {
        (VfSetting::Vlan(a), VfSetting::Vlan(b)) if a.id.is_none() && b.id.is_none() => {
            a.qos == b.qos
        }
        (a, b) => a == b,
    }
}
