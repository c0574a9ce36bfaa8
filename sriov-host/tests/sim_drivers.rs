//! How the drivers differ: settings, eswitch, RDMA, ports, namespaces.
#![cfg(feature = "sim")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::time::Duration;

use sriov_host::seam::{
    Devlink, HostPath, LinkChange, Sysfs, Uevents, VfChange, VfLink, VfSetting, Wake,
};
use sriov_host::sim::{Machine, SimHost};
use sriov_host::{
    Errno, EswitchMode, IfIndex, PciAddress, TxRate, VfIndex, VfLinkState, VlanId, VlanProto,
    VlanTag,
};

const LONG: Duration = Duration::from_mins(1);

fn address() -> PciAddress {
    "0000:01:00.0".parse().unwrap()
}

fn pf() -> HostPath {
    HostPath::pci(address())
}

fn with_vfs(driver: &str, count: u16) -> SimHost {
    let text = format!(
        "pfs: [{{ pci: 0000:01:00.0, driver: {driver}, name: ens1f0np0, numVfs: {count} }}]"
    );
    SimHost::new(&Machine::from_yaml(&text).unwrap()).unwrap()
}

fn netdev(host: &SimHost, name: &str) -> IfIndex {
    let links = host.links().unwrap();
    let found = links.iter().find(|link| link.name.as_str() == name);
    found.unwrap_or_else(|| panic!("no {name} in {links:#?}")).index
}

fn set(host: &SimHost, set: VfSetting) -> Option<Errno> {
    let change = VfChange { vf: VfIndex::new(0), set };
    host.set_vfs(netdev(host, "ens1f0np0"), &[change]).err().and_then(|error| error.errno())
}

fn rate(min: u32, max: u32) -> VfSetting {
    VfSetting::Rate { min: TxRate::from_mbps(min), max: TxRate::from_mbps(max) }
}

#[test]
fn drivers_refuse_different_settings() {
    let qinq = VfSetting::Vlan(VlanTag { proto: VlanProto::Dot1Ad, ..VlanTag::default() });
    let state = VfSetting::LinkState(VfLinkState::Enable);
    let (unsupported, invalid) = (Some(Errno::OPNOTSUPP), Some(Errno::INVAL));
    let table = [
        ("netdevsim", None, None, None, None),
        ("igb", Some(Errno::PROTONOSUPPORT), unsupported, invalid, unsupported),
        ("mlx5_core", Some(Errno::PROTONOSUPPORT), None, None, unsupported),
        ("ice", Some(Errno::PROTONOSUPPORT), None, None, unsupported),
        ("i40e", Some(Errno::PROTONOSUPPORT), None, invalid, unsupported),
        ("bnxt_en", Some(Errno::PROTONOSUPPORT), None, None, unsupported),
    ];
    for (driver, tag, link_state, min_rate, rss) in table {
        let host = with_vfs(driver, 1);
        host.advance(LONG);
        assert_eq!(set(&host, qinq), tag, "{driver}");
        assert_eq!(set(&host, state), link_state, "{driver}");
        assert_eq!(set(&host, rate(10, 100)), min_rate, "{driver}");
        assert_eq!(set(&host, VfSetting::RssQuery(true)), rss, "{driver}");
    }
}

#[test]
fn igb_needs_a_carrier_for_rates() {
    let host = with_vfs("igb", 1);
    let link = netdev(&host, "ens1f0np0");
    host.advance(LONG);
    assert_eq!(set(&host, rate(0, 100)), None);
    host.set_link(link, &LinkChange::AdminUp(false)).unwrap();
    assert_eq!(set(&host, rate(0, 100)), Some(Errno::INVAL));
    host.set_link(link, &LinkChange::AdminUp(true)).unwrap();
    assert_eq!(set(&host, rate(0, 100)), Some(Errno::INVAL));
    host.advance(Duration::from_secs(3));
    assert_eq!(set(&host, rate(0, 100)), None);
    // More than the port can do.
    assert_eq!(set(&host, rate(0, 2_000)), Some(Errno::INVAL));
}

#[test]
fn vf_settings_need_the_pf_itself() {
    let host = with_vfs("mlx5_core", 1);
    let change = VfChange { vf: VfIndex::new(0), set: VfSetting::Trust(true) };
    let errno = |index| host.set_vfs(index, &[change]).unwrap_err().errno();
    assert_eq!(errno(netdev(&host, "ens1f0v0")), Some(Errno::OPNOTSUPP));
    assert_eq!(errno(netdev(&host, "lo")), Some(Errno::OPNOTSUPP));
    assert_eq!(errno(IfIndex::new(999).unwrap()), Some(Errno::NODEV));
}

#[test]
fn switchdev_brings_representors_and_takes_settings() {
    let host = with_vfs("mlx5_core", 2);
    let tag = VlanTag { id: VlanId::new(7), ..VlanTag::default() };
    assert_eq!(set(&host, VfSetting::Vlan(tag)), None);
    let device = address().into();
    host.set_eswitch_mode(&device, EswitchMode::Switchdev, LONG).unwrap();
    host.advance(Duration::from_secs(1));
    assert_eq!(host.eswitch_mode(&device).unwrap(), Some(EswitchMode::Switchdev));
    let links = host.links().unwrap();
    let representor = links.iter().find(|l| l.port_name.as_deref() == Some("pf0vf1")).unwrap();
    let uplink = links.iter().find(|link| link.port_name.as_deref() == Some("p0")).unwrap();
    assert!(uplink.switch_id.is_some() && uplink.switch_id == representor.switch_id);
    assert_eq!(representor.parent, Some(address().to_string()));
    assert_eq!(host.list(&pf().join("net")).unwrap().len(), 3);
    let list = host.vfs(uplink.index).unwrap();
    assert_eq!(list.vfs[0].vlan.and_then(|tag| tag.id), None);
    assert_eq!(set(&host, VfSetting::Vlan(tag)), Some(Errno::OPNOTSUPP));
    host.write(&pf().join("sriov_numvfs"), "0", LONG).unwrap();
    assert_eq!(host.list(&pf().join("net")).unwrap().len(), 1);
}

#[test]
fn ice_changes_its_eswitch_only_without_vfs() {
    let host = with_vfs("ice", 2);
    let change = || host.set_eswitch_mode(&address().into(), EswitchMode::Switchdev, LONG);
    assert_eq!(change().unwrap_err().errno(), Some(Errno::OPNOTSUPP));
    host.write(&pf().join("sriov_numvfs"), "0", LONG).unwrap();
    change().unwrap();
}

#[test]
fn a_netdev_elsewhere_leaves_an_empty_folder() {
    let host = with_vfs("igb", 2);
    let vf: PciAddress = "0000:01:10.0".parse().unwrap();
    let index = netdev(&host, "ens1f0v0");
    assert!(host.move_netdev(vf, Some("pod-a")));
    assert!(host.list(&HostPath::pci(vf).join("net")).unwrap().is_empty());
    assert!(host.link(index).unwrap_err().is_not_found());
    // In use or not: nothing protects it.
    host.write(&pf().join("sriov_numvfs"), "0", LONG).unwrap();
    assert!(!host.move_netdev(vf, None));
}

#[test]
fn a_pf_may_be_elsewhere() {
    let text = "pfs: [{ pci: 0000:01:00.0, driver: igb, numVfs: 1, netns: blue }]";
    let host = SimHost::new(&Machine::from_yaml(text).unwrap()).unwrap();
    assert!(host.list(&pf().join("net")).unwrap().is_empty());
    let names: Vec<_> = host.links().unwrap().into_iter().map(|link| link.parent).collect();
    assert_eq!(names, [None, Some("0000:01:10.0".to_owned())]);
}

#[test]
fn a_route_goes_with_its_link() {
    let text = "
pfs: [{ pci: 0000:01:00.0, driver: igb, name: ens1f0, numVfs: 1, vfs: [{ range: 0, up: true }] }]
defaultRoute: { pf: 0000:01:00.0, vf: 0, ipv6: true }
";
    let host = SimHost::new(&Machine::from_yaml(text).unwrap()).unwrap();
    let routes = || host.read(&HostPath::new("/proc/net/ipv6_route")).unwrap();
    assert!(routes().contains("ens1f0v0"), "{}", routes());
    host.write(&pf().join("sriov_numvfs"), "0", LONG).unwrap();
    assert!(!routes().contains("ens1f0v0"));
    let ipv4 = host.read(&HostPath::new("/proc/net/route")).unwrap();
    assert_eq!(ipv4.lines().count(), 1);
}

#[test]
fn a_route_is_flushed_when_its_link_goes_down() {
    let text = "
pfs: [{ pci: 0000:01:00.0, driver: igb, name: ens1f0np0 }]
defaultRoute: { pf: 0000:01:00.0 }
";
    let host = SimHost::new(&Machine::from_yaml(text).unwrap()).unwrap();
    let routed = || host.read(&HostPath::new("/proc/net/route")).unwrap().contains("ens1f0np0");
    let link = netdev(&host, "ens1f0np0");
    assert!(routed());
    host.set_link(link, &LinkChange::AdminUp(false)).unwrap();
    assert!(!routed());
    host.set_link(link, &LinkChange::AdminUp(true)).unwrap();
    assert!(!routed());
}

#[test]
fn a_reload_brings_nothing_back() {
    let host = with_vfs("mlx5_core", 2);
    let tag = VlanTag { id: VlanId::new(7), ..VlanTag::default() };
    assert_eq!(set(&host, VfSetting::Vlan(tag)), None);
    host.set_eswitch_mode(&address().into(), EswitchMode::Switchdev, LONG).unwrap();
    let (module, before) = ("mlx5_core".parse().unwrap(), netdev(&host, "ens1f0np0"));
    assert!(host.remove_module(&module, LONG));
    assert!(host.read_link(&pf().join("driver")).unwrap_err().is_not_found());
    assert_eq!(host.eswitch_mode(&address().into()).unwrap(), None);
    assert!(host.insert_module(&module, LONG));
    host.advance(Duration::from_secs(1));
    assert_eq!(host.read(&pf().join("sriov_numvfs")).unwrap(), "0");
    assert_eq!(host.eswitch_mode(&address().into()).unwrap(), Some(EswitchMode::Legacy));
    // udev gives the old name to a new netdev, which nobody has brought up.
    let after = host.link(netdev(&host, "ens1f0np0")).unwrap();
    assert!(after.index != before && !after.admin_up);
    host.write(&pf().join("sriov_numvfs"), "2", LONG).unwrap();
    let list = host.vfs(after.index).unwrap();
    assert_eq!(list.vfs[0].vlan.and_then(|tag| tag.id), None);
}

#[test]
fn threads_share_one_machine() {
    let host = with_vfs("igb", 0);
    let writer = host.clone();
    let thread = std::thread::spawn(move || writer.write(&pf().join("sriov_numvfs"), "3", LONG));
    thread.join().unwrap().unwrap();
    assert_eq!(host.read(&pf().join("sriov_numvfs")).unwrap(), "3");
}

#[test]
fn a_netdev_comes_back_under_a_free_name() {
    let host = with_vfs("igb", 1);
    let vf: PciAddress = "0000:01:10.0".parse().unwrap();
    let index = netdev(&host, "ens1f0v0");
    host.move_netdev(vf, Some("pod-a"));
    host.move_netdev(vf, None);
    host.advance(Duration::from_secs(1));
    assert_eq!(netdev(&host, "ens1f0v0"), index);
}

#[test]
fn rdma_drivers_have_devices() {
    let host = with_vfs("mlx5_core", 1);
    let names = host.list(&pf().join("virtfn0/infiniband")).unwrap();
    let all = host.list(&HostPath::new("/sys/class/infiniband")).unwrap();
    assert!(all.contains(&names[0]) && all.len() == 2, "{all:?}");
    assert_eq!(host.list(&pf().join("virtfn0/infiniband_verbs")).unwrap().len(), 1);
    let igb = with_vfs("igb", 1);
    assert!(igb.list(&pf().join("infiniband")).unwrap_err().is_not_found());
}

#[test]
fn links_can_be_followed_both_ways() {
    let host = with_vfs("igb", 1);
    let class = HostPath::new("/sys/class/net/ens1f0v0");
    assert_eq!(host.read(&class.join("device/device")).unwrap(), "0x10ca");
    assert_eq!(host.read(&class.join("device/physfn/sriov_numvfs")).unwrap(), "1");
    assert_eq!(host.read(&pf().join("virtfn0/driver/module/initstate")).unwrap(), "live");
    let through = HostPath::new("/sys/bus/pci/drivers/igbvf/0000:01:10.0/net");
    assert_eq!(host.list(&through).unwrap(), ["ens1f0v0"]);
}

#[test]
fn without_a_driver_there_is_no_netdev_and_no_limit() {
    let text = "pfs: [{ pci: 0000:01:00.0, driver: igb, bound: false }]";
    let host = SimHost::new(&Machine::from_yaml(text).unwrap()).unwrap();
    assert_eq!(host.read(&pf().join("sriov_totalvfs")).unwrap(), "8");
    assert!(host.list(&pf().join("net")).unwrap_err().is_not_found());
    assert_eq!(host.links().unwrap().len(), 1);
}

#[test]
fn read_only_and_absent_attributes_are_told_apart() {
    let host = with_vfs("igb", 1);
    let errno = |name: &str| host.write(&pf().join(name), "1", LONG).unwrap_err().errno();
    assert_eq!(errno("sriov_totalvfs"), Some(Errno::ACCES));
    assert_eq!(errno("sriov_nothing"), Some(Errno::NOENT));
    assert_eq!(errno("virtfn0/sriov_numvfs"), Some(Errno::NOENT));
    assert_eq!(errno("virtfn0/sriov_vf_msix_count"), Some(Errno::OPNOTSUPP));
    let read = host.read(&pf().join("reset")).unwrap_err();
    assert_eq!(read.errno(), Some(Errno::ACCES));
}

#[test]
fn a_machine_at_rest_makes_no_events() {
    let host = SimHost::demo();
    let mut events = host.subscribe().unwrap();
    assert_eq!(events.next(LONG).unwrap(), Wake::TimedOut);
}
