//! VF settings and lists of any length, on the simulated NIC that takes them all.

use std::time::Duration;

use serde_json::Value;
use sriov_host::linux::LinuxHost;
use sriov_host::seam::{Devlink, DevlinkDevice, VfAttrs, VfChange, VfLink, VfSetting};
use sriov_host::{
    EswitchMode, MacAddr, TxRate, VfIndex, VfLinkState, VlanId, VlanProto, VlanQos, VlanTag,
};

use super::super::case::{Case, Done, holds, same};
use super::super::exec;
use super::super::netdevsim::Netdevsim;
use super::super::probe::Changes;

pub(super) const CASES: &[Case] = &[
    Case::new("netdevsim", "vf_list_is_exact_at_any_length", lengths),
    Case::new("netdevsim", "vf_list_is_exact_around_its_wrap", boundary),
    Case::new("netdevsim", "vf_settings_are_read_back", settings),
    Case::new("netdevsim", "vf_settings_are_seen_by_iproute2", iproute2),
    Case::new("netdevsim", "vf_macs_are_set_in_one_batch", batch),
    Case::new("netdevsim", "vf_beyond_the_count_is_refused", refused),
    Case::new("netdevsim", "eswitch_mode_is_set_and_read_back", eswitch),
];

fn lengths() -> Done {
    for (count, wraps) in [(1, false), (221, false), (222, false), (300, false), (1000, true)] {
        same(&format!("whether a list of {count} wraps"), &is_exact(count)?, &wraps)?;
    }
    Ok(())
}

/// Where the list's length no longer fits its field depends on what a VF takes: it is looked
/// for, and every list on the way must be exact.
fn boundary() -> Done {
    let (mut fits, mut wraps) = (300, 1000);
    while wraps - fits > 1 {
        let middle = u16::midpoint(fits, wraps);
        if is_exact(middle)? { wraps = middle } else { fits = middle }
    }
    same("the longest list that fits", &is_exact(fits)?, &false)?;
    same("the shortest list that does not", &is_exact(fits + 1)?, &true)
}

/// Reads a list of so many VFs, which must be right; the answer is whether it wrapped.
fn is_exact(count: u16) -> Result<bool, String> {
    let card = Netdevsim::with_vfs(1, count)?;
    let pf = card.ifindex()?;
    let host = LinuxHost::system();
    // The last one, whose place a list that is cut short or shifted would lose.
    let last = VfChange { vf: VfIndex::new(count - 1), set: VfSetting::Mac(mac(count)) };
    host.set_vfs(pf, &[last]).map_err(|e| told(&e))?;
    let found = host.vfs(pf).map_err(|e| told(&e))?;
    same("announced VFs", &found.announced, &count.into())?;
    let indexes: Vec<u16> = found.vfs.iter().map(|vf| vf.index.get()).collect();
    same("indexes", &indexes, &(0..count).collect())?;
    same("MAC of the last VF", &found.vfs.last().and_then(|vf| vf.mac), &Some(mac(count)))?;
    Ok(found.wrapped)
}

fn settings() -> Done {
    let card = Netdevsim::with_vfs(1, 3)?;
    let pf = card.ifindex()?;
    let host = LinuxHost::system();
    let before = host.vfs(pf).map_err(|e| told(&e))?;
    host.set_vfs(pf, &changes(VfIndex::new(1))?).map_err(|e| told(&e))?;
    let after = host.vfs(pf).map_err(|e| told(&e))?;
    same("the VF before it", &after.vfs.first(), &before.vfs.first())?;
    same("the VF behind it", &after.vfs.get(2), &before.vfs.get(2))?;
    let found = after.vfs.get(1).ok_or("the list lost a VF")?;
    let wanted = VfAttrs {
        mac: Some(mac(7)),
        vlan: Some(tag(VlanProto::Dot1Ad)?),
        spoof_check: Some(true),
        trust: Some(true),
        link_state: Some(VfLinkState::Disable),
        min_tx_rate: Some(TxRate::from_mbps(50)),
        max_tx_rate: Some(TxRate::from_mbps(500)),
        rss_query: Some(true),
        // Not this card's business: whatever it says of them.
        node_guid: found.node_guid,
        port_guid: found.port_guid,
        unknown: found.unknown.clone(),
        ..VfAttrs::unknown(VfIndex::new(1))
    };
    same("settings", found, &wanted)
}

fn iproute2() -> Done {
    let card = Netdevsim::with_vfs(1, 2)?;
    let host = LinuxHost::system();
    host.set_vfs(card.ifindex()?, &changes(VfIndex::new(1))?).map_err(|e| told(&e))?;
    let name = card.netdev().unwrap_or_default();
    let shown = exec::run(&["/bin/ip", "-j", "-d", "link", "show", "dev", &name])?.json()?;
    let wanted = serde_json::json!({
        "vf": 1,
        "link_type": "ether",
        "address": mac(7).to_string(),
        "broadcast": "ff:ff:ff:ff:ff:ff",
        "vlan_list": [{ "vlan": 300, "qos": 5, "protocol": "802.1ad" }],
        "tx_rate": 500,
        "rate": { "max_tx": 500, "min_tx": 50 },
        "spoofchk": true,
        "link_state": "disable",
        "trust": true,
        "query_rss_en": true,
    });
    same("what ip shows", &shown[0]["vfinfo_list"][1], &wanted)?;
    let untouched = &shown[0]["vfinfo_list"][0]["vlan_list"];
    same("VLANs of the other VF", untouched, &Value::Array(vec![serde_json::json!({})]))
}

fn batch() -> Done {
    let card = Netdevsim::with_vfs(1, 200)?;
    let pf = card.ifindex()?;
    let host = LinuxHost::system();
    let changes: Vec<VfChange> = (0..200)
        .map(|i| VfChange { vf: VfIndex::new(i), set: VfSetting::Mac(mac(i + 1)) })
        .collect();
    let counted = Changes::counted()?;
    host.set_vfs(pf, &changes).map_err(|e| told(&e))?;
    let requests: u64 = counted.so_far()?.values().sum();
    same("requests to the kernel", &requests, &1)?;
    let list = host.vfs(pf).map_err(|e| told(&e))?;
    let macs: Vec<_> = list.vfs.iter().filter_map(|vf| vf.mac).collect();
    same("MAC addresses", &macs, &(0..200).map(|i| mac(i + 1)).collect())
}

fn refused() -> Done {
    let card = Netdevsim::with_vfs(1, 2)?;
    let host = LinuxHost::system();
    let change = VfChange { vf: VfIndex::new(2), set: VfSetting::Trust(true) };
    let answer = host.set_vfs(card.ifindex()?, &[change]);
    holds(|| "a VF that is not there was set".to_owned(), answer.is_err())
}

fn eswitch() -> Done {
    let card = Netdevsim::with_vfs(1, 2)?;
    let device = DevlinkDevice { bus: "netdevsim".to_owned(), name: card.name() };
    let host = LinuxHost::system();
    for mode in [EswitchMode::Switchdev, EswitchMode::Legacy] {
        host.set_eswitch_mode(&device, mode, Duration::from_secs(30)).map_err(|e| told(&e))?;
        let found = host.eswitch_mode(&device).map_err(|e| told(&e))?;
        same("mode", &found, &Some(mode))?;
        let shown = exec::done(&["/bin/devlink", "dev", "eswitch", "show", &device.to_string()])?;
        holds(|| format!("devlink shows {shown}"), shown.contains(&format!("mode {mode}")))?;
    }
    Ok(())
}

/// One of everything that an Ethernet VF has.
fn changes(vf: VfIndex) -> Result<Vec<VfChange>, String> {
    let rate = VfSetting::Rate { min: TxRate::from_mbps(50), max: TxRate::from_mbps(500) };
    let settings = [
        VfSetting::Mac(mac(7)),
        VfSetting::Vlan(tag(VlanProto::Dot1Ad)?),
        rate,
        VfSetting::SpoofCheck(true),
        VfSetting::Trust(true),
        VfSetting::LinkState(VfLinkState::Disable),
        VfSetting::RssQuery(true),
    ];
    Ok(settings.map(|set| VfChange { vf, set }).into())
}

fn tag(proto: VlanProto) -> Result<VlanTag, String> {
    let qos = VlanQos::new(5).ok_or("5 is no priority")?;
    Ok(VlanTag { id: VlanId::new(300), qos, proto })
}

fn mac(number: u16) -> MacAddr {
    let [high, low] = number.to_be_bytes();
    MacAddr::new([2, 0, 0, 0, high, low])
}

/// An error with all its causes.
fn told(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
