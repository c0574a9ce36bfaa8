//! Requests against neli's, byte for byte, and a device as neli reads it.
#![cfg(all(feature = "linux", target_os = "linux"))]
#![expect(clippy::unwrap_used, reason = "a test")]

mod nldev_support;

use std::io::Cursor;

use neli::consts::nl::NlmF;
use neli::genl::{AttrTypeBuilder, Nlattr, NlattrBuilder};
use neli::nl::{NlPayload, NlmsghdrBuilder};
use neli::types::{Buffer, GenlBuffer};
use neli::{FromBytesWithInput, ToBytes};
use nldev_support::{device, u8_, u64_};
use sriov_host::netlink::Request;
use sriov_host::{Guid, IfName, NetnsMode, RdmaDeviceName, RdmaIndex};
use sriov_rdma::nldev::{
    counter_get, decode_device, device_dump, device_move, device_rename, link_add, link_delete,
    owner_dumps, port_dump, port_get, system_get, system_set, usage_get,
};

type Attributes = GenlBuffer<u16, Buffer>;

fn attribute(kind: u16, payload: impl ToBytes + neli::Size) -> Nlattr<u16, Buffer> {
    let kind = AttrTypeBuilder::default().nla_type(kind).build().unwrap();
    NlattrBuilder::default().nla_type(kind).nla_payload(payload).build().unwrap()
}

/// A whole message, as neli writes it: command, flags, attributes.
fn theirs(command: u16, flags: NlmF, attributes: Vec<Nlattr<u16, Buffer>>) -> Vec<u8> {
    let attributes: Attributes = attributes.into_iter().collect();
    let message = NlmsghdrBuilder::<u16, Attributes>::default()
        .nl_type((5 << 10) | command)
        .nl_flags(NlmF::REQUEST | NlmF::ACK | flags)
        .nl_seq(77)
        .nl_pid(0)
        .nl_payload(NlPayload::Payload(attributes))
        .build()
        .unwrap();
    let mut bytes = Cursor::new(Vec::new());
    message.to_bytes(&mut bytes).unwrap();
    bytes.into_inner()
}

fn ours(request: &Request) -> Vec<u8> {
    request.to_bytes(77).unwrap()
}

const GET: NlmF = NlmF::empty();
const DUMP: NlmF = NlmF::DUMP;

#[test]
fn requests_about_the_subsystem_are_nelis() {
    assert_eq!(ours(&system_get()), theirs(6, GET, vec![]));
    assert_eq!(ours(&device_dump()), theirs(1, DUMP, vec![]));
    for (mode, number) in [(NetnsMode::Exclusive, 0_u8), (NetnsMode::Shared, 1)] {
        assert_eq!(ours(&system_set(mode)), theirs(7, GET, vec![attribute(66, number)]));
    }
}

#[test]
fn requests_about_a_device_are_nelis() {
    for number in [0, 1, 0x0102_0304, u32::MAX] {
        let index = RdmaIndex::new(number);
        let device = || vec![attribute(1, number)];
        let port = |port: u32| vec![attribute(1, number), attribute(3, port)];
        assert_eq!(ours(&port_dump(index)), theirs(5, DUMP, device()));
        assert_eq!(ours(&port_get(index, 2)), theirs(5, GET, port(2)));
        assert_eq!(ours(&link_delete(index)), theirs(4, GET, device()));
        assert_eq!(ours(&usage_get(index)), theirs(9, GET, device()));
        assert_eq!(ours(&counter_get(index, 1)), theirs(17, GET, port(1)));
        for ((_, request), command) in owner_dumps(index).zip(10..=14) {
            assert_eq!(ours(&request), theirs(command, DUMP, device()));
        }
        let moved = theirs(2, GET, vec![attribute(1, number), attribute(68, 12_u32)]);
        assert_eq!(ours(&device_move(index, 12)), moved);
    }
}

#[test]
fn requests_with_names_are_nelis() {
    // All lengths, and so all paddings.
    for length in 1..=63 {
        let name = "n".repeat(length);
        let parsed: RdmaDeviceName = name.parse().unwrap();
        let index = RdmaIndex::new(5);
        assert_eq!(
            ours(&device_rename(index, &parsed)),
            theirs(2, GET, vec![attribute(1, 5_u32), attribute(2, name.as_str())])
        );
        let netdev: IfName = "eth0".parse().unwrap();
        let kind = "siw".parse().unwrap();
        let attributes =
            vec![attribute(2, name.as_str()), attribute(65, "siw"), attribute(51, "eth0")];
        assert_eq!(ours(&link_add(&parsed, &kind, &netdev)), theirs(3, GET, attributes));
    }
}

#[test]
fn a_device_is_what_neli_reads() {
    let guid = 0x0002_c903_005d_e110_u64;
    let payload = [device(9, "mlx5_2", Some(2)), u64_(6, guid), u8_(84, 1)].concat();
    let own = decode_device(&payload).unwrap();
    let attributes =
        Attributes::from_bytes_with_input(&mut Cursor::new(&payload), payload.len()).unwrap();
    let handle = attributes.get_attr_handle();
    let number = |kind| handle.get_attr_payload_as::<u32>(kind).unwrap();
    let text = |kind| handle.get_attr_payload_as_with_len::<String>(kind).unwrap();
    assert_eq!(own.device.index.get(), number(1));
    assert_eq!(own.ports, Some(number(3)));
    assert_eq!(own.device.name.as_str(), text(2));
    assert_eq!(own.device.protocol, Some(text(67)));
    let theirs = handle.get_attr_payload_as::<u64>(6).unwrap();
    assert_eq!(own.device.node_guid, Some(Guid::from_kernel(theirs)));
    let moderated = handle.get_attr_payload_as::<u8>(84).unwrap() == 1;
    assert_eq!(own.device.adaptive_moderation, Some(moderated));
}
