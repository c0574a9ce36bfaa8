//! `RTM_SETLINK` with VF changes: the bytes, checked by hand.
#![cfg(all(feature = "linux", target_os = "linux"))]
#![expect(clippy::unwrap_used, reason = "a test")]

mod netlink_support;

use netlink_support::{nla, words};
use sriov_host::netlink::encode_vf_changes;
use sriov_host::seam::{NetlinkFault, VfChange, VfSetting};
use sriov_host::{Guid, IfIndex, VfIndex, VlanId, VlanProto, VlanQos, VlanTag};

fn pf() -> IfIndex {
    IfIndex::new(7).unwrap()
}

fn change(vf: u16, set: VfSetting) -> VfChange {
    VfChange { vf: VfIndex::new(vf), set }
}

/// What follows the two headers.
fn list(changes: &[VfChange]) -> Vec<u8> {
    encode_vf_changes(pf(), changes).to_bytes(1).unwrap().split_off(32)
}

fn qinq(id: Option<VlanId>, qos: u8) -> VlanTag {
    VlanTag { id, qos: VlanQos::new(qos).unwrap(), proto: VlanProto::Dot1Ad }
}

#[test]
fn guids_have_entries_of_their_own() {
    let changes = [
        change(3, VfSetting::NodeGuid(Guid::from_kernel(0x0102_0304_0506_0708))),
        change(3, VfSetting::PortGuid(Guid::from_kernel(0x1112_1314_1516_1718))),
    ];
    let guid = |kind, guid: u64| {
        nla(1, &nla(kind, &[words(&[3, 0]), guid.to_ne_bytes().to_vec()].concat()))
    };
    let entries = [guid(10, 0x0102_0304_0506_0708), guid(11, 0x1112_1314_1516_1718)].concat();
    assert_eq!(list(&changes), nla(22, &entries));
}

#[test]
fn a_service_tag_goes_into_the_vlan_list() {
    let tag = qinq(VlanId::new(200), 5);
    let mut info = words(&[3, 200, 5]);
    info.extend([0x88, 0xa8, 0, 0]);
    let expected = nla(22, &nla(1, &nla(12, &nla(1, &info))));
    assert_eq!(list(&[change(3, VfSetting::Vlan(tag))]), expected);
}

#[test]
fn no_tag_needs_no_protocol() {
    for qos in [0, 5] {
        let plain = nla(22, &nla(1, &nla(2, &words(&[3, 0, qos.into()]))));
        assert_eq!(list(&[change(3, VfSetting::Vlan(qinq(None, qos)))]), plain);
    }
}

#[test]
fn changes_keep_their_order() {
    let changes: Vec<_> = (0..64).rev().map(|vf| change(vf, VfSetting::Trust(true))).collect();
    let entries: Vec<u8> = (0..64).rev().flat_map(|vf| nla(1, &nla(9, &words(&[vf, 1])))).collect();
    assert_eq!(list(&changes), nla(22, &entries));
}

#[test]
fn a_list_that_does_not_fit_is_refused() {
    // 16 bytes for each entry, 4 for the list.
    let changes = |count| vec![change(0, VfSetting::Trust(true)); count];
    let fits = (65_535 - 4) / 16;
    assert_eq!(list(&changes(fits)).len(), 4 + fits * 16);
    let refused = encode_vf_changes(pf(), &changes(fits + 1)).to_bytes(1).unwrap_err();
    assert!(matches!(refused, NetlinkFault::TooLarge { bytes: 65_540 }), "{refused:?}");
    assert_eq!(refused.errno(), None);
}
