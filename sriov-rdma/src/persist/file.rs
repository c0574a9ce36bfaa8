use sriov_host::NetnsMode;
use sriov_host::seam::HostPath;

/// The first line of our file: who has it may overwrite and remove it.
const OWNER: &str = "# This file is managed by sriov-rdma, do not edit.";

/// Where our setting lies.
pub fn path() -> HostPath {
    HostPath::new("etc/modprobe.d/sriov-rdma.conf")
}

/// What is in it.
pub fn content(mode: NetnsMode) -> String {
    format!("{OWNER}\noptions ib_core netns_mode={}\n", mode.to_kernel())
}

/// Whether a file of that name is ours.
pub(super) fn is_ours(content: &[u8]) -> bool {
    content.split(|byte| *byte == b'\n').next() == Some(OWNER.as_bytes())
}
