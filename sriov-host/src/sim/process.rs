use serde::{Deserialize, Serialize};

use super::kernel::Kernel;
use super::machine_users::Hold;
use crate::PciAddress;

/// A process, as far as anybody can tell it from others.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct Process {
    pub(super) comm: String,
    pub(super) holds: Option<Held>,
    /// The namespace it lives in, if another one than the host's.
    pub(super) netns: Option<u32>,
    /// The namespaces that it has a descriptor of.
    pub(super) descriptors: Vec<u32>,
    pub(super) cgroup: Option<String>,
}

/// The device that a process has open, and how.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(super) enum Held {
    Function(PciAddress, Hold),
    /// An RDMA device by its number.
    Rdma(u32, Hold),
}

impl Process {
    /// The first process.
    pub(super) fn init() -> Self {
        Self {
            comm: "systemd".to_owned(),
            cgroup: Some("/init.scope".to_owned()),
            ..Self::default()
        }
    }

    pub(super) fn holding(comm: &str, held: Held) -> Self {
        Self { comm: comm.to_owned(), holds: Some(held), ..Self::default() }
    }
}

impl Kernel {
    pub(super) fn end_process(&mut self, pid: u32) {
        if self.processes.remove(&pid).is_some() {
            self.retry_parked();
            self.release_namespaces();
        }
    }

    /// The links below `/proc/PID/fd`: standard streams, then what the process is here for.
    pub(super) fn open_files(&self, process: &Process) -> Vec<String> {
        let mut files = vec!["/dev/null".to_owned(); 3];
        if let Some(device) = process.holds {
            self.device_files(device, &mut files);
        }
        files.extend(process.descriptors.iter().map(|netns| format!("net:[{netns}]")));
        files
    }

    fn device_files(&self, device: Held, files: &mut Vec<String>) {
        let (function, rdma, hold) = match device {
            Held::Function(function, hold) => {
                (self.functions.get(&function), self.rdma.of_function(function), hold)
            }
            Held::Rdma(index, hold) => (None, self.rdma.devices.get(&index), hold),
        };
        match (hold, function.and_then(|function| function.iommu_group), rdma) {
            (Hold::Vfio | Hold::VfioGroup, Some(group), _) => {
                files.push("/dev/vfio/vfio".to_owned());
                files.push(format!("/dev/vfio/{group}"));
            }
            (Hold::Uverbs | Hold::UverbsOpen, _, Some(rdma)) => {
                files.push(format!("/dev/infiniband/uverbs{}", rdma.uverbs));
            }
            _ => {}
        }
        if hold == Hold::Vfio {
            files.push("anon_inode:[vfio-device]".to_owned());
        }
    }
}
