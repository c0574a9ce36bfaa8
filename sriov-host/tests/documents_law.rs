//! The law of documents: printing a configuration and reading it again changes nothing.
#![cfg(feature = "serde")]

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use sriov_host::config::{
    DriverChoice, FirmwareConfig, FirmwarePolicy, KernelArgs, NodeConfig, PfConfig, PfMatch,
    RdmaConfig, RdmaNetnsMode, VdpaType, VfGroup, VfVlan,
};
use sriov_host::{
    EswitchMode, Guid, LinkType, MacAddr, Mtu, PciAddress, PciId, TxRate, VfCount, VfIndex,
    VfLinkState, VfRange, VlanId, VlanProto, VlanQos,
};

/// Names that YAML would rather read as something else are the interesting ones.
fn word() -> impl Strategy<Value = String> {
    let traps =
        ["on", "no", "null", "~", "1e3", "0x10", "1_0", "-", "true", "1:30", ".5", "=", "<<"];
    prop_oneof![
        prop::sample::select(traps.to_vec()).prop_map(str::to_owned),
        "[a-zA-Z0-9_.-]{1,15}"
            .prop_filter("a component", |name| !matches!(name.as_str(), "." | "..")),
    ]
}

fn mac() -> impl Strategy<Value = MacAddr> {
    any::<[u8; 6]>().prop_map(|[first, rest @ ..]| {
        let [a, b, c, d, _] = rest;
        // Room to count up inside the last byte.
        MacAddr::new([first & 0xfe | 2, a, b, c, d, 0])
    })
}

fn guid() -> impl Strategy<Value = Guid> {
    (1..u64::MAX - 1000).prop_map(Guid::from_kernel)
}

fn matches() -> impl Strategy<Value = PfMatch> {
    let pci = (any::<u32>(), any::<u8>(), 0..32_u8, 0..8_u8);
    prop_oneof![
        pci.prop_filter_map("in range", |(domain, bus, device, function)| {
            PciAddress::new(domain, bus, device, function).map(PfMatch::Pci)
        }),
        word().prop_filter_map("an interface name", |name| name.parse().ok().map(PfMatch::Name)),
        mac().prop_map(PfMatch::Mac),
        (any::<u16>(), of(any::<u16>())).prop_map(|(vendor, device)| PfMatch::Id {
            vendor: PciId::new(vendor),
            device: device.map(PciId::new),
        }),
    ]
}

fn driver() -> impl Strategy<Value = DriverChoice> {
    prop_oneof![
        Just(DriverChoice::Default),
        Just(DriverChoice::Unbound),
        word().prop_filter_map("a driver name", |name| name.parse().ok()),
    ]
}

prop_compose! {
    fn vlan()(
        vlan in of((0..4095_u16, of(0..8_u8), of(any::<bool>())))
    ) -> (Option<VfVlan>, Option<VlanQos>, Option<VlanProto>) {
        let Some((id, qos, ad)) = vlan else { return (None, None, None) };
        let id = VlanId::new(id).map_or(VfVlan::Untagged, VfVlan::Id);
        let proto = ad.map(|ad| if ad { VlanProto::Dot1Ad } else { VlanProto::Dot1Q });
        (Some(id), qos.and_then(VlanQos::new), proto)
    }
}

prop_compose! {
    /// A group without its range.
    fn group()(
        (resource_name, driver, mac) in (of(word()), of(driver()), of(mac())),
        (vlan, vlan_qos, vlan_proto) in vlan(),
        (spoof_check, trust, is_rdma) in (of(any::<bool>()), of(any::<bool>()), any::<bool>()),
        link_state in of(prop::sample::select(vec![
            VfLinkState::Auto, VfLinkState::Enable, VfLinkState::Disable,
        ])),
        (min_tx_rate, more) in (of(any::<u16>()), of(any::<u16>())),
        mtu in of(1..=u32::MAX),
        (node_guid, port_guid) in (of(guid()), of(guid())),
        vdpa_type in of(prop::sample::select(vec![VdpaType::Virtio, VdpaType::Vhost])),
    ) -> VfGroup {
        let floor = u32::from(min_tx_rate.unwrap_or_default());
        VfGroup {
            resource_name, driver, mac, vlan, vlan_qos, vlan_proto, spoof_check, trust, link_state,
            min_tx_rate: min_tx_rate.map(|rate| TxRate::from_mbps(rate.into())),
            max_tx_rate: more.map(|more| TxRate::from_mbps(floor + u32::from(more))),
            mtu: mtu.and_then(Mtu::new),
            node_guid, port_guid, is_rdma, vdpa_type,
            ..VfGroup::new(range(0, 0))
        }
    }
}

#[expect(clippy::unwrap_used, reason = "the last index is never below the first one")]
fn range(first: u16, last: u16) -> VfRange {
    VfRange::new(VfIndex::new(first), VfIndex::new(last.max(first))).unwrap()
}

prop_compose! {
    fn pf()(
        matches in matches(),
        slack in of(0..9_u16),
        mtu in of(1..=u32::MAX),
        eswitch_mode in of(prop::sample::select(vec![EswitchMode::Legacy, EswitchMode::Switchdev])),
        externally_managed in any::<bool>(),
        groups in vec((group(), 0..9_u16, 0..3_u16), 0..4),
    ) -> PfConfig {
        let mut next = 0;
        let mut vfs = Vec::new();
        for (group, more, gap) in groups {
            let (first, last) = (next + gap, next + gap + more);
            vfs.push(VfGroup { range: range(first, last), ..group });
            next = last + 1;
        }
        PfConfig {
            num_vfs: slack.map(|slack| VfCount::new(next + slack)),
            mtu: mtu.and_then(Mtu::new),
            eswitch_mode, externally_managed, vfs,
            ..PfConfig::new(matches)
        }
    }
}

fn policy() -> impl Strategy<Value = FirmwarePolicy> {
    prop_oneof![
        any::<u16>().prop_map(|count| FirmwarePolicy::AtLeast(count.into())),
        any::<u16>().prop_map(|count| FirmwarePolicy::Exactly(count.into())),
        Just(FirmwarePolicy::Unmanaged),
        Just(FirmwarePolicy::ResetToZero),
    ]
}

prop_compose! {
    fn firmware()(
        (matches, policy) in (matches(), policy()),
        link_type in of(prop::sample::select(vec![LinkType::Ether, LinkType::Infiniband])),
    ) -> FirmwareConfig {
        FirmwareConfig { matches, policy, link_type }
    }
}

prop_compose! {
    fn config()(
        (pfs, firmware) in (vec(pf(), 0..4), vec(firmware(), 0..3)),
        rdma in of(prop::sample::select(vec![
            RdmaNetnsMode::Exclusive, RdmaNetnsMode::Shared, RdmaNetnsMode::Unmanaged,
        ])),
        kernel_args in of((vec("[a-z]{1,3}=[!-~]{0,9}", 0..4), vec("[A-Z]{1,6}", 0..3))),
    ) -> NodeConfig {
        NodeConfig {
            pfs,
            firmware,
            rdma: rdma.map(|netns_mode| RdmaConfig { netns_mode }),
            kernel_args: kernel_args.map(|(add, remove)| KernelArgs { add, remove }),
        }
    }
}

proptest! {
    #[test]
    fn printing_and_reading_changes_nothing(
        config in config().prop_filter("fits together", |config| config.validate().is_ok())
    ) {
        for text in [config.to_yaml().unwrap(), config.to_json().unwrap()] {
            let read = NodeConfig::parse(&text);
            prop_assert_eq!(read.as_ref(), Ok(&config), "{}", text);
        }
    }

    /// Validation gives every fault a key that the printed document has, so that it has a line.
    #[test]
    fn faults_of_validation_have_a_line(config in config(), range in (0..5_u16, 0..20_u16)) {
        let mut config = config;
        for pf in &mut config.pfs {
            pf.vfs.extend(pf.vfs.first().cloned().map(|group| VfGroup {
                range: self::range(range.0, range.1), ..group
            }));
        }
        let Err(found) = config.validate() else { return Ok(()) };
        prop_assert_eq!(found.line(), None);
        let read = NodeConfig::parse(&config.to_yaml().unwrap()).unwrap_err();
        prop_assert_eq!((read.kind(), read.key()), (found.kind(), found.key()));
        prop_assert!(read.line().is_some_and(|line| line > 2), "{}", read);
    }
}
