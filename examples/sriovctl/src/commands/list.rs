use sriov_host::inventory::{
    NetnsPlace, NodeInventory, ObserveOptions, PfInventory, VfAttributes, VfInventory, observe,
};
use sriov_host::{EswitchMode, TxRate};

use crate::args::{Global, ListArgs};
use crate::failure::Failure;
use crate::status::Status;
use crate::table::{Emphasis, Table};
use crate::target::with_host;
use crate::term::{self, Style};

pub(crate) fn run(global: &Global, args: &ListArgs) -> Result<Status, Failure> {
    with_host(global, |host| {
        let inventory = observe(host, ObserveOptions { vf_attrs: args.vf_attrs })?;
        term::print(global, &inventory, |style| text(&inventory, style))?;
        inventory.problems.iter().for_each(|problem| term::warning(global, &problem.to_string()));
        Ok(if inventory.problems.is_empty() { Status::Done } else { Status::Partly })
    })
}

/// A line for each PF, and one beneath for each of its VFs.
pub(crate) fn text(inventory: &NodeInventory, style: Style) -> String {
    if inventory.pfs.is_empty() {
        return "no network devices on the PCI bus".to_owned();
    }
    let mut table = Table::default();
    let heading = ["DEVICE", "NAME", "DRIVER", "VFS", "MTU", "MAC", "NOTES"];
    table.row(Emphasis::Heading, heading.map(str::to_owned));
    for pf in &inventory.pfs {
        table.row(Emphasis::Strong, pf_row(pf));
        pf.vfs.iter().for_each(|vf| table.row(Emphasis::Plain, vf_row(vf)));
    }
    table.to_text(style)
}

fn pf_row(pf: &PfInventory) -> [String; 7] {
    let vfs = match (pf.num_vfs, pf.total_vfs) {
        (Some(count), Some(total)) => format!("{count}/{total}"),
        _ => "-".to_owned(),
    };
    let mut notes = Vec::new();
    notes.extend(pf.admin_up.map(|up| if up { "up" } else { "down" }.to_owned()));
    // Legacy is what everything is that has no eswitch.
    let mode = pf.eswitch_mode.filter(|mode| *mode != EswitchMode::Legacy);
    notes.extend(mode.map(|mode| mode.to_string()));
    notes.extend(pf.eswitch_unknown.as_ref().map(|_| "eswitch mode unknown".to_owned()));
    notes.extend(pf.numa_node.map(|node| format!("numa {node}")));
    notes.extend((pf.drivers_autoprobe == Some(false)).then(|| "autoprobe off".to_owned()));
    let owed = pf.owed.is_some();
    notes.extend(owed.then(|| "a run was interrupted: apply again".to_owned()));
    [
        pf.pci.to_string(),
        or_dash(pf.name.as_ref()),
        or_dash(pf.driver.as_ref()),
        vfs,
        or_dash(pf.mtu.as_ref()),
        or_dash(pf.mac.as_ref()),
        notes.join(", "),
    ]
}

fn vf_row(vf: &VfInventory) -> [String; 7] {
    let mut notes = Vec::new();
    notes.extend((vf.netns == NetnsPlace::Foreign).then(|| "in another netns".to_owned()));
    notes.extend(vf.iommu_group.map(|group| format!("iommu group {group}")));
    notes.extend(vf.rdma_device.as_ref().map(|device| format!("rdma {device}")));
    notes.extend(vf.representor.as_ref().map(|name| format!("representor {name}")));
    vf.attrs.iter().for_each(|attrs| notes.extend(attributes(attrs)));
    [
        format!("  vf {:<3} {}", vf.index, vf.pci),
        or_dash(vf.name.as_ref()),
        or_dash(vf.driver.as_ref()),
        String::new(),
        or_dash(vf.mtu.as_ref()),
        or_dash(vf.mac.as_ref()),
        notes.join(", "),
    ]
}

/// What the PF's driver reports, in the words of the document.
fn attributes(attrs: &VfAttributes) -> Vec<String> {
    let switch = |name: &str, on: Option<bool>| {
        on.map(|on| format!("{name} {}", if on { "on" } else { "off" }))
    };
    let rate = |name: &str, rate: Option<TxRate>| {
        let set = rate.filter(|rate| *rate != TxRate::UNLIMITED);
        set.map(|rate| format!("{name} {rate}"))
    };
    let vlan = attrs.vlan.map(|id| {
        let qos = attrs.vlan_qos.filter(|qos| qos.get() > 0);
        let qos = qos.map_or_else(String::new, |qos| format!(" qos {qos}"));
        format!("vlan {id}{qos}")
    });
    let parts = [
        attrs.mac.map(|mac| format!("admin mac {mac}")),
        vlan,
        switch("spoofCheck", attrs.spoof_check),
        switch("trust", attrs.trust),
        attrs.link_state.map(|state| format!("link {state}")),
        rate("min", attrs.min_tx_rate),
        rate("max", attrs.max_tx_rate),
        attrs.node_guid.map(|guid| format!("node guid {guid}")),
        attrs.port_guid.map(|guid| format!("port guid {guid}")),
    ];
    parts.into_iter().flatten().collect()
}

fn or_dash(value: Option<&impl ToString>) -> String {
    value.map_or_else(|| "-".to_owned(), ToString::to_string)
}
