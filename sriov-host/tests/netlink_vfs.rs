//! The VF list: exact at any count, tri-state, and an error rather than a short list.
#![cfg(all(feature = "linux", target_os = "linux"))]

mod netlink_support;

use netlink_support::{Vf, link_with_vfs, nla, vfs, with_stats, words};
use sriov_host::netlink::decode_vfs;
use sriov_host::seam::RawAttribute;
use sriov_host::{
    Guid, MacAddr, TxRate, VfIndex, VfLinkState, VlanId, VlanProto, VlanQos, VlanTag,
};

#[test]
fn the_synthetic_entries_have_the_kernels_sizes() {
    assert_eq!(Vf::new(0).encode().len(), 196);
    assert_eq!(Vf { stats: true, ..Vf::new(0) }.encode().len(), 296);
    assert_eq!(Vf { guids: Some((1, 2)), ..Vf::new(0) }.encode().len(), 236);
}

#[test]
fn the_list_is_exact_at_any_count() {
    let builders = [vfs as fn(u32) -> Vec<Vf>, with_stats];
    for (build, first_wrap) in builders.into_iter().zip([335, 222]) {
        for count in [0, 1, 2, 221, 222, 300, 334, 335, 666, 1000, 4000] {
            let list = decode_vfs(&link_with_vfs(count, &build(count))).unwrap();
            assert_eq!(list.announced, count);
            let numbers: Vec<u16> = list.vfs.iter().map(|vf| vf.index.get()).collect();
            let expected: Vec<u16> = (0..u16::try_from(count).unwrap()).collect();
            assert_eq!(numbers, expected);
            assert_eq!(list.wrapped, count >= first_wrap, "at {count} VFs");
            assert!(list.vfs.iter().all(|vf| vf.mac.is_some() && vf.unknown.is_empty()));
        }
    }
}

#[test]
fn every_field_arrives() {
    let vf = Vf {
        min: 10,
        max: 200,
        link_state: 2,
        rss: 0,
        trust: 1,
        proto: 0x88a8,
        guids: Some((0x0002_c903_005d_e110, 0x0002_c903_005d_e111)),
        ..Vf::new(3)
    };
    let list = decode_vfs(&link_with_vfs(1, &[vf])).unwrap();
    let [vf] = list.vfs.as_slice() else { panic!("one VF") };
    assert_eq!(vf.index, VfIndex::new(3));
    assert_eq!(vf.mac, Some(MacAddr::new([2, 0, 0, 0, 0, 3])));
    let tag =
        VlanTag { id: VlanId::new(100), qos: VlanQos::new(3).unwrap(), proto: VlanProto::Dot1Ad };
    assert_eq!(vf.vlan, Some(tag));
    assert_eq!((vf.spoof_check, vf.trust, vf.rss_query), (Some(true), Some(true), Some(false)));
    assert_eq!(vf.link_state, Some(VfLinkState::Disable));
    assert_eq!(vf.min_tx_rate, Some(TxRate::from_mbps(10)));
    assert_eq!(vf.max_tx_rate, Some(TxRate::from_mbps(200)));
    let guid = |text: &str| text.parse::<Guid>().ok();
    assert_eq!(vf.node_guid, guid("00:02:c9:03:00:5d:e1:10"));
    assert_eq!(vf.port_guid, guid("00:02:c9:03:00:5d:e1:11"));
}

#[test]
fn not_reported_and_not_set_are_none() {
    let vf = Vf {
        mac: [0; 6],
        spoof: u32::MAX,
        trust: u32::MAX,
        rss: u32::MAX,
        guids: Some((0, 0)),
        ..Vf::new(0)
    };
    let list = decode_vfs(&link_with_vfs(1, &[vf])).unwrap();
    let vf = &list.vfs[0];
    assert_eq!((vf.spoof_check, vf.trust, vf.rss_query), (None, None, None));
    assert_eq!((vf.mac, vf.node_guid, vf.port_guid), (None, None, None));
    assert!(vf.unknown.is_empty(), "not reported is not unknown");
}

#[test]
fn untagged_is_a_tag_without_id() {
    for proto in [0, 0x8100] {
        let vf = Vf { vlan: 0, qos: 0, proto, ..Vf::new(0) };
        let list = decode_vfs(&link_with_vfs(1, &[vf])).unwrap();
        assert_eq!(list.vfs[0].vlan, Some(VlanTag::default()));
    }
}

#[test]
fn what_is_not_known_is_kept_as_it_came() {
    let vf =
        Vf { link_state: 9, proto: 0x9100, trust: 7, extra: nla(77, &[1, 2, 3]), ..Vf::new(5) };
    let list = decode_vfs(&link_with_vfs(1, &[vf])).unwrap();
    let vf = &list.vfs[0];
    assert_eq!((vf.link_state, vf.vlan, vf.trust), (None, None, None));
    let mut vlan = words(&[5, 100, 3]);
    vlan.extend([0x91, 0, 0, 0]);
    let raw = |kind, payload| RawAttribute { kind, payload };
    let expected = [
        raw(5, words(&[5, 9])),
        raw(9, words(&[5, 7])),
        raw(77, vec![1, 2, 3]),
        raw(12, nla(1, &vlan)),
    ];
    assert_eq!(vf.unknown, expected);
}

#[test]
fn vfs_that_the_driver_does_not_report_leave_a_short_list() {
    for count in [3, 300] {
        let mut reported = with_stats(count);
        reported.remove(1);
        let list = decode_vfs(&link_with_vfs(count, &reported)).unwrap();
        assert_eq!(list.announced, count);
        assert_eq!(list.vfs.len() + 1, count as usize);
        assert_eq!(list.vfs[1].index, VfIndex::new(2));
    }
}

#[test]
fn a_list_that_contradicts_itself_is_an_error() {
    let whole = link_with_vfs(300, &with_stats(300));
    let list = 16 + 12 + 8 + 12 + 8;
    // One VF fewer announced than the list holds.
    assert!(decode_vfs(&link_with_vfs(299, &with_stats(300))).is_err());
    // A length field that says something else.
    let mut other = whole.clone();
    other[list] ^= 4;
    assert!(decode_vfs(&other).is_err());
    // An entry that does not start with a MAC.
    let mut other = whole.clone();
    other[list + 4 + 296 * 200 + 6] = 2;
    assert!(decode_vfs(&other).is_err());
    // An entry about two VFs.
    let mut other = whole.clone();
    other[list + 4 + 296 * 200 + 4 + 40 + 36 + 4] ^= 1;
    assert!(decode_vfs(&other).is_err());
    // A message that was cut, at any place inside the list.
    for cut in (list + 4..list + 4 + 296 * 300).step_by(12) {
        assert!(decode_vfs(&whole[..cut]).is_err(), "cut at {cut}");
    }
}

#[test]
fn a_list_without_a_count_is_an_error_and_a_link_without_both_has_no_vfs() {
    let mut payload = netlink_support::ifinfomsg(7);
    assert_eq!(decode_vfs(&payload).unwrap().announced, 0);
    payload.extend(nla(22, &Vf::new(0).encode()));
    assert!(decode_vfs(&payload).is_err());
}

#[test]
fn a_count_alone_makes_no_allocation_of_its_size() {
    let list = decode_vfs(&link_with_vfs(u32::MAX, &vfs(1))).unwrap();
    assert_eq!((list.announced, list.vfs.len()), (u32::MAX, 1));
    assert!(list.vfs.capacity() < 100);
}
