//! Any bytes give a value or an error; what a kernel says arrives unchanged.
#![cfg(all(feature = "linux", target_os = "linux"))]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

mod netlink_support;

use std::time::Duration;

use netlink_support::{Vf, link_with_vfs, nla, words};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use sriov_host::netlink::{
    Attribute, Attributes, Message, Messages, Netlink, Replay, Request, decode_ack,
    decode_eswitch_mode, decode_family, decode_link, decode_link_notice, decode_parameter,
    decode_uevent, decode_vfs, encode_vf_changes,
};
use sriov_host::seam::{VfAttrs, VfChange, VfSetting};
use sriov_host::{
    Guid, IfIndex, MacAddr, TxRate, VfIndex, VfLinkState, VlanId, VlanProto, VlanQos, VlanTag,
};

fn switch() -> impl Strategy<Value = u32> {
    select(vec![0, 1, u32::MAX])
}

fn vf(number: u32) -> impl Strategy<Value = Vf> {
    let tag = (0_u32..=4094, 0_u32..8, select(vec![0x8100_u16, 0x88a8]));
    let switches = (switch(), switch(), switch(), 0_u32..3);
    let guids = proptest::option::of(any::<(u64, u64)>());
    let last = (guids, any::<bool>());
    (any::<[u8; 6]>(), tag, any::<(u32, u32)>(), switches, last).prop_map(
        move |(mac, (vlan, qos, proto), (min, max), (spoof, trust, rss, state), (guids, stats))| {
            Vf {
                mac,
                vlan,
                qos,
                proto,
                min,
                max,
                spoof,
                trust,
                rss,
                link_state: state,
                guids,
                stats,
                ..Vf::new(number)
            }
        },
    )
}

fn vfs() -> impl Strategy<Value = Vec<Vf>> {
    (0_u32..400).prop_flat_map(|count| (0..count).map(vf).collect::<Vec<_>>())
}

/// What the fields mean, said once more.
fn meaning(vf: &Vf) -> VfAttrs {
    let switch = |field| match field {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    };
    let guid = |number| Some(Guid::from_kernel(number)).filter(|guid| *guid != Guid::ZERO);
    VfAttrs {
        mac: Some(MacAddr::new(vf.mac)).filter(|mac| *mac != MacAddr::ZERO),
        vlan: Some(VlanTag {
            id: VlanId::new(u16::try_from(vf.vlan).unwrap()),
            qos: VlanQos::new(u8::try_from(vf.qos).unwrap()).unwrap(),
            proto: VlanProto::from_ethertype(vf.proto).unwrap(),
        }),
        spoof_check: switch(vf.spoof),
        trust: switch(vf.trust),
        rss_query: switch(vf.rss),
        link_state: [VfLinkState::Auto, VfLinkState::Enable, VfLinkState::Disable]
            .get(vf.link_state as usize)
            .copied(),
        min_tx_rate: Some(TxRate::from_mbps(vf.min)),
        max_tx_rate: Some(TxRate::from_mbps(vf.max)),
        node_guid: vf.guids.and_then(|(node, _)| guid(node)),
        port_guid: vf.guids.and_then(|(_, port)| guid(port)),
        ..VfAttrs::unknown(VfIndex::new(u16::try_from(vf.number).unwrap()))
    }
}

/// Good bytes with a few of them changed, cut or doubled.
fn mutated(good: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let length = good.len();
    let edits = vec((0..length, any::<u8>()), 0..6);
    let tail = vec(any::<u8>(), 0..8);
    (edits, 0..=length, tail, any::<bool>()).prop_map(move |(edits, cut, tail, whole)| {
        let mut bytes = good.clone();
        for (place, byte) in edits {
            bytes[place] = byte;
        }
        if !whole {
            bytes.truncate(cut);
            bytes.extend(tail);
        }
        bytes
    })
}

fn link_bytes() -> Vec<u8> {
    let mut extra = Vf { guids: Some((1, 2)), stats: true, ..Vf::new(2) };
    extra.extra = nla(77, b"later");
    let mut payload = link_with_vfs(3, &[Vf::new(0), Vf::new(1), extra]);
    let names = [nla(53, b"one\0"), nla(53, b"two\0")].concat();
    payload.extend(nla(0x8034, &names));
    payload.extend(nla(36, &[1, 2, 3]));
    payload.extend(nla(10, &words(&[4])));
    payload
}

fn ack_bytes() -> Vec<u8> {
    let request = Request::get(19).to_bytes(1).unwrap();
    let words = [nla(1, b"integer out of range\0"), nla(2, &36_u32.to_ne_bytes())].concat();
    [&(-34_i32).to_ne_bytes()[..], &request, &words].concat()
}

fn uevent_bytes() -> Vec<u8> {
    let mut bytes = b"libudev\0\xfe\xed\xca\xfe".to_vec();
    let properties =
        b"ACTION=add\0DEVPATH=/devices/pci0000:00/0000:00:01.0/net/x\0IFINDEX=3\0INTERFACE=x\0";
    bytes.extend(words(&[40, 40, u32::try_from(properties.len()).unwrap()]));
    bytes.resize(40, 0);
    bytes.extend(properties);
    bytes
}

fn message(kind: u16, flags: u16, payload: Vec<u8>) -> Message {
    Message { flags, ..Message::new(kind, payload) }
}

/// The header of the first request on a replay, as far as replies repeat it.
fn first_request() -> Message {
    Message { sequence: 1, port: Replay::PORT, ..Message::new(18, Vec::new()) }
}

/// Everything that reads a link's payload.
fn read_link(payload: &[u8]) {
    let _ = decode_link(payload);
    let _ = decode_link_notice(&Message::new(16, payload.to_vec()));
    if let Ok(list) = decode_vfs(payload) {
        assert!(list.vfs.len() <= list.announced as usize);
        assert!(list.vfs.len() * 44 <= payload.len());
    }
    for attribute in Attributes::new(payload, 0).flatten() {
        let _ = (attribute.u8(), attribute.u16(), attribute.u32(), attribute.u64());
        let _ = (attribute.text(), attribute.attributes().count());
    }
}

/// A number in two modes and a switch, as the kernel nests them.
fn parameter_bytes() -> Vec<u8> {
    let value = |mode, data: &[u8]| nla(85, &[nla(87, &[mode]), nla(86, data)].concat());
    let values = [value(1, &[32, 0, 0, 0]), value(2, &[16, 0, 0, 0])].concat();
    let number = [nla(81, b"total_vfs\0"), nla(83, &[3]), nla(84, &values)].concat();
    let switch = [nla(82, &[]), nla(83, &[6]), nla(84, &value(2, &[]))].concat();
    [vec![38, 1, 0, 0], nla(80, &number), nla(80, &switch)].concat()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_list_means_what_its_fields_mean(vfs in vfs()) {
        let count = u32::try_from(vfs.len()).unwrap();
        let list = decode_vfs(&link_with_vfs(count, &vfs)).unwrap();
        let expected: Vec<VfAttrs> = vfs.iter().map(meaning).collect();
        let length: usize = vfs.iter().map(|vf| vf.encode().len()).sum::<usize>() + 4;
        prop_assert_eq!(list.wrapped, length > 65_535);
        prop_assert_eq!(list.vfs, expected);
    }

    #[test]
    fn a_list_with_entries_missing_is_shorter_and_still_exact(
        vfs in vfs(),
        missing in 1_u32..4,
    ) {
        let announced = u32::try_from(vfs.len()).unwrap() + missing;
        let list = decode_vfs(&link_with_vfs(announced, &vfs)).unwrap();
        prop_assert_eq!((list.announced, list.vfs.len()), (announced, vfs.len()));
    }

    #[test]
    fn changes_are_one_entry_each(numbers in vec(any::<(u16, bool)>(), 0..300)) {
        let changes: Vec<VfChange> = numbers
            .iter()
            .map(|(vf, on)| VfChange { vf: VfIndex::new(*vf), set: VfSetting::SpoofCheck(*on) })
            .collect();
        let bytes = encode_vf_changes(IfIndex::new(7).unwrap(), &changes).to_bytes(9).unwrap();
        let message = Messages::new(&bytes).next().unwrap().unwrap();
        prop_assert_eq!((message.kind, message.flags, message.sequence), (19, 5, 9));
        let list = message.attributes(16).next().unwrap().unwrap();
        let read = |entry: Attribute<'_>| {
            let check = entry.attributes().next().unwrap().unwrap();
            let word = |at: usize| u32::from_ne_bytes(check.payload[at..at + 4].try_into().unwrap());
            (u16::try_from(word(0)).unwrap(), word(4) == 1)
        };
        let read: Vec<_> = list.attributes().map(|entry| read(entry.unwrap())).collect();
        prop_assert_eq!(read, numbers);
    }

    #[test]
    fn attributes_survive_writing_and_walking(
        attributes in vec((0_u16..0x4000, vec(any::<u8>(), 0..40)), 0..20),
    ) {
        let request = attributes.iter().fold(Request::get(1), |request, (kind, payload)| {
            request.with(|body| { body.bytes(*kind, payload); })
        });
        let bytes = request.to_bytes(1).unwrap();
        let message = Messages::new(&bytes).next().unwrap().unwrap();
        let walked: Vec<_> = message
            .attributes(0)
            .map(|attribute| attribute.map(|a| (a.kind, a.payload.to_vec())).unwrap())
            .collect();
        prop_assert_eq!(walked, attributes);
    }

    #[test]
    fn link_decoders_survive_mutation(bytes in mutated(link_bytes())) {
        read_link(&bytes);
    }

    #[test]
    fn link_decoders_survive_anything(bytes in vec(any::<u8>(), 0..300)) {
        read_link(&bytes);
    }

    #[test]
    fn ack_decoders_survive_mutation(
        bytes in mutated(ack_bytes()),
        kind in 2_u16..4,
        flags in any::<u16>(),
    ) {
        let _ = decode_ack(&message(kind, flags, bytes));
    }

    #[test]
    fn generic_decoders_survive_mutation(
        bytes in mutated([vec![29, 1, 0, 0], nla(1, &[21, 0]), nla(25, &[1, 0])].concat()),
    ) {
        let message = message(16, 0, bytes);
        let _ = (decode_family(&message), decode_eswitch_mode(&message));
    }

    #[test]
    fn parameter_decoders_survive_mutation(bytes in mutated(parameter_bytes())) {
        let _ = decode_parameter(&message(21, 0, bytes));
    }

    #[test]
    fn uevent_decoders_survive_mutation(bytes in mutated(uevent_bytes())) {
        let _ = decode_uevent(&bytes);
    }

    #[test]
    fn uevent_decoders_survive_anything(bytes in vec(any::<u8>(), 0..300)) {
        let _ = decode_uevent(&bytes);
    }
}

proptest! {
    // Each case waits for its deadline when nothing sensible comes.
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        cases: 64,
        ..ProptestConfig::default()
    })]

    #[test]
    fn requests_end_whatever_is_answered(
        first in mutated([
            message(16, 2, vec![7; 20]).reply_to(&first_request()),
            message(2, 0x300, ack_bytes()).reply_to(&first_request()),
            message(3, 2, vec![0; 4]).reply_to(&first_request()),
        ].concat()),
        dump in any::<bool>(),
        cut in 0_usize..200,
    ) {
        let netlink = Netlink::over(move || {
            Ok(Box::new(Replay::new().cut_to(cut).datagram(0, first.clone())))
        });
        let request = if dump { Request::dump(18) } else { Request::get(18) };
        let _ = netlink.request(request, Duration::from_millis(5));
    }
}
