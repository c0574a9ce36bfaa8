//! NAD028 to NAD030 and NAD037: RDMA, InfiniBand, and what chains of plugins need.

use crate::lint::config::CONFIG;
use crate::lint::facts::RdmaMode;
use crate::lint::finding::Report;
use crate::lint::path;
use crate::lint::rules::{NAD028, NAD029, NAD030, NAD037};
use crate::lint::tree::Tree;
use crate::lint::view::{Context, View};

/// NAD028.
pub(super) fn order(view: &View<'_>, _: &Context<'_>, report: &mut Report) {
    let is_vf = |kind: &str| ["sriov", "ib-sriov", "host-device", "ovs"].contains(&kind);
    let vf = view.plugins.iter().find(|plugin| is_vf(plugin.kind)).map(|plugin| plugin.index);
    for plugin in view.of_kind(&["rdma"]) {
        let message = match plugin.index {
            None => "RDMA-CNI is expected to be called as part of a plugin chain",
            Some(0) => "rdma is first in the chain, and has no result of a VF plugin to work on",
            index if vf.is_some_and(|vf| vf > index) => "rdma stands before the VF plugin",
            _ => continue,
        };
        report.add(&NAD028, plugin.path("type"), message);
    }
}

/// NAD029.
pub(super) fn mode(view: &View<'_>, context: &Context<'_>, report: &mut Report) {
    let chained = view.of_kind(&["rdma"]).map(|plugin| (plugin.path("type"), "rdma"));
    let isolated = view.of_kind(&["ib-sriov"]).filter(|plugin| plugin.is_set("rdmaIsolation"));
    let isolated = isolated.map(|plugin| (plugin.path("rdmaIsolation"), "rdmaIsolation"));
    let shared = context.facts.rdma_mode == Some(RdmaMode::Shared);
    let without = policy_without_rdma(view, context);
    for (path, what) in chained.chain(isolated) {
        if shared {
            let message = format!("the nodes run RDMA in shared mode, {what} needs exclusive mode");
            report.add(&NAD029, path, message);
        } else if let Some(why) = &without {
            report.add(&NAD029, path, format!("{what} finds no RDMA device: {why}"));
            report.help("set isRdma: true and deviceType: netdevice in the policy");
        }
    }
}

/// Why the VFs of the resource have no RDMA device for a pod, if every policy of it says so.
fn policy_without_rdma(view: &View<'_>, context: &Context<'_>) -> Option<String> {
    let resource = view.resource(context.options)?;
    let mut policies =
        context.facts.policies.iter().flatten().filter(|policy| resource.is_of(policy)).peekable();
    let first = *policies.peek()?;
    let lacks = |vfio: bool, rdma: bool| vfio || !rdma;
    let vfio = |device: &Option<String>| device.as_deref() == Some("vfio-pci");
    policies.all(|policy| lacks(vfio(&policy.device_type), policy.is_rdma)).then(|| {
        let name = &first.name;
        if vfio(&first.device_type) {
            format!("policy {name} binds its VFs to vfio-pci")
        } else {
            format!("policy {name} does not set isRdma")
        }
    })
}

/// NAD030.
pub(super) fn guid(view: &View<'_>, _: &Context<'_>, report: &mut Report) {
    for plugin in view.of_kind(&["ib-sriov"]).filter(|plugin| plugin.is_set("ibKubernetesEnabled"))
    {
        if !plugin.has_capability("infinibandGUID") {
            let message = "the GUID has to come from ib-kubernetes, and nothing here lets it in";
            report.add(&NAD030, plugin.path("ibKubernetesEnabled"), message);
        }
    }
}

/// NAD037.
pub(super) fn version(view: &View<'_>, _: &Context<'_>, report: &mut Report) {
    let Some(root) = view.config.root().filter(|_| view.plugins.len() > 1) else { return };
    let listed = root.get("cniVersions").is_some_and(|list| matches!(list, Tree::List(_)));
    let path = path::member(CONFIG, "cniVersion");
    match root.field("cniVersion") {
        None if listed => {}
        None => {
            report.add(&NAD037, path, "missing, which means 0.1.0: no result is handed on");
        }
        Some(Tree::Text(text)) if !is_recent(text) => {
            let message =
                format!("{text:?} is older than 0.3.1, and the plugins of a chain need it");
            report.add(&NAD037, path, message);
        }
        Some(_) => {}
    }
}

/// Whether it is 0.3.1 or newer.
fn is_recent(text: &str) -> bool {
    let mut numbers = text.split('.').map(|part| part.parse::<u32>().ok());
    let mut next = || numbers.next().unwrap_or(Some(0));
    let (Some(major), Some(minor), Some(patch)) = (next(), next(), next()) else { return false };
    (major, minor, patch) >= (0, 3, 1)
}
