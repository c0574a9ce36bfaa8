//! A configuration with most of what igb can do, and how the kernel must report it.

use serde_json::{Value, json};

use super::super::case::{Done, same};
use super::super::nic;
use super::super::sriovctl::Config;

/// Four VFs in two groups, with whatever driver they have.
pub(super) fn config() -> Result<Config, String> {
    with("")
}

/// The same, and they must be bound.
pub(super) fn bound_config() -> Result<Config, String> {
    with("        driver: default\n")
}

/// With a line more in each group, or none.
fn with(driver: &str) -> Result<Config, String> {
    Config::of(&format!(
        "  - match: {{ pci: \"{pf}\" }}
    numVfs: 4
    vfs:
      - range: 0-1
{driver}        mac: \"02:00:00:00:00:10\"
        vlan: 100
        vlanQos: 3
        spoofCheck: on
        trust: off
        maxTxRateMbps: 200
        mtu: 1400
      - range: 2-3
{driver}        mac: \"02:00:00:00:00:20\"
        spoofCheck: off
        trust: on
        mtu: 1300
",
        pf = nic::PF
    ))
}

/// Fails unless the kernel has exactly what [`config`] says.
pub(super) fn is_applied() -> Done {
    let found = nic::link(nic::PF)?;
    same(
        "VFs that ip shows",
        &found["vfinfo_list"],
        &json!([
            vf(0, "02:00:00:00:00:10", &tagged(), 200, true),
            vf(1, "02:00:00:00:00:11", &tagged(), 200, true),
            vf(2, "02:00:00:00:00:20", &json!([{}]), 0, false),
            vf(3, "02:00:00:00:00:21", &json!([{}]), 0, false),
        ]),
    )?;
    let mut own = Vec::new();
    for vf in nic::vfs(nic::PF) {
        let link = nic::link(&vf)?;
        own.push(json!([link["address"], link["mtu"]]));
    }
    same(
        "MAC addresses and MTUs of the VF netdevs",
        &Value::Array(own),
        &json!([
            ["02:00:00:00:00:10", 1400],
            ["02:00:00:00:00:11", 1400],
            ["02:00:00:00:00:20", 1300],
            ["02:00:00:00:00:21", 1300],
        ]),
    )
}

/// The numbers of the VF netdevs, which a rebind would change.
pub(super) fn ifindexes() -> Result<Vec<String>, String> {
    nic::vfs(nic::PF).iter().map(|vf| nic::ifindex(vf)).collect()
}

fn tagged() -> Value {
    json!([{ "vlan": 100, "qos": 3 }])
}

/// In both groups, what is checked for spoofing is not trusted.
fn vf(index: u16, mac: &str, vlans: &Value, max_tx_rate: u32, spoof_check: bool) -> Value {
    let mut vf = json!({
        "vf": index,
        "link_type": "ether",
        "address": mac,
        "broadcast": "ff:ff:ff:ff:ff:ff",
        "vlan_list": vlans,
        "rate": { "max_tx": max_tx_rate, "min_tx": 0 },
        "spoofchk": spoof_check,
        "link_state": "auto",
        "trust": !spoof_check,
    });
    if max_tx_rate != 0 {
        // The same rate in its older form, which is left out where there is none.
        vf["tx_rate"] = json!(max_tx_rate);
    }
    vf
}
