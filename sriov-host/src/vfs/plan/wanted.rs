//! What a group of the document means for one VF.

use super::super::setting::{Field, reported};
use crate::config::VfGroup;
use crate::inventory::VfAttributes;
use crate::seam::VfSetting;
use crate::{MacAddr, VfIndex, VlanTag};

/// The settings that the group asks for on this VF, in the order they are made.
///
/// `found` fills in what shares an attribute with a wish: a rate without its partner, a VLAN
/// without its priority.
pub(super) fn settings(
    group: &VfGroup,
    vf: VfIndex,
    found: Option<&VfAttributes>,
) -> Vec<VfSetting> {
    let steps = u32::from(vf.get() - group.range.first().get());
    let mut settings = Vec::new();
    settings.extend(mac(group, vf).map(VfSetting::Mac));
    settings.extend(vlan(group, found).map(VfSetting::Vlan));
    settings.extend(rate(group, found));
    settings.extend(group.spoof_check.map(VfSetting::SpoofCheck));
    settings.extend(group.link_state.map(VfSetting::LinkState));
    settings.extend(group.trust.map(VfSetting::Trust));
    settings.extend(group.node_guid.and_then(|guid| guid.plus(steps)).map(VfSetting::NodeGuid));
    settings.extend(group.port_guid.and_then(|guid| guid.plus(steps)).map(VfSetting::PortGuid));
    settings
}

/// Whether the group asks for any of them.
pub(in super::super) fn has_settings(group: &VfGroup) -> bool {
    !settings(group, group.range.first(), None).is_empty()
}

/// The MAC of this VF: the group's is the first VF's, and they count up.
pub(super) fn mac(group: &VfGroup, vf: VfIndex) -> Option<MacAddr> {
    group.mac?.plus(u32::from(vf.get() - group.range.first().get()))
}

fn vlan(group: &VfGroup, found: Option<&VfAttributes>) -> Option<VlanTag> {
    let id = group.vlan?.id();
    let qos = group.vlan_qos.or(found.and_then(|attrs| attrs.vlan_qos));
    let proto = group.vlan_proto.or(found.and_then(|attrs| attrs.vlan_proto));
    // Untagged means no priority either, unless the document says so.
    let qos = if id.is_some() { qos } else { group.vlan_qos };
    Some(VlanTag { id, qos: qos.unwrap_or_default(), proto: proto.unwrap_or_default() })
}

fn rate(group: &VfGroup, found: Option<&VfAttributes>) -> Option<VfSetting> {
    if group.min_tx_rate.is_none() && group.max_tx_rate.is_none() {
        return None;
    }
    let (found_min, found_max) = match found.and_then(|attrs| reported(attrs, Field::Rate)) {
        Some(VfSetting::Rate { min, max }) => (min, max),
        _ => Default::default(),
    };
    let (min, max) =
        (group.min_tx_rate.unwrap_or(found_min), group.max_tx_rate.unwrap_or(found_max));
    Some(VfSetting::Rate { min, max })
}
