//! The units of systemd.

use sriov_host::seam::HostPath;

const PROVISION: &str = include_str!("templates/provision.service");
const GUARD: &str = include_str!("templates/guard.service");

/// Looks at the cards at every boot, before the network is up.
pub(super) fn provision(program: &HostPath) -> String {
    PROVISION.replace("@PROGRAM@", &program.to_string())
}

/// Removes blacklists of interrupted reloads, before any driver is loaded.
pub(super) fn guard(program: &HostPath) -> String {
    GUARD.replace("@PROGRAM@", &program.to_string())
}
