use super::vf_attrs::{
    IFLA_VF_IB_NODE_GUID, IFLA_VF_IB_PORT_GUID, IFLA_VF_LINK_STATE, IFLA_VF_MAC, IFLA_VF_RATE,
    IFLA_VF_RSS_QUERY_EN, IFLA_VF_SPOOFCHK, IFLA_VF_TRUST, IFLA_VF_VLAN, IFLA_VF_VLAN_INFO,
    IFLA_VF_VLAN_LIST,
};
use super::{AttributeWriter, Request, link};
use crate::seam::{VfChange, VfSetting};
use crate::{Guid, IfIndex, VfLinkState, VlanId, VlanProto, VlanTag};

const IFLA_VFINFO_LIST: u16 = 22;
const IFLA_VF_INFO: u16 = 1;

/// One `RTM_SETLINK` with an entry for each change, in their order.
///
/// The kernel handles one entry after the other. A change has an entry of its own because the
/// kernel ignores a port GUID behind a node GUID in the same entry, without an error
/// (`do_setvfinfo()` in `net/core/rtnetlink.c`).
///
/// More than about 1300 changes do not fit the list's 16-bit length; such a request is refused
/// with [`TooLarge`](crate::seam::NetlinkFault::TooLarge) when it is sent.
pub fn encode_vf_changes(pf: IfIndex, changes: &[VfChange]) -> Request {
    Request::get(link::RTM_SETLINK).header(&link::header(Some(pf), 0, 0)).with(|attributes| {
        attributes.nest(IFLA_VFINFO_LIST, |list| {
            for change in changes {
                list.nest(IFLA_VF_INFO, |entry| encode(entry, change));
            }
        });
    })
}

fn encode(entry: &mut AttributeWriter, change: &VfChange) {
    let vf = u32::from(change.vf.get());
    match change.set {
        VfSetting::Mac(mac) => {
            let mut payload = [0; 36];
            let address = mac.bytes();
            for (place, byte) in payload.iter_mut().zip(vf.to_ne_bytes().into_iter().chain(address))
            {
                *place = byte;
            }
            entry.bytes(IFLA_VF_MAC, &payload);
        }
        VfSetting::Vlan(tag) => vlan(entry, vf, tag),
        VfSetting::Rate { min, max } => {
            entry.bytes(IFLA_VF_RATE, &numbers([vf, min.mbps(), max.mbps()]));
        }
        VfSetting::SpoofCheck(on) => switch(entry, IFLA_VF_SPOOFCHK, vf, on),
        VfSetting::Trust(on) => switch(entry, IFLA_VF_TRUST, vf, on),
        VfSetting::RssQuery(on) => switch(entry, IFLA_VF_RSS_QUERY_EN, vf, on),
        VfSetting::LinkState(state) => {
            let state = match state {
                VfLinkState::Auto => 0,
                VfLinkState::Enable => 1,
                VfLinkState::Disable => 2,
            };
            entry.bytes(IFLA_VF_LINK_STATE, &numbers([vf, state]));
        }
        VfSetting::NodeGuid(guid) => self::guid(entry, IFLA_VF_IB_NODE_GUID, vf, guid),
        VfSetting::PortGuid(guid) => self::guid(entry, IFLA_VF_IB_PORT_GUID, vf, guid),
    }
}

fn switch(entry: &mut AttributeWriter, kind: u16, vf: u32, on: bool) {
    entry.bytes(kind, &numbers([vf, u32::from(on)]));
}

fn guid(entry: &mut AttributeWriter, kind: u16, vf: u32, guid: Guid) {
    let number = guid.to_kernel().to_ne_bytes();
    entry.bytes(kind, &[vf.to_ne_bytes().as_slice(), &[0; 4], &number].concat());
}

/// 802.1Q, and no tag at all, in the attribute that every driver takes.
fn vlan(entry: &mut AttributeWriter, vf: u32, tag: VlanTag) {
    let fields = numbers([vf, tag.id.map_or(0, VlanId::get).into(), tag.qos.get().into()]);
    match tag {
        VlanTag { id: Some(_), proto: VlanProto::Dot1Ad, .. } => {
            entry.nest(IFLA_VF_VLAN_LIST, |list| {
                let proto = tag.proto.ethertype().to_be_bytes();
                list.bytes(IFLA_VF_VLAN_INFO, &[fields.as_slice(), &proto, &[0; 2]].concat());
            });
        }
        _ => {
            entry.bytes(IFLA_VF_VLAN, &fields);
        }
    }
}

fn numbers<const N: usize>(numbers: [u32; N]) -> Vec<u8> {
    numbers.into_iter().flat_map(u32::to_ne_bytes).collect()
}
