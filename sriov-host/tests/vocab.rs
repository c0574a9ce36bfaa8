//! The vocabulary: what is accepted, what is refused, and that printing and parsing agree.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use proptest::prelude::*;
use sriov_host::{
    DriverName, Errno, EswitchMode, Guid, IfIndex, IfName, InvalidText, LinkType, MacAddr,
    ModuleName, Mtu, Netns, PciAddress, PciId, RdmaDeviceName, TxRate, VfCount, VfIndex,
    VfLinkState, VfRange, VlanId, VlanProto, VlanQos,
};

/// Parsing what was printed gives the same value, and printing that the same text.
fn round_trips<T: FromStr<Err = InvalidText> + Display + Debug + PartialEq>(value: &T) {
    let text = value.to_string();
    let parsed = text.parse::<T>();
    assert_eq!(parsed.as_ref(), Ok(value), "{text:?}");
    assert_eq!(parsed.map(|parsed| parsed.to_string()), Ok(text));
}

fn accepts<T: FromStr<Err = InvalidText> + Display>(texts: &[(&str, &str)]) {
    for (text, canonical) in texts {
        let parsed = text.parse::<T>().map(|value| value.to_string());
        assert_eq!(parsed.as_deref(), Ok(*canonical), "{text:?}");
    }
}

fn refuses<T: FromStr<Err = InvalidText> + Debug>(texts: &[&str]) {
    for text in texts {
        let error = text.parse::<T>().err().map(|error| error.to_string());
        assert!(error.is_some_and(|error| error.contains(" is not a")), "{text:?}");
    }
}

#[test]
fn pci_addresses() {
    accepts::<PciAddress>(&[
        ("0000:3b:00.1", "0000:3b:00.1"),
        ("0000:3B:1F.7", "0000:3b:1f.7"),
        ("10000:e1:00.0", "10000:e1:00.0"),
        ("ffffffff:ff:1f.7", "ffffffff:ff:1f.7"),
        ("00010000:00:00.0", "10000:00:00.0"),
    ]);
    refuses::<PciAddress>(&[
        "",
        "3b:00.0",
        "0000:3b:00",
        "0000:3b:20.0",
        "0000:3b:00.8",
        "0000:3b:00.00",
        "000:3b:00.0",
        "100000000:3b:00.0",
        "0000:3b:00:0",
        "0000.3b.00.0",
        "+000:3b:00.0",
        "0000:+b:00.0",
        "0000:3b:00.+",
        "0000:3b:00.1 ",
        " 0000:3b:00.1",
        "0000:3b:00.1\n",
        "0000:3b:٠٠.0",
        "0000:3g:00.0",
        "0x00:3b:00.0",
        "../0000:3b:00.0",
        "0000:3b:00.0/..",
    ]);
    assert_eq!(PciAddress::new(0, 0, 32, 0), None);
    assert_eq!(PciAddress::new(0, 0, 0, 8), None);
}

#[test]
fn vf_addresses_follow_offset_and_stride() {
    // igb: offset 128, stride 2.
    let pf: PciAddress = "0000:01:00.0".parse().unwrap();
    let vf = |index: u32| pf.routing_offset(128 + 2 * index).unwrap().to_string();
    assert_eq!(vf(0), "0000:01:10.0");
    assert_eq!(vf(3), "0000:01:10.6");
    assert_eq!(vf(4), "0000:01:11.0");
    assert_eq!(vf(64), "0000:02:00.0");
    assert_eq!(pf.routing_offset(0), Some(pf));
    let last: PciAddress = "0000:ff:1f.7".parse().unwrap();
    assert_eq!(last.routing_offset(1), None);
    assert_eq!(pf.routing_offset(u32::MAX), None);
}

#[test]
fn pci_ids() {
    accepts::<PciId>(&[("15b3", "15b3"), ("0x15B3", "15b3"), ("0000", "0000")]);
    refuses::<PciId>(&[
        "", "5b3", "015b3", "0x5b3", "0x", "+5b3", "0x+5b", "15b3\n", "15g3", "0X15b3",
    ]);
}

#[test]
fn mac_addresses() {
    accepts::<MacAddr>(&[("02:00:00:00:00:FF", "02:00:00:00:00:ff")]);
    refuses::<MacAddr>(&[
        "",
        "02:00:00:00:00",
        "02:00:00:00:00:00:00",
        "2:0:0:0:0:0",
        "02-00-00-00-00-00",
        "020000000000",
        "02:00:00:00:00:0g",
        "02:00:00:00:00:+1",
        "02:00:00:00:00:00 ",
        "02:00:00:00:00:",
        ":02:00:00:00:00",
        "02:00:00:00:00:٠٠",
    ]);
    let mac = |text: &str| text.parse::<MacAddr>().unwrap();
    assert!(mac("fe:ff:ff:ff:ff:ff").is_unicast());
    assert!(!mac("01:00:5e:00:00:01").is_unicast() && !MacAddr::ZERO.is_unicast());
    assert_eq!(mac("02:00:00:00:00:ff").plus(1), Some(mac("02:00:00:00:01:00")));
    assert_eq!(mac("00:ff:ff:ff:ff:ff").plus(1), None, "group addresses follow");
    assert_eq!(mac("ff:ff:ff:ff:ff:ff").plus(1), None, "nothing follows");
}

#[test]
fn guids_are_in_network_order() {
    accepts::<Guid>(&[
        ("00:02:c9:03:00:5d:e1:10", "00:02:c9:03:00:5d:e1:10"),
        ("0002:c903:005d:e110", "00:02:c9:03:00:5d:e1:10"),
        ("0002:C903:005D:E110", "00:02:c9:03:00:5d:e1:10"),
    ]);
    refuses::<Guid>(&[
        "",
        "0002c903005de110",
        "0002:c903:005d",
        "0002:c903:005d:e110:0000",
        "02:c9:03:00:5d:e1:10",
        "0x0002c903005de110",
        "2:c903:5d:e110",
        "0002:c903:005d:+110",
        "0002:c903:005d:e11g",
        "00:02:c9:03:005d:e1:10",
    ]);
    let guid: Guid = "0002:c903:005d:e110".parse().unwrap();
    assert_eq!(guid.to_kernel(), 0x0002_c903_005d_e110);
    assert_eq!(
        Guid::from_kernel(0x0002_c903_005d_e110).bytes(),
        [0, 2, 0xc9, 3, 0, 0x5d, 0xe1, 0x10]
    );
    let next = Guid::new([0, 1, 2, 3, 4, 5, 6, 8]).plus(1).unwrap();
    assert!(next.to_string().ends_with(":09"));
    assert!(!Guid::ZERO.is_usable() && !Guid::from_kernel(u64::MAX).is_usable());
    assert_eq!(Guid::from_kernel(u64::MAX).plus(1), None);
}

#[test]
fn vf_ranges() {
    accepts::<VfRange>(&[
        ("0", "0"),
        ("0-0", "0"),
        ("2-5", "2-5"),
        ("0-65535", "0-65535"),
        ("007", "7"),
    ]);
    refuses::<VfRange>(&[
        "",
        "-",
        "1-",
        "-1",
        "2-1",
        "1-2-3",
        "+1",
        "1-+2",
        "65536",
        "0-65536",
        "1 - 2",
        " 1",
        "1\n",
        "٣",
        "0x1",
        "1,2",
        "a-c",
        "pf#0-1",
        "99999999999999999999",
    ]);
    let range: VfRange = "0-65535".parse().unwrap();
    assert_eq!((range.len(), range.indexes().count()), (65536, 65536));
    assert_eq!(VfCount::new(3).indexes().last(), Some(VfIndex::new(2)));
    assert!(!VfCount::ZERO.contains(VfIndex::new(0)));
}

#[test]
fn interface_names() {
    accepts::<IfName>(&[
        ("eth0", "eth0"),
        ("a", "a"),
        ("ens1f0np0.100%x", "ens1f0np0.100%x"),
        ("...", "..."),
    ]);
    refuses::<IfName>(&[
        "",
        ".",
        "..",
        "a/b",
        "a:1",
        "a b",
        "a\tb",
        "a\n",
        "a\u{b}",
        "a\0b",
        "1234567890123456",
        "à",
        "\u{a0}",
    ]);
    // Bytes count, not characters.
    assert!("ääääääää".parse::<IfName>().is_err() && "äääääää".parse::<IfName>().is_ok());
}

#[test]
fn interface_indexes() {
    accepts::<IfIndex>(&[("1", "1"), ("2147483647", "2147483647")]);
    refuses::<IfIndex>(&["", "0", "-1", "+1", "2147483648", "4294967296", "1 ", "x", "٣"]);
}

#[test]
fn driver_and_module_names() {
    accepts::<DriverName>(&[
        ("mlx5_core", "mlx5_core"),
        ("vfio-pci", "vfio-pci"),
        ("8139too", "8139too"),
    ]);
    refuses::<DriverName>(&[
        "",
        ".",
        "..",
        "../x",
        "a/b",
        "a b",
        "a\n",
        "ä",
        &"x".repeat(65),
        "a\0",
    ]);
    accepts::<ModuleName>(&[("vfio-pci", "vfio_pci"), ("mlx5_core", "mlx5_core")]);
    refuses::<ModuleName>(&["", ".", "..", "a.ko", "a b", "a/b", "-a=b", &"x".repeat(56)]);
    let userspace = |name: &str| name.parse::<DriverName>().unwrap().is_userspace();
    assert!(userspace("vfio-pci") && userspace("mlx5_vfio_pci") && !userspace("mlx5_core"));
}

#[test]
fn rdma_device_names() {
    accepts::<RdmaDeviceName>(&[("mlx5_2", "mlx5_2"), ("rocep1s0f0", "rocep1s0f0")]);
    refuses::<RdmaDeviceName>(&["", ".", "..", "a/b", "rxe%d", "a b", "a\u{7f}", &"x".repeat(64)]);
}

#[test]
fn network_namespaces() {
    accepts::<Netns>(&[
        ("blue", "/run/netns/blue"),
        ("4711", "4711"),
        ("/proc/1/ns/net", "/proc/1/ns/net"),
        ("+5", "/run/netns/+5"),
    ]);
    refuses::<Netns>(&[
        "",
        "0",
        "4294967296",
        ".",
        "..",
        "a/b",
        "/run/../etc/shadow",
        "../x",
        "a\0b",
        &"/x".repeat(2049),
    ]);
}

#[test]
fn words() {
    accepts::<EswitchMode>(&[("legacy", "legacy"), ("switchdev", "switchdev")]);
    accepts::<LinkType>(&[("ether", "ether"), ("infiniband", "infiniband")]);
    accepts::<VfLinkState>(&[("auto", "auto"), ("enable", "enable"), ("disable", "disable")]);
    accepts::<VlanProto>(&[("802.1q", "802.1q"), ("802.1Q", "802.1q"), ("802.1AD", "802.1ad")]);
    refuses::<EswitchMode>(&["", "Legacy", "legacy ", "switchdev_inactive"]);
    refuses::<LinkType>(&["", "eth", "ETHER"]);
    refuses::<VfLinkState>(&["", "up", "Auto"]);
    refuses::<VlanProto>(&["", "802.1", "8021q", "0x8100", "802.1q "]);
    for proto in [VlanProto::Dot1Q, VlanProto::Dot1Ad] {
        assert_eq!(VlanProto::from_ethertype(proto.ethertype()), Some(proto));
    }
    assert_eq!(VlanProto::from_ethertype(0x0081), None, "wire order is not host order");
}

#[test]
fn numbers_have_bounds() {
    assert!(VlanId::new(0).is_none() && VlanId::new(4095).is_none());
    assert!(VlanId::new(1).is_some() && VlanId::new(4094).is_some());
    assert!(VlanQos::new(7).is_some() && VlanQos::new(8).is_none());
    assert!(Mtu::new(0).is_none() && Mtu::new(1).is_some());
    assert_eq!(TxRate::from_mbps(200).to_string(), "200 Mbps");
    assert_eq!(
        VlanId::try_from(4095).unwrap_err().to_string(),
        "\"4095\" is not a VLAN id (1 to 4094)"
    );
}

#[test]
fn errnos_are_open() {
    assert_eq!(Errno::BUSY.to_string(), "EBUSY");
    assert_eq!(Errno::new(4242).to_string(), "errno 4242");
    assert_eq!(Errno::of(&Errno::RANGE.to_io()), Some(Errno::RANGE));
    assert_eq!(Errno::of(&std::io::Error::other("no number")), None);
}

#[test]
fn long_garbage_is_cut_in_errors() {
    let error = "ü".repeat(100_000).parse::<MacAddr>().unwrap_err();
    assert!(error.text().ends_with('…') && error.to_string().len() < 400);
}

fn check_any(text: &str) {
    macro_rules! check {
        ($($name:ty),+) => {$(
            if let Ok(value) = text.parse::<$name>() {
                round_trips(&value);
            }
        )+};
    }
    check!(
        PciAddress,
        PciId,
        MacAddr,
        Guid,
        VfRange,
        IfName,
        IfIndex,
        DriverName,
        ModuleName,
        RdmaDeviceName,
        Netns,
        EswitchMode,
        LinkType,
        VfLinkState,
        VlanProto
    );
}

proptest! {
    #[test]
    fn what_is_accepted_round_trips(text in "\\PC{0,24}") {
        check_any(&text);
    }

    #[test]
    fn what_is_almost_right_round_trips(
        text in "[0-9a-fx]{0,4}[:.-]?[0-9a-f]{0,2}[:.-]?[0-9a-f+]{0,4}[:.]?[0-9]{0,2}"
    ) {
        check_any(&text);
    }

    #[test]
    fn values_round_trip(
        (domain, bus, device, function) in (any::<u32>(), any::<u8>(), 0..32_u8, 0..8_u8),
        (id, mac, guid) in (any::<u16>(), any::<[u8; 6]>(), any::<u64>()),
        (first, more) in (any::<u16>(), any::<u16>()),
        index in 1..=2_147_483_647_u32,
    ) {
        round_trips(&PciAddress::new(domain, bus, device, function).unwrap());
        round_trips(&PciId::new(id));
        round_trips(&MacAddr::new(mac));
        round_trips(&Guid::from_kernel(guid));
        prop_assert_eq!(Guid::from_kernel(guid).to_kernel(), guid);
        let last = first.saturating_add(more);
        round_trips(&VfRange::new(VfIndex::new(first), VfIndex::new(last)).unwrap());
        round_trips(&IfIndex::new(index).unwrap());
    }

    /// Steps on the bus add up, and order follows them.
    #[test]
    fn routing_offsets_add_up(bus: u8, devfn: u8, a in 0..40_000_u32, b in 0..40_000_u32) {
        let start = PciAddress::new(0, bus, devfn >> 3, devfn & 7).unwrap();
        let twice = start.routing_offset(a).and_then(|next| next.routing_offset(b));
        prop_assert_eq!(twice, start.routing_offset(a + b));
        prop_assert!(twice.is_none_or(|end| end >= start));
    }

    #[test]
    fn mac_steps_add_up(mac: [u8; 6], a in 0..70_000_u32, b in 0..70_000_u32) {
        let mac = MacAddr::new(mac);
        if let Some(sum) = mac.plus(a + b) {
            prop_assert_eq!(mac.plus(a).and_then(|next| next.plus(b)), Some(sum));
        }
    }

    /// Two ranges overlap exactly if a VF is in both.
    #[test]
    fn overlap_means_a_common_vf(a in (0..50_u16, 0..9_u16), b in (0..50_u16, 0..9_u16)) {
        let range = |(first, more): (u16, u16)| {
            VfRange::new(VfIndex::new(first), VfIndex::new(first + more)).unwrap()
        };
        let (a, b) = (range(a), range(b));
        prop_assert_eq!(a.overlaps(b), a.indexes().any(|vf| b.contains(vf)));
    }
}

#[cfg(feature = "serde")]
mod wire {
    use serde::{Serialize, de::DeserializeOwned};

    use super::*;

    fn through_json<T: Serialize + DeserializeOwned + Debug + PartialEq>(value: &T, json: &str) {
        assert_eq!(serde_json::to_string(value).ok().as_deref(), Some(json));
        assert_eq!(serde_json::from_str::<T>(json).ok().as_ref(), Some(value));
    }

    #[test]
    fn text_types_are_text() {
        through_json(&"0000:3b:00.1".parse::<PciAddress>().unwrap(), "\"0000:3b:00.1\"");
        through_json(&PciId::new(0x15b3), "\"15b3\"");
        through_json(&MacAddr::ZERO, "\"00:00:00:00:00:00\"");
        through_json(&Guid::from_kernel(1), "\"00:00:00:00:00:00:00:01\"");
        through_json(&"eth0".parse::<IfName>().unwrap(), "\"eth0\"");
        through_json(&"vfio-pci".parse::<DriverName>().unwrap(), "\"vfio-pci\"");
        through_json(&"vfio-pci".parse::<ModuleName>().unwrap(), "\"vfio_pci\"");
        through_json(&"mlx5_0".parse::<RdmaDeviceName>().unwrap(), "\"mlx5_0\"");
        through_json(&"7".parse::<Netns>().unwrap(), "\"7\"");
        through_json(&EswitchMode::Switchdev, "\"switchdev\"");
        through_json(&LinkType::Infiniband, "\"infiniband\"");
        through_json(&VfLinkState::Auto, "\"auto\"");
        through_json(&VlanProto::Dot1Ad, "\"802.1ad\"");
    }

    #[test]
    fn number_types_are_numbers() {
        through_json(&VfIndex::new(3), "3");
        through_json(&VfCount::new(8), "8");
        through_json(&VlanId::new(100).unwrap(), "100");
        through_json(&VlanQos::new(7).unwrap(), "7");
        through_json(&TxRate::from_mbps(10), "10");
        through_json(&Mtu::new(9000).unwrap(), "9000");
        through_json(&IfIndex::new(2).unwrap(), "2");
    }

    #[test]
    fn a_range_is_text_or_a_number() {
        through_json(&"2-5".parse::<VfRange>().unwrap(), "\"2-5\"");
        assert_eq!(serde_json::from_str::<VfRange>("3").unwrap().to_string(), "3");
        for refused in ["-1", "65536", "1.5", "null", "\"\"", "true", "[0]"] {
            assert!(serde_json::from_str::<VfRange>(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn serde_refuses_what_parsing_refuses() {
        assert!(serde_json::from_str::<VlanId>("0").is_err());
        assert!(serde_json::from_str::<VlanQos>("8").is_err());
        assert!(serde_json::from_str::<Mtu>("0").is_err());
        assert!(serde_json::from_str::<IfIndex>("2147483648").is_err());
        assert!(serde_json::from_str::<PciId>("1021").is_err(), "a number has no hexadecimal");
        assert!(serde_json::from_str::<MacAddr>("\"02\"").is_err());
    }
}
