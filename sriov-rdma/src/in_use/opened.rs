use std::collections::BTreeMap;

use sriov_host::RdmaDeviceName;
use sriov_host::processes::{self, Process};
use sriov_host::seam::{HostPath, Sysfs, SysfsError};

/// A process and the file of a device that it has open.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct OpenDevice {
    pub(crate) process: Process,
    pub(crate) file: String,
}

/// Which processes have the `uverbs` files of devices open: once over `/proc` for all of them.
#[derive(Debug, Default)]
pub(crate) struct Opened {
    by_device: BTreeMap<String, Vec<OpenDevice>>,
    unseen: u32,
}

impl Opened {
    pub(crate) fn scan(host: &dyn Sysfs) -> Result<Self, SysfsError> {
        let files = device_files(host)?;
        let mut opened = Self::default();
        if files.is_empty() {
            return Ok(opened);
        }
        for process in processes::all(host)? {
            let open = process.open_files(host)?;
            opened.unseen += u32::from(open.is_partial);
            for file in open.files {
                let Some(device) = files.get(&file.target) else { continue };
                let holders = opened.by_device.entry(device.clone()).or_default();
                let holder = OpenDevice { process, file: file.target };
                if !holders.contains(&holder) {
                    holders.push(holder);
                }
            }
        }
        Ok(opened)
    }

    /// Who has a device open, by process.
    pub(crate) fn of(&self, device: &RdmaDeviceName) -> &[OpenDevice] {
        self.by_device.get(device.as_str()).map(Vec::as_slice).unwrap_or_default()
    }

    /// The processes that could not be looked into.
    pub(crate) const fn unseen(&self) -> u32 {
        self.unseen
    }
}

/// The files of devices, each with the name of its device.
fn device_files(host: &dyn Sysfs) -> Result<BTreeMap<String, String>, SysfsError> {
    let class = HostPath::new("sys/class/infiniband_verbs");
    let mut files = BTreeMap::new();
    for name in if_there(host.list(&class))?.unwrap_or_default() {
        // `abi_version` lies beside the devices.
        if let Some(device) = if_there(host.read(&class.join(&name).join("ibdev")))? {
            files.insert(format!("/dev/infiniband/{name}"), device.trim().to_owned());
        }
    }
    Ok(files)
}

fn if_there<T>(answer: Result<T, SysfsError>) -> Result<Option<T>, SysfsError> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}
