//! Link messages: captures of a kernel, and what others may send.
#![cfg(all(feature = "linux", target_os = "linux"))]
#![expect(clippy::unwrap_used, reason = "a test")]

mod netlink_support;

use netlink_support::{ifinfomsg, nla, words};
use sriov_host::netlink::{Messages, decode_link, link_dump, link_get, link_set};
use sriov_host::seam::{Link, LinkChange};
use sriov_host::{IfIndex, LinkType, Mtu};

/// The payload of a captured `RTM_NEWLINK` (Linux 6.18, x86-64).
fn captured(datagram: &[u8]) -> Vec<u8> {
    let message = Messages::new(datagram).next().unwrap().unwrap();
    assert_eq!(message.kind, 16);
    message.payload
}

#[test]
fn a_virtio_nic() {
    let payload = captured(include_bytes!("fixtures/netlink/virtio-net.bin"));
    let expected = Link {
        index: IfIndex::new(4).unwrap(),
        name: "eth0".parse().unwrap(),
        alt_names: Vec::new(),
        mac: "02:fc:00:00:00:01".parse().ok(),
        mtu: Mtu::new(1400),
        admin_up: true,
        link_type: Some(LinkType::Ether),
        parent: Some("virtio2".to_owned()),
        switch_id: None,
        port_name: None,
        master: None,
    };
    assert_eq!(decode_link(&payload), Ok(expected));
}

#[test]
fn a_veth_with_other_names_in_a_bridge() {
    let payload = captured(include_bytes!("fixtures/netlink/veth-in-bridge.bin"));
    let link = decode_link(&payload).unwrap();
    assert_eq!(link.name.as_str(), "left");
    assert_eq!(link.alt_names, ["the-other-name-that-is-long", "second"]);
    assert!(link.master.is_some() && link.admin_up);
    assert_eq!((link.mtu, link.parent), (Mtu::new(1400), None));
}

#[test]
fn the_loopback() {
    let link = decode_link(&captured(include_bytes!("fixtures/netlink/loopback.bin"))).unwrap();
    assert_eq!((link.name.as_str(), link.index.get()), ("lo", 1));
    assert_eq!(link.link_type, None);
    assert_eq!(link.mac, Some(sriov_host::MacAddr::ZERO));
}

fn representor() -> Vec<u8> {
    let mut payload = ifinfomsg(9);
    payload.extend(nla(3, b"eth7\0"));
    payload.extend(nla(36, &[0xe0, 0x07, 0x1b, 0, 0, 0x0a]));
    payload.extend(nla(38, b"pf0vf3\0"));
    payload.extend(nla(10, &words(&[4])));
    payload.extend(nla(4, &words(&[0])));
    payload.extend(nla(1, &[0xfe; 20]));
    // The nesting flag, another property, and attributes of the future.
    let names = [nla(53, b"rep3\0"), nla(99, &[1])].concat();
    payload.extend(nla(0x8034, &names));
    payload.extend(nla(999, &[1, 2, 3, 4, 5]));
    payload
}

#[test]
fn a_representor() {
    let link = decode_link(&representor()).unwrap();
    assert_eq!(link.switch_id.as_deref(), Some("e0071b00000a"));
    assert_eq!(link.port_name.as_deref(), Some("pf0vf3"));
    assert_eq!(link.alt_names, ["rep3"]);
    assert_eq!(link.master, IfIndex::new(4));
    assert_eq!((link.mtu, link.mac), (None, None), "zero, and a length that is not Ethernet's");
}

#[test]
fn an_infiniband_link() {
    let mut payload = representor();
    payload[2..4].copy_from_slice(&32_u16.to_ne_bytes());
    assert_eq!(decode_link(&payload).unwrap().link_type, Some(LinkType::Infiniband));
}

#[test]
fn a_link_that_does_not_follow_the_protocol_is_malformed() {
    let good = representor();
    for cut in [0, 8, 15, 18, 21, good.len() - 5] {
        assert!(decode_link(&good[..cut]).is_err(), "cut at {cut}");
    }
    let with = |attribute: Vec<u8>| [ifinfomsg(9), attribute].concat();
    assert!(decode_link(&ifinfomsg(9)).is_err(), "no name");
    assert!(decode_link(&with(nla(3, b"with space\0"))).is_err());
    assert!(decode_link(&with(nla(3, &[0xff, 0xfe, 0]))).is_err());
    assert!(decode_link(&[with(nla(3, b"a\0")), nla(4, &[1, 2])].concat()).is_err());
    assert!(decode_link(&[ifinfomsg(0), nla(3, b"a\0")].concat()).is_err(), "no index");
}

fn bytes(request: &sriov_host::netlink::Request) -> Vec<u8> {
    request.to_bytes(1).unwrap()
}

fn expected(kind: u16, flags: u16, index: u32, up: [u32; 2], attributes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(32 + attributes.len()).unwrap();
    let mut bytes = length.to_ne_bytes().to_vec();
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(flags.to_ne_bytes());
    bytes.extend(words(&[1, 0, 0, index, up[0], up[1]]));
    bytes.extend(attributes);
    bytes
}

#[test]
fn requests_ask_for_no_more_than_they_need() {
    let index = IfIndex::new(7).unwrap();
    let skip_stats = nla(29, &words(&[8]));
    assert_eq!(bytes(&link_get(index)), expected(18, 5, 7, [0, 0], &skip_stats));
    assert_eq!(bytes(&link_dump()), expected(18, 0x305, 0, [0, 0], &skip_stats));
    let with_vfs = nla(29, &words(&[9]));
    let get = sriov_host::netlink::vf_get(index);
    assert_eq!(bytes(&get), expected(18, 5, 7, [0, 0], &with_vfs));
    let dump = sriov_host::netlink::vf_dump();
    assert_eq!(bytes(&dump), expected(18, 0x305, 0, [0, 0], &with_vfs));
}

#[test]
fn a_change_touches_nothing_else() {
    let index = IfIndex::new(7).unwrap();
    let set = |change: &LinkChange| bytes(&link_set(index, change));
    assert_eq!(set(&LinkChange::AdminUp(true)), expected(19, 5, 7, [1, 1], &[]));
    assert_eq!(set(&LinkChange::AdminUp(false)), expected(19, 5, 7, [0, 1], &[]));
    let mtu = LinkChange::Mtu(Mtu::new(9000).unwrap());
    assert_eq!(set(&mtu), expected(19, 5, 7, [0, 0], &nla(4, &words(&[9000]))));
    let name = LinkChange::Name("vf0".parse().unwrap());
    assert_eq!(set(&name), expected(19, 5, 7, [0, 0], &nla(3, b"vf0\0")));
}
