//! Looking, which leaves no trace.

use serde_json::{Value, json};

use super::super::case::{Case, Done, same};
use super::super::probe::Changes;
use super::super::sriovctl::{self, listed};
use super::super::uevents::Uevents;
use super::super::{nic, sys};
use super::sample;

pub(super) const CASES: &[Case] = &[
    Case::new("igb", "list_loads_no_module_and_changes_nothing", no_trace),
    Case::new("igb", "list_agrees_with_the_kernel", agrees),
];

fn no_trace() -> Done {
    sys::write(nic::attribute(nic::PF, "sriov_numvfs"), "2")?;
    let modules = sys::read("/proc/modules")?;
    let uevents = Uevents::subscribe()?;
    let changes = Changes::counted()?;
    sriovctl::json(0, &["list", "--vf-attrs"])?;
    sriovctl::run(&["list"])?.expect(0)?;
    changes.none()?;
    same("uevents", &uevents.so_far()?, &Vec::new())?;
    same("modules", &sys::read("/proc/modules")?, &modules)
}

fn agrees() -> Done {
    sample::config()?.apply()?;
    let pf = listed(nic::PF)?;
    let link = nic::link(nic::PF)?;
    let wanted = json!({
        "pci": nic::PF, "vendor": "8086", "device": "10c9", "driver": "igb",
        "name": link["ifname"], "ifindex": link["ifindex"], "mac": link["address"],
        "mtu": link["mtu"], "linkType": "ether", "adminUp": true,
        "totalVfs": nic::TOTAL_VFS, "numVfs": 4, "driversAutoprobe": true,
        "eswitchMode": null, "switchId": null,
    });
    agree("PF", &pf, &wanted)?;
    for (index, vf) in nic::vfs(nic::PF).iter().enumerate() {
        let link = nic::link(vf)?;
        let wanted = json!({
            "index": index, "pci": vf, "vendor": "8086", "device": "10ca", "driver": "igbvf",
            "name": link["ifname"], "ifindex": link["ifindex"], "mac": link["address"],
            "mtu": link["mtu"], "netns": "init", "iommuGroup": null, "rdmaDevice": null,
        });
        agree(vf, &pf["vfs"][index], &wanted)?;
    }
    let attributes = &pf["vfs"][1]["attrs"];
    agree(
        "attributes",
        attributes,
        &json!({
            "mac": "02:00:00:00:00:11", "vlan": 100, "vlanQos": 3, "vlanProto": "802.1q",
            "spoofCheck": true, "trust": false, "linkState": "auto",
            "minTxRateMbps": 0, "maxTxRateMbps": 200,
        }),
    )
}

/// Every value that is wanted is there; there may be more.
fn agree(what: &str, found: &Value, wanted: &Value) -> Done {
    for (key, value) in wanted.as_object().into_iter().flatten() {
        same(&format!("{key} of {what}"), &found[key], value)?;
    }
    Ok(())
}
