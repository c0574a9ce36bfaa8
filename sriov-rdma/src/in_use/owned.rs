use std::collections::{BTreeMap, BTreeSet};

use sriov_host::plan::Holder;
use sriov_host::processes::Process;
use sriov_host::seam::{RdmaOwner, RdmaResource, RdmaUsage, Sysfs};

use super::opened::OpenDevice;

/// The kernel's own parts, whose objects are there as long as the device is.
const CORE: [&str; 3] = ["ib_core", "ib_mad", "mad"];

/// Drivers of devices, by module. They hold objects on their own devices as well: mlx5's UMR queue
/// pair is listed with owner `mlx5_ib` on a device that nobody uses.
const DRIVERS: [&str; 21] = [
    "bnxt_re",
    "efa",
    "erdma",
    "hfi1",
    "hns_roce_hw_v2",
    "i40iw",
    "ib_mthca",
    "ib_qib",
    "ionic_rdma",
    "irdma",
    "iw_cxgb4",
    "mana_ib",
    "mlx4_ib",
    "mlx5_ib",
    "ocrdma",
    "qedr",
    "rdma_rxe",
    "rdmavt",
    "siw",
    "usnic_verbs",
    "vmw_pvrdma",
];

/// Who uses a device, from what is allocated on it and who has it open.
pub(super) fn holders(host: &dyn Sysfs, usage: &RdmaUsage, open: &[OpenDevice]) -> Vec<Holder> {
    let mut processes: BTreeMap<Process, BTreeSet<&str>> = BTreeMap::new();
    for OpenDevice { process, file } in open {
        processes.entry(*process).or_default().insert(file);
    }
    let mut others: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for owner in usage.owners.iter().filter(|owner| !is_own(owner)) {
        let held = words(owner.resource);
        match (owner.pid, owner.kernel.as_deref()) {
            (Some(pid), _) => processes.entry(Process::new(pid)).or_default().insert(held),
            (None, Some(kernel)) => {
                others.entry(format!("the kernel's {kernel}")).or_default().insert(held)
            }
            (None, None) => {
                others.entry("a process that is not visible".to_owned()).or_default().insert(held)
            }
        };
    }
    let mut found: Vec<Holder> =
        processes.iter().map(|(it, held)| visible(host, *it, held)).collect();
    found.extend(others.iter().map(|(who, held)| other(format!("{who} holds {}", list(held)))));
    found.extend(unexplained(usage, &found));
    found
}

fn visible(host: &dyn Sysfs, process: Process, held: &BTreeSet<&str>) -> Holder {
    Holder { pid: Some(process.pid()), comm: process.comm(host), holds: list(held) }
}

const fn other(holds: String) -> Holder {
    Holder { pid: None, comm: None, holds }
}

fn list(held: &BTreeSet<&str>) -> String {
    held.iter().copied().collect::<Vec<_>>().join(", ")
}

fn is_own(owner: &RdmaOwner) -> bool {
    let own = |name: &str| CORE.contains(&name) || DRIVERS.contains(&name);
    owner.pid.is_none() && owner.kernel.as_deref().is_some_and(own)
}

/// What is counted, and nobody was found for: contexts are only opened by processes, and
/// identifiers of the connection manager by users.
fn unexplained(usage: &RdmaUsage, found: &[Holder]) -> Vec<Holder> {
    let count = |kind: &str| usage.counts.get(kind).copied().unwrap_or(0);
    let named = usage.owners.iter().any(|owner| owner.resource == RdmaResource::CmId);
    let contexts = count("ctx");
    let identifiers = if named { 0 } else { count("cm_id") };
    let processes = found.iter().any(|holder| holder.pid.is_some());
    let context = (contexts > 0 && !processes)
        .then(|| format!("open contexts ({contexts}) of processes that are not visible"));
    let identifier =
        (identifiers > 0).then(|| format!("identifiers of the connection manager ({identifiers})"));
    context.into_iter().chain(identifier).map(other).collect()
}

const fn words(resource: RdmaResource) -> &'static str {
    match resource {
        RdmaResource::QueuePair => "queue pairs",
        RdmaResource::CmId => "identifiers of the connection manager",
        RdmaResource::CompletionQueue => "completion queues",
        RdmaResource::MemoryRegion => "memory regions",
        RdmaResource::ProtectionDomain => "protection domains",
        _ => "other objects",
    }
}
