use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::{
    NetnsPlace, NodeInventory, ObserveError, PfInventory, VfInventory, optional,
};
use crate::plan::{Guard, Holder};
use crate::processes::{self, OpenFile, Process};
use crate::seam::{HostPath, Sysfs};
use crate::{DriverName, PciAddress, VfIndex};

/// Who uses the VFs of some PFs, and the PFs themselves.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Usage {
    /// By PF.
    pub pfs: BTreeMap<PciAddress, PfUsage>,
}

/// Who uses one PF and its VFs.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct PfUsage {
    /// Uses of the PF itself.
    pub pf: Vec<(Guard, Holder)>,
    /// The addresses of its VFs, by which their users know them.
    pub addresses: BTreeMap<VfIndex, PciAddress>,
    /// Uses of its VFs.
    pub vfs: BTreeMap<VfIndex, Vec<(Guard, Holder)>>,
}

impl Usage {
    /// What an inventory alone tells: which netdevs are in other namespaces.
    pub fn of_inventory(inventory: &NodeInventory) -> Self {
        let of_pf = |pf: &PfInventory| {
            let uses = |vf: &VfInventory| Some((vf.index, vec![foreign(vf)?]));
            let vfs = pf.vfs.iter().filter_map(uses).collect();
            let addresses = pf.vfs.iter().map(|vf| (vf.index, vf.pci)).collect();
            (pf.pci, PfUsage { addresses, vfs, ..PfUsage::default() })
        };
        Self { pfs: inventory.pfs.iter().map(of_pf).collect() }
    }
}

/// Finds out who uses the PFs and their VFs: once over `/proc`, whatever their number.
///
/// # Errors
///
/// [`ObserveError`] if the host cannot be read.
pub fn observe_usage(host: &dyn Sysfs, pfs: &[&PfInventory]) -> Result<Usage, ObserveError> {
    let devices = device_files(host, pfs)?;
    let open = OpenFiles::scan(host, &devices)?;
    let routed = default_route_links(host)?;
    let mut usage = Usage::default();
    for pf in pfs {
        let mut of_pf = PfUsage::default();
        of_pf.pf.extend(route(pf.name.as_ref().map(ToString::to_string), &routed));
        for vf in &pf.vfs {
            of_pf.addresses.insert(vf.index, vf.pci);
            let mut uses = open.of(pf.pci, vf.index);
            uses.extend(unseen(vf, open.unseen));
            uses.extend(foreign(vf));
            uses.extend(port(host, vf)?);
            uses.extend(route(vf.name.as_ref().map(ToString::to_string), &routed));
            if !uses.is_empty() {
                of_pf.vfs.insert(vf.index, uses);
            }
        }
        usage.pfs.insert(pf.pci, of_pf);
    }
    Ok(usage)
}

fn foreign(vf: &VfInventory) -> Option<(Guard, Holder)> {
    let elsewhere = vf.netns == NetnsPlace::Foreign;
    let holds = || "its netdev is in another network namespace".to_owned();
    elsewhere.then(|| (Guard::ForeignNetns, Holder { pid: None, comm: None, holds: holds() }))
}

/// A bond or bridge that the netdev belongs to: virtual machines may sit behind it.
fn port(host: &dyn Sysfs, vf: &VfInventory) -> Result<Option<(Guard, Holder)>, ObserveError> {
    let Some(name) = &vf.name else { return Ok(None) };
    let link = HostPath::new("sys/class/net").join(name.as_str()).join("master");
    let Some(target) = optional(host.read_link(&link))? else { return Ok(None) };
    let master = target.rsplit('/').next().unwrap_or_default();
    let holds = format!("its netdev {name} is a port of {master}");
    Ok(Some((Guard::Port, Holder { pid: None, comm: None, holds })))
}

/// Processes that could not be looked into may be users: not to know is not to be free.
fn unseen(vf: &VfInventory, processes: u32) -> Vec<(Guard, Holder)> {
    let vfio = vf.driver.as_ref().is_some_and(DriverName::is_userspace);
    let guards = [(Guard::VfioHolder, vfio), (Guard::RdmaUser, vf.rdma_device.is_some())];
    let holds = format!("{processes} processes could not be looked into, and may hold it");
    let holder = Holder { pid: None, comm: None, holds };
    let possible = guards.into_iter().filter(|(_, possible)| *possible && processes > 0);
    possible.map(|(guard, _)| (guard, holder.clone())).collect()
}

fn route(name: Option<String>, routed: &BTreeSet<String>) -> Option<(Guard, Holder)> {
    let name = name.filter(|name| routed.contains(name))?;
    let holds = format!("the default route leaves through {name}");
    Some((Guard::DefaultRoute, Holder { pid: None, comm: None, holds }))
}

/// A device file and the VF behind it.
type DeviceFiles = BTreeMap<String, Vec<(PciAddress, VfIndex, Guard)>>;

fn device_files(host: &dyn Sysfs, pfs: &[&PfInventory]) -> Result<DeviceFiles, ObserveError> {
    let mut files = DeviceFiles::new();
    for pf in pfs {
        for vf in &pf.vfs {
            let mut add = |file, guard| {
                files.entry(file).or_default().push((pf.pci, vf.index, guard));
            };
            if let Some(group) = vf.iommu_group {
                add(format!("/dev/vfio/{group}"), Guard::VfioHolder);
                add(format!("/dev/vfio/noiommu-{group}"), Guard::VfioHolder);
            }
            let device = HostPath::pci(vf.pci);
            for cdev in optional(host.list(&device.join("vfio-dev")))?.unwrap_or_default() {
                add(format!("/dev/vfio/devices/{cdev}"), Guard::VfioHolder);
            }
            for verbs in optional(host.list(&device.join("infiniband_verbs")))?.unwrap_or_default()
            {
                add(format!("/dev/infiniband/{verbs}"), Guard::RdmaUser);
            }
        }
    }
    Ok(files)
}

/// What processes have open, of the device files that matter.
#[derive(Default)]
struct OpenFiles {
    uses: Vec<(PciAddress, VfIndex, Guard, Holder)>,
    unseen: u32,
}

impl OpenFiles {
    fn scan(host: &dyn Sysfs, devices: &DeviceFiles) -> Result<Self, ObserveError> {
        let mut open = Self::default();
        if devices.is_empty() {
            return Ok(open);
        }
        for process in processes::all(host)? {
            open.scan_process(host, process, devices)?;
        }
        Ok(open)
    }

    fn scan_process(
        &mut self,
        host: &dyn Sysfs,
        process: Process,
        devices: &DeviceFiles,
    ) -> Result<(), ObserveError> {
        let open = process.open_files(host)?;
        self.unseen += u32::from(open.is_partial);
        let mut seen = BTreeSet::new();
        for OpenFile { target, .. } in open.files {
            let Some(vfs) = devices.get(&target) else { continue };
            if seen.insert(target.clone()) {
                let (pid, comm) = (Some(process.pid()), process.comm(host));
                let holder = Holder { pid, comm, holds: target };
                let of = |&(pf, vf, guard)| (pf, vf, guard, holder.clone());
                self.uses.extend(vfs.iter().map(of));
            }
        }
        Ok(())
    }

    fn of(&self, pf: PciAddress, vf: VfIndex) -> Vec<(Guard, Holder)> {
        let mine = self.uses.iter().filter(|(p, v, ..)| (*p, *v) == (pf, vf));
        mine.map(|(_, _, guard, holder)| (*guard, holder.clone())).collect()
    }
}

/// The links that a default route of the caller's namespace leaves through, with those below
/// a bond, bridge or VLAN.
fn default_route_links(host: &dyn Sysfs) -> Result<BTreeSet<String>, ObserveError> {
    let read = |path: &str| optional(host.read(&HostPath::new(path)));
    let v4 = read("proc/net/route")?.unwrap_or_default();
    let v6 = read("proc/net/ipv6_route")?.unwrap_or_default();
    let mut open: Vec<String> = v4.lines().filter_map(default_v4).collect();
    open.extend(v6.lines().filter_map(default_v6));
    let mut links = BTreeSet::new();
    while let Some(name) = open.pop() {
        let folder = HostPath::new("sys/class/net").join(&name);
        if links.insert(name) {
            let entries = optional(host.list(&folder))?.unwrap_or_default();
            let lower = entries.iter().filter_map(|entry| entry.strip_prefix("lower_"));
            open.extend(lower.map(str::to_owned));
        }
    }
    Ok(links)
}

/// `Iface Destination Gateway Flags RefCnt Use Metric Mask …`, addresses in hexadecimal.
fn default_v4(line: &str) -> Option<String> {
    let mut columns = line.split_whitespace();
    let (name, destination) = (columns.next()?, columns.next()?);
    let mask = columns.nth(5)?;
    (destination == "00000000" && mask == "00000000").then(|| name.to_owned())
}

/// `destination prefix source prefix gateway metric refs use flags interface`.
fn default_v6(line: &str) -> Option<String> {
    let columns: Vec<&str> = line.split_whitespace().collect();
    let [destination, prefix, .., name] = columns.as_slice() else { return None };
    let default = *prefix == "00" && destination.bytes().all(|b| b == b'0');
    // The kernel keeps a default route on `lo` that only refuses.
    (default && *name != "lo").then(|| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_routes_are_recognised() {
        let v4 = "ens1f0\t00000000\t0102A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0";
        assert_eq!(default_v4(v4).as_deref(), Some("ens1f0"));
        let net = "ens1f0\t0002A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0";
        assert_eq!(default_v4(net), None);
        assert_eq!(default_v4("Iface\tDestination\tGateway"), None);
        let v6 = format!(
            "{0} 00 {0} 00 fe80 00000400 00000001 00000000 00000003 ens1f0",
            "0".repeat(32)
        );
        assert_eq!(default_v6(&v6).as_deref(), Some("ens1f0"));
        assert_eq!(default_v6(&v6.replace("ens1f0", "lo")), None);
    }
}
