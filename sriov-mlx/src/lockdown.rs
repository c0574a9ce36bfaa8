use sriov_host::seam::{HostPath, Sysfs};

use crate::facts::Lockdown;

/// Kernel lockdown, whose mode stands in brackets: `none [integrity] confidentiality`.
pub(crate) fn lockdown(host: &dyn Sysfs) -> Lockdown {
    let Ok(text) = host.read(&HostPath::new("sys/kernel/security/lockdown")) else {
        return Lockdown::Unknown;
    };
    let mode = text.split_once('[').and_then(|(_, rest)| rest.split_once(']'));
    match mode {
        Some(("none", _)) => Lockdown::Off,
        Some((mode @ ("integrity" | "confidentiality"), _)) => Lockdown::On(mode.to_owned()),
        _ => Lockdown::Unknown,
    }
}
