use sriov_host::NetnsMode;
use sriov_host::managed_file::ManagedFile;
use sriov_host::seam::HostPath;

/// Where our setting lies.
pub fn path() -> HostPath {
    HostPath::new("etc/modprobe.d/sriov-rdma.conf")
}

/// What is in it: its first line says whose it is.
pub fn content(mode: NetnsMode) -> String {
    managed().content(&format!("options ib_core netns_mode={}\n", mode.to_kernel()))
}

/// Whether a file of that name is ours.
pub(super) fn is_ours(content: &[u8]) -> bool {
    managed().is_ours(content)
}

fn managed() -> ManagedFile {
    ManagedFile::new(path(), "sriov-rdma")
}
