//! What the kernel leaves out stays out, what is not known here is kept, the rest is an error.
#![cfg(all(feature = "linux", target_os = "linux"))]

mod nldev_support;

use nldev_support::{counters, device, nla, owners, strz, summary, u8_, u32_, u64_};
use sriov_host::netlink::Message;
use sriov_host::seam::{
    PhysicalState, PortState, RawAttribute, RdmaCounter, RdmaEventKind, RdmaNodeType, RdmaOwner,
    RdmaPort, RdmaResource, RdmaSettings,
};
use sriov_host::{IfIndex, NetnsMode, RdmaIndex};
use sriov_rdma::nldev::{
    decode_counters, decode_device, decode_event, decode_owners, decode_port, decode_settings,
    decode_usage,
};

fn raw(kind: u16, payload: &[u8]) -> RawAttribute {
    RawAttribute { kind, payload: payload.to_vec() }
}

#[test]
fn a_setting_that_is_not_told_is_not_off() {
    assert_eq!(decode_settings(&[]), Ok(RdmaSettings::default()));
    let old = decode_settings(&u8_(66, 0)).unwrap();
    assert_eq!(old.netns_mode, Some(NetnsMode::Exclusive));
    assert_eq!((old.copy_on_fork, old.privileged_qkey, old.monitor), (None, None, None));
    let off = [u8_(93, 0), u8_(96, 1), u8_(103, 0)].concat();
    let off = decode_settings(&off).unwrap();
    assert_eq!(off.netns_mode, None);
    assert_eq!(
        (off.copy_on_fork, off.privileged_qkey, off.monitor),
        (Some(false), Some(true), Some(false))
    );
}

#[test]
fn settings_and_values_of_the_future_are_kept() {
    let payload = [u8_(66, 2), u8_(93, 7), u32_(200, 9), u8_(103, 1), u8_(96, 255)].concat();
    let settings = decode_settings(&payload).unwrap();
    let unknown =
        vec![raw(66, &[2]), raw(93, &[7]), raw(200, &9_u32.to_ne_bytes()), raw(96, &[255])];
    assert_eq!(settings, RdmaSettings { monitor: Some(true), unknown, ..RdmaSettings::default() });
}

#[test]
fn a_device_needs_a_number_and_a_name_and_nothing_else() {
    let least = [u32_(1, 7), strz(2, "siw0")].concat();
    let entry = decode_device(&least).unwrap();
    assert_eq!((entry.device.index, entry.ports), (RdmaIndex::new(7), None));
    let device = entry.device;
    assert_eq!(device.name.as_str(), "siw0");
    assert_eq!((device.node_type, device.protocol, device.firmware), (None, None, None));
    assert_eq!((device.node_guid, device.capabilities), (None, None));
    assert_eq!((device.adaptive_moderation, device.unknown), (None, Vec::new()));
    assert!(decode_device(&u32_(1, 7)).is_err());
    assert!(decode_device(&strz(2, "siw0")).is_err());
    assert!(decode_device(&[]).is_err());
}

#[test]
fn a_device_has_all_that_is_told() {
    let told = [
        device(3, "mlx5_2", Some(2)),
        strz(5, "16.35.4030"),
        // Some architectures pad 64-bit numbers.
        nla(0, &[]),
        u64_(6, 0x0002_c903_005d_e110),
        u64_(7, 0),
        u8_(84, 1),
        u8_(99, 1),
        strz(100, "mlx5_0"),
    ];
    let device = decode_device(&told.concat()).unwrap().device;
    assert_eq!(device.firmware.as_deref(), Some("16.35.4030"));
    assert_eq!(device.node_guid.unwrap().to_string(), "00:02:c9:03:00:5d:e1:10");
    assert_eq!(device.sys_image_guid.unwrap().to_kernel(), 0, "zero is told as zero");
    assert_eq!(device.adaptive_moderation, Some(true));
    assert_eq!(device.unknown, [raw(99, &[1]), raw(100, b"mlx5_0\0")]);
}

#[test]
fn devices_of_the_future_are_kept() {
    let told = [u32_(1, 0), strz(2, "new0"), u8_(14, 77), u8_(84, 3)].concat();
    let device = decode_device(&told).unwrap().device;
    assert_eq!(device.node_type, Some(RdmaNodeType::Other(77)));
    assert_eq!((device.adaptive_moderation, device.unknown), (None, vec![raw(84, &[3])]));
}

#[test]
fn a_name_that_is_none_is_an_error_where_it_stands() {
    for name in ["", "two words", "sl/ash", "100%"] {
        let malformed = decode_device(&[u32_(1, 0), strz(2, name)].concat()).unwrap_err();
        assert_eq!(malformed.offset, 12, "{name:?}");
    }
    assert_eq!(decode_device(&[u32_(1, 0), nla(2, b"\xff\0")].concat()).unwrap_err().offset, 12);
}

#[test]
fn a_number_of_another_width_is_an_error_where_it_stands() {
    let number = u32_(1, 0);
    for odd in [nla(1, &[0; 8]), nla(3, &[0]), nla(4, &[0; 4]), nla(14, &[0; 4]), nla(84, &[])] {
        let malformed = decode_device(&[number.clone(), odd].concat()).unwrap_err();
        assert_eq!(malformed.offset, 12);
    }
    for odd in [nla(66, &[0; 4]), nla(93, &[]), nla(96, &[0; 2]), nla(103, &[0; 3])] {
        assert_eq!(decode_settings(&odd).unwrap_err().offset, 4);
    }
    for odd in [nla(9, &[0; 2]), nla(11, &[0; 4]), nla(12, &[]), nla(50, &[1]), nla(8, &[0; 4])] {
        assert_eq!(decode_port(&[u32_(3, 1), odd].concat()).unwrap_err().offset, 12);
    }
}

#[test]
fn an_infiniband_port() {
    let told = [
        [u32_(1, 0), strz(2, "mlx5_0"), u32_(3, 2)].concat(),
        u64_(4, 0x0251_e848),
        u64_(8, 0xfe80_0000_0000_0000),
        u32_(9, 0x51),
        u32_(10, 1),
        u8_(11, 3),
        u8_(12, 2),
        u8_(13, 9),
        u8_(222, 1),
    ];
    let expected = RdmaPort {
        number: 2,
        state: Some(PortState::Init),
        physical_state: Some(PhysicalState::Other(9)),
        netdev: None,
        capabilities: Some(0x0251_e848),
        subnet_prefix: Some(0xfe80_0000_0000_0000),
        lid: Some(0x51),
        sm_lid: Some(1),
        lmc: Some(3),
        unknown: vec![raw(222, &[1])],
    };
    assert_eq!(decode_port(&told.concat()), Ok(expected));
    assert!(decode_port(&[u32_(1, 0), u8_(12, 4)].concat()).is_err(), "a port without a number");
}

#[test]
fn half_a_netdev_is_none_and_is_kept() {
    let index = 7_u32.to_ne_bytes();
    let cases = [
        (u32_(50, 7), vec![raw(50, &index)]),
        (strz(51, "eth0"), vec![raw(51, b"eth0\0")]),
        ([u32_(50, 7), strz(51, "no/name")].concat(), vec![raw(50, &index), raw(51, b"no/name\0")]),
        ([u32_(50, 0), strz(51, "eth0")].concat(), vec![raw(50, &[0; 4]), raw(51, b"eth0\0")]),
    ];
    for (told, unknown) in cases {
        let port = decode_port(&[u32_(3, 1), told].concat()).unwrap();
        assert_eq!((port.netdev, port.unknown), (None, unknown));
    }
    let whole = decode_port(&[strz(51, "eth0"), u32_(3, 1), u32_(50, 7)].concat()).unwrap();
    assert_eq!(whole.netdev, IfIndex::new(7).zip("eth0".parse().ok()));
    assert_eq!(whole.unknown, []);
}

#[test]
fn a_summary_counts_each_kind() {
    let counts = decode_usage(&summary(&[("pd", 1), ("cq", 2), ("frmr", u64::MAX)])).unwrap();
    let counts: Vec<_> = counts.iter().map(|(name, count)| (name.as_str(), *count)).collect();
    assert_eq!(counts, [("cq", 2), ("frmr", u64::MAX), ("pd", 1)]);
    assert_eq!(decode_usage(&nla(15, &[])).unwrap().len(), 0, "a summary of nothing");
    assert!(decode_usage(&u32_(1, 0)).is_err(), "no summary is not a summary of nothing");
    assert!(decode_usage(&nla(15, &nla(16, &strz(17, "pd")))).is_err(), "a kind without a count");
    assert!(decode_usage(&nla(15, &nla(16, &u64_(18, 1)))).is_err(), "a count of nothing");
}

#[test]
fn an_owner_is_a_process_or_a_part_of_the_kernel() {
    let resources = [
        (19, 20, RdmaResource::QueuePair),
        (30, 31, RdmaResource::CmId),
        (35, 36, RdmaResource::CompletionQueue),
        (40, 41, RdmaResource::MemoryRegion),
        (46, 47, RdmaResource::ProtectionDomain),
    ];
    for (table, entry, resource) in resources {
        let kernel = [u32_(21, 1), u8_(26, 1), strz(29, "ib_core")].concat();
        let process = [u32_(28, 4711), u8_(27, 3)].concat();
        // A process that the caller's pid namespace does not have.
        let nobody = u32_(21, 9);
        let payload = owners(table, entry, &[kernel, process, nobody]);
        let owner = |pid, kernel: Option<&str>| RdmaOwner {
            resource,
            pid,
            kernel: kernel.map(str::to_owned),
        };
        let expected = [owner(None, Some("ib_core")), owner(Some(4711), None), owner(None, None)];
        assert_eq!(decode_owners(&payload).unwrap(), expected);
    }
    assert_eq!(decode_owners(&u32_(1, 0)).unwrap(), []);
    // A kind of entry or table that is not known here holds no owner.
    assert_eq!(decode_owners(&owners(19, 77, &[u32_(28, 1)])).unwrap(), []);
    assert_eq!(decode_owners(&owners(88, 89, &[u32_(28, 1)])).unwrap(), []);
    assert!(decode_owners(&owners(19, 20, &[nla(28, &[1])])).is_err());
}

#[test]
fn counters_come_in_the_kernels_order() {
    let told = [u32_(1, 0), strz(2, "rxe0"), u32_(3, 1), counters(&[("sent_pkts", 9), ("a", 0)])];
    let counter = |name: &str, value| RdmaCounter { name: name.to_owned(), value };
    let decoded = decode_counters(&told.concat()).unwrap();
    assert_eq!(decoded, [counter("sent_pkts", 9), counter("a", 0)]);
    assert_eq!(decode_counters(&counters(&[])).unwrap(), []);
    assert!(decode_counters(&u32_(1, 0)).is_err(), "no list is not an empty list");
    assert!(decode_counters(&nla(80, &nla(81, &strz(82, "a")))).is_err());
    assert!(decode_counters(&nla(80, &nla(81, &u64_(83, 1)))).is_err());
}

#[test]
fn events_of_every_kind() {
    let kinds = [
        RdmaEventKind::Registered,
        RdmaEventKind::Unregistered,
        RdmaEventKind::NetdevAttached,
        RdmaEventKind::NetdevDetached,
        RdmaEventKind::Renamed,
        RdmaEventKind::NetdevRenamed,
        RdmaEventKind::Other(6),
    ];
    for (number, kind) in (0..).zip(kinds) {
        let told = [u8_(102, number), u32_(1, 2), u32_(3, 1), u32_(50, 7), strz(51, "eth0")];
        let event = decode_event(&Message::new(0x141c, told.concat())).unwrap().unwrap();
        assert_eq!((event.kind, event.device, event.name), (kind, RdmaIndex::new(2), None));
        assert_eq!((event.port, event.netdev), (Some(1), IfIndex::new(7)));
    }
    let message = |payload| Message::new(0x141c, payload);
    assert!(decode_event(&message(u32_(1, 2))).is_err(), "what happened is not told");
    assert!(decode_event(&message(u8_(102, 0))).is_err(), "to which device is not told");
    let other = Message::new(0x1401, [u8_(102, 0), u32_(1, 2)].concat());
    assert_eq!(decode_event(&other), Ok(None));
    // A name out of the grammar must not hide the event.
    let odd = [u8_(102, 0), u32_(1, 2), strz(2, "two words")].concat();
    assert_eq!(decode_event(&message(odd)).unwrap().unwrap().name, None);
}

#[test]
fn attributes_that_do_not_fit_are_errors() {
    let whole = [u32_(3, 1), u32_(9, 2), u32_(10, 3)].concat();
    for cut in 0..whole.len() {
        let port = decode_port(&whole[..cut]);
        assert_eq!(port.is_ok(), cut > 0 && cut % 8 == 0, "{cut} bytes: {port:?}");
    }
    assert!(decode_settings(&[9, 0, 66, 0, 1, 0, 0, 0]).is_err());
    assert!(decode_settings(&[3, 0, 66, 0]).is_err());
}
