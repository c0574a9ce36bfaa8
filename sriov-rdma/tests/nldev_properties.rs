//! Any bytes give a value or an error; what a kernel says arrives unchanged.
#![cfg(all(feature = "linux", target_os = "linux"))]
#![expect(clippy::indexing_slicing, reason = "a test")]

mod nldev_support;

use std::collections::BTreeMap;

use nldev_support::{counters, device, nla, owners, port, strz, summary, u8_, u32_, u64_};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use sriov_host::netlink::{Message, Messages};
use sriov_host::seam::{RdmaCounter, RdmaOwner, RdmaResource};
use sriov_host::{Guid, NetnsMode, RdmaDeviceName, RdmaIndex};
use sriov_rdma::nldev::{
    decode_counters, decode_device, decode_event, decode_owners, decode_port, decode_settings,
    decode_usage, device_rename, owner_dumps, port_get, system_set,
};

/// Everything that reads a payload; what it gives is never larger than what it came from.
fn read(payload: &[u8]) {
    if let Ok(settings) = decode_settings(payload) {
        assert!(settings.unknown.len() * 4 <= payload.len());
    }
    if let Ok(entry) = decode_device(payload) {
        assert!(entry.device.unknown.len() * 4 <= payload.len());
        assert!(entry.device.ports.is_empty());
    }
    if let Ok(port) = decode_port(payload) {
        assert!(port.unknown.len() * 4 <= payload.len());
    }
    if let Ok(counts) = decode_usage(payload) {
        assert!(counts.len() * 20 <= payload.len());
    }
    if let Ok(owners) = decode_owners(payload) {
        assert!(owners.len() * 4 <= payload.len());
    }
    if let Ok(counters) = decode_counters(payload) {
        assert!(counters.len() * 20 <= payload.len());
    }
    for kind in [0x1401, 0x141c] {
        let _ = decode_event(&Message::new(kind, payload.to_vec()));
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

/// One of each message.
fn good() -> Vec<Vec<u8>> {
    vec![
        [u8_(66, 1), u8_(96, 0), u8_(103, 1), u8_(93, 1)].concat(),
        [device(1, "rxe0", Some(1)), u64_(6, 1), u8_(84, 0), strz(5, "1.2")].concat(),
        port(1, 1),
        summary(&[("pd", 1), ("ctx", 0)]),
        owners(19, 20, &[u32_(28, 9), strz(29, "ib_core")]),
        counters(&[("rx", 1), ("tx", 2)]),
        [u32_(1, 0), strz(2, "rxe0"), u8_(102, 1), u32_(3, 1), u32_(50, 2)].concat(),
    ]
}

fn word() -> impl Strategy<Value = String> {
    "[a-z_0-9]{1,30}"
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        cases: 1024,
        ..ProptestConfig::default()
    })]

    #[test]
    fn decoders_survive_anything(payload in vec(any::<u8>(), 0..300)) {
        read(&payload);
    }

    #[test]
    fn decoders_survive_mutation(
        payload in prop::sample::select(good()).prop_flat_map(mutated),
    ) {
        read(&payload);
    }

    #[test]
    fn decoders_survive_any_attributes(
        attributes in vec((0_u16..120, vec(any::<u8>(), 0..12)), 0..12),
        around in option::of(prop::sample::select(vec![15_u16, 19, 30, 80])),
    ) {
        let inner: Vec<u8> = attributes.iter().flat_map(|(kind, body)| nla(*kind, body)).collect();
        // Entries of tables, one level down.
        let nested = around.map(|kind| nla(kind, &nla(kind + 1, &inner)));
        read(&nested.unwrap_or(inner));
    }

    #[test]
    fn a_settings_message_means_what_it_says(values in prop::array::uniform4(option::of(any::<u8>()))) {
        let numbers = [66_u16, 93, 96, 103];
        let told: Vec<u8> = numbers
            .iter()
            .zip(values)
            .flat_map(|(number, value)| value.map(|value| u8_(*number, value)).unwrap_or_default())
            .collect();
        let settings = decode_settings(&told).unwrap();
        let [mode, fork, qkey, monitor] = values;
        let switch = |value: Option<u8>| match value { Some(0) => Some(false), Some(1) => Some(true), _ => None };
        prop_assert_eq!(settings.netns_mode, mode.and_then(NetnsMode::from_kernel));
        prop_assert_eq!(settings.copy_on_fork, switch(fork));
        prop_assert_eq!(settings.privileged_qkey, switch(qkey));
        prop_assert_eq!(settings.monitor, switch(monitor));
        // Nothing is lost: what has no meaning is kept.
        let odd = values.iter().flatten().filter(|value| **value > 1).count();
        prop_assert_eq!(settings.unknown.len(), odd);
    }

    #[test]
    fn a_device_means_what_it_says(
        index in any::<u32>(),
        name in word(),
        ports in option::of(any::<u32>()),
        guid in option::of(any::<u64>()),
        caps in option::of(any::<u64>()),
        firmware in option::of(word()),
    ) {
        let told = [
            device(index, &name, ports),
            guid.map(|guid| u64_(6, guid)).unwrap_or_default(),
            caps.map(|caps| u64_(4, caps)).unwrap_or_default(),
            firmware.as_deref().map(|text| strz(5, text)).unwrap_or_default(),
        ];
        let entry = decode_device(&told.concat()).unwrap();
        prop_assert_eq!(entry.ports, ports);
        prop_assert_eq!(entry.device.index, RdmaIndex::new(index));
        prop_assert_eq!(entry.device.name.as_str(), name);
        prop_assert_eq!(entry.device.node_guid, guid.map(Guid::from_kernel));
        prop_assert_eq!(entry.device.capabilities, caps);
        prop_assert_eq!(entry.device.firmware, firmware);
        prop_assert_eq!(entry.device.unknown, vec![]);
    }

    #[test]
    fn counts_and_counters_arrive_unchanged(values in vec((word(), any::<u64>()), 0..20)) {
        let pairs: Vec<_> = values.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        let expected: BTreeMap<String, u64> = values.iter().cloned().collect();
        prop_assert_eq!(decode_usage(&summary(&pairs)).unwrap(), expected);
        let expected: Vec<_> =
            values.iter().map(|(name, value)| RdmaCounter { name: name.clone(), value: *value }).collect();
        prop_assert_eq!(decode_counters(&counters(&pairs)).unwrap(), expected);
    }

    #[test]
    fn owners_arrive_unchanged(holders in vec((option::of(any::<u32>()), option::of(word())), 0..20)) {
        let entries: Vec<Vec<u8>> = holders
            .iter()
            .map(|(pid, kernel)| {
                let pid = pid.map(|pid| u32_(28, pid)).unwrap_or_default();
                [pid, kernel.as_deref().map(|name| strz(29, name)).unwrap_or_default()].concat()
            })
            .collect();
        let expected: Vec<RdmaOwner> = holders
            .into_iter()
            .map(|(pid, kernel)| RdmaOwner { resource: RdmaResource::MemoryRegion, pid, kernel })
            .collect();
        prop_assert_eq!(decode_owners(&owners(40, 41, &entries)).unwrap(), expected);
    }

    #[test]
    fn requests_are_read_back(index in any::<u32>(), number in any::<u32>(), name in word()) {
        let device = RdmaIndex::new(index);
        let sent = |request: sriov_host::netlink::Request| {
            let bytes = request.to_bytes(1).unwrap();
            Messages::new(&bytes).next().unwrap().unwrap()
        };
        let port = sent(port_get(device, number));
        prop_assert_eq!(decode_port(&port.payload).unwrap().number, number);
        let parsed: RdmaDeviceName = name.parse().unwrap();
        let renamed = decode_device(&sent(device_rename(device, &parsed)).payload).unwrap().device;
        prop_assert_eq!((renamed.index, renamed.name), (device, parsed));
        for mode in [NetnsMode::Exclusive, NetnsMode::Shared] {
            let settings = decode_settings(&sent(system_set(mode)).payload).unwrap();
            prop_assert_eq!(settings.netns_mode, Some(mode));
        }
        for (_, request) in owner_dumps(device) {
            prop_assert!(request.is_dump());
            prop_assert_eq!(sent(request).payload, u32_(1, index));
        }
    }
}
