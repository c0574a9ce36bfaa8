//! Whether a host's RDMA subsystem is fit: checks that only look.

use std::error::Error;

use sriov_host::PciAddress;
use sriov_host::doctor::Check;
use sriov_host::seam::{
    Availability, HostPath, RdmaDevice, RdmaError, RdmaSystem, Sysfs, SysfsError,
};

/// Network drivers whose cards do RDMA, and the module that makes the RDMA devices. Not i40e: of
/// its cards only the X722 does.
const PARTNERS: [(&str, &str); 8] = [
    ("bnxt_en", "bnxt_re"),
    ("cxgb4", "iw_cxgb4"),
    ("hns3", "hns_roce_hw_v2"),
    ("ice", "irdma"),
    ("mana", "mana_ib"),
    ("mlx4_core", "mlx4_ib"),
    ("mlx5_core", "mlx5_ib"),
    ("qede", "qedr"),
];

/// Examines the RDMA subsystem and its devices. Nothing is changed and no module is loaded.
pub fn checks(host: &dyn Sysfs, rdma: &dyn RdmaSystem) -> Vec<Check> {
    let devices = rdma.rdma_devices();
    vec![subsystem(&devices), guids(&devices), modules(host)]
}

type Devices = Result<Availability<Vec<RdmaDevice>>, RdmaError>;

fn subsystem(devices: &Devices) -> Check {
    const ID: &str = "rdma-subsystem";
    match devices {
        Err(error) => Check::unknown(ID, error as &dyn Error),
        Ok(Availability::Available(devices)) => {
            Check::good(ID, format!("{} devices in this network namespace", devices.len()))
        }
        // Most hosts do no RDMA and are well. Where cards do, `rdma-modules` says what is missing.
        Ok(Availability::NotLoaded) => Check::good(ID, "ib_core is not loaded: no RDMA here"),
        Ok(Availability::Unsupported) => Check::good(ID, "the kernel has none: no RDMA here"),
    }
}

/// Applications and the connection manager tell devices apart by their GUIDs.
fn guids(devices: &Devices) -> Check {
    const ID: &str = "rdma-guids";
    let devices = match devices {
        Err(error) => return Check::unknown(ID, error as &dyn Error),
        Ok(Availability::Available(devices)) => devices.as_slice(),
        Ok(Availability::NotLoaded | Availability::Unsupported) => &[],
    };
    let zero = |device: &&RdmaDevice| device.node_guid.is_some_and(|guid| guid.to_kernel() == 0);
    let names: Vec<&str> = devices.iter().filter(zero).map(|it| it.name.as_str()).collect();
    if names.is_empty() {
        return Check::good(ID, "no device has a zero node GUID");
    }
    let help = "give each VF a `nodeGuid`, or a MAC before its driver is bound: drivers of \
                Ethernet cards derive the GUID from it";
    Check::bad(ID, format!("the node GUID is zero on {}", names.join(", ")), help)
}

fn modules(host: &dyn Sysfs) -> Check {
    const ID: &str = "rdma-modules";
    match without_partner(host) {
        Err(error) => Check::unknown(ID, &error),
        Ok(missing) if missing.is_empty() => {
            Check::good(ID, "every PF whose driver does RDMA has its module")
        }
        Ok(missing) => {
            let lines: Vec<String> = missing
                .iter()
                .map(|(pci, driver, module)| format!("{pci} ({driver}) has no {module}"))
                .collect();
            let help = "needed for RDMA only: `modprobe` the module, and keep it from being \
                        blacklisted";
            Check::bad(ID, lines.join("; "), help)
        }
    }
}

type Missing = (PciAddress, &'static str, &'static str);

/// The PFs without RDMA device whose RDMA module is not loaded.
///
/// Where the module is loaded, the card, its firmware or its settings have no RDMA: that is not
/// the host's fault.
fn without_partner(host: &dyn Sysfs) -> Result<Vec<Missing>, SysfsError> {
    let mut missing = Vec::new();
    for (driver, module) in PARTNERS {
        if exists(host, &HostPath::new("sys/module").join(module))? {
            continue;
        }
        let folder = HostPath::new("sys/bus/pci/drivers").join(driver);
        let names = match host.list(&folder) {
            Ok(names) => names,
            Err(error) if error.is_not_found() => continue,
            Err(error) => return Err(error),
        };
        for pci in names.iter().filter_map(|name| name.parse::<PciAddress>().ok()) {
            let device = HostPath::pci(pci);
            // The folder stays, seemingly empty, where a device is in another namespace.
            if !exists(host, &device.join("infiniband"))? && !is_vf(host, &device)? {
                missing.push((pci, driver, module));
            }
        }
    }
    missing.sort_by_key(|(pci, ..)| *pci);
    Ok(missing)
}

fn exists(host: &dyn Sysfs, folder: &HostPath) -> Result<bool, SysfsError> {
    there(host.list(folder))
}

fn is_vf(host: &dyn Sysfs, device: &HostPath) -> Result<bool, SysfsError> {
    there(host.read_link(&device.join("physfn")))
}

fn there<T>(answer: Result<T, SysfsError>) -> Result<bool, SysfsError> {
    match answer {
        Ok(_) => Ok(true),
        Err(error) if error.is_not_found() => Ok(false),
        Err(error) => Err(error),
    }
}
