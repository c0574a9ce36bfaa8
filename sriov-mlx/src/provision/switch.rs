//! The way out for a host that cannot be reached otherwise.

use sriov_host::boot::CommandLine;
use sriov_host::seam::{HostPath, Sysfs, SysfsError};

/// The kernel argument that keeps first-boot runs from doing anything.
pub const OFF_SWITCH: &str = "sriov-mlx.provision=off";

/// Whether the host was booted with [`OFF_SWITCH`], which systemd looks for in the same way.
pub(super) fn is_off(host: &dyn Sysfs) -> Result<bool, SysfsError> {
    let line = host.read(&HostPath::new("proc/cmdline"))?;
    Ok(CommandLine::parse(&line).args().iter().any(|arg| arg.as_str() == OFF_SWITCH))
}
