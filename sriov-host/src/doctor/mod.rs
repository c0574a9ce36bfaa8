//! Whether a host is fit for SR-IOV: checks that only look.
//!
//! ```
//! # #[cfg(feature = "sim")] {
//! use sriov_host::doctor::examine;
//! use sriov_host::sim::SimHost;
//!
//! let checks = examine(&SimHost::demo());
//! let ailing: Vec<_> = checks.iter().filter(|check| !check.ok).map(|check| check.id).collect();
//! assert!(ailing.is_empty(), "{ailing:?}");
//! # }
//! ```

mod devices;
mod kernel;
mod process;

use std::error::Error;
use std::fmt;

use crate::plan::chain;
use crate::seam::Host;

/// One thing that was looked at.
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize)]
pub struct Check {
    /// Its stable name, as `iommu`.
    pub id: &'static str,
    /// Whether it is as it should be; what cannot be told is not.
    pub ok: bool,
    /// What was found.
    pub message: String,
    /// What to do, if something should be done.
    pub help: Option<String>,
}

impl Check {
    /// All is well.
    pub fn good(id: &'static str, message: impl Into<String>) -> Self {
        Self { id, ok: true, message: message.into(), help: None }
    }

    /// Something is wrong, and what to do about it.
    pub fn bad(id: &'static str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { id, ok: false, message: message.into(), help: Some(help.into()) }
    }

    /// Well or wrong; the help is for the latter.
    pub fn of(id: &'static str, ok: bool, message: impl Into<String>, help: &str) -> Self {
        if ok { Self::good(id, message) } else { Self::bad(id, message, help) }
    }

    /// It cannot be told, which is not well.
    pub fn unknown(id: &'static str, error: &dyn Error) -> Self {
        Self { id, ok: false, message: format!("cannot be told: {}", chain(error)), help: None }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.id, self.message)
    }
}

/// Examines the host: rights, devices, what drivers need, and what interrupted runs left.
///
/// Nothing is changed and no module is loaded. The checks come in the same order every time.
pub fn examine(host: &dyn Host) -> Vec<Check> {
    let mut checks = vec![process::privileges(host)];
    checks.extend(devices::checks(host));
    checks.extend(kernel::checks(host));
    checks
}

#[cfg(test)]
#[cfg(feature = "sim")]
mod tests {
    use super::*;
    use crate::PciAddress;
    use crate::seam::{Files, HostPath, Sysfs};
    use crate::sim::{Machine, SimHost};

    fn check(host: &SimHost, id: &str) -> Check {
        let found = examine(host).into_iter().filter(|check| check.id == id);
        let found: Vec<Check> = found.collect();
        assert_eq!(found.len(), 1, "{id}");
        found.into_iter().next().unwrap()
    }

    fn machine(yaml: &str) -> SimHost {
        SimHost::new(&Machine::from_yaml(yaml).unwrap()).unwrap()
    }

    #[test]
    fn a_machine_without_iommu_udev_or_driver_is_told_so() {
        let host = machine(
            "udev: { present: false }\npfs: [{ pci: 0000:01:00.0, driver: igb, bound: false }]",
        );
        for id in ["iommu", "udev", "pf-drivers"] {
            let check = check(&host, id);
            assert!(!check.ok && check.help.is_some(), "{check:?}");
        }
        assert!(check(&host, "pf-drivers").message.contains("0000:01:00.0"));
        assert!(check(&host, "sriov-pfs").ok);
    }

    #[test]
    fn a_host_without_pfs_has_nothing_to_manage() {
        assert!(!check(&machine("pfs: []"), "sriov-pfs").ok);
    }

    #[test]
    fn what_an_interrupted_run_left_is_found() {
        let host = SimHost::with_igb_pair();
        let pf: PciAddress = "0000:01:00.0".parse().unwrap();
        assert!(check(&host, "interrupted-creations").ok && check(&host, "autoprobe").ok);
        crate::owed::begin(&host, pf, &crate::owed::Owed::CREATION).unwrap();
        let autoprobe = HostPath::pci(pf).join("sriov_drivers_autoprobe");
        host.write(&autoprobe, "0", std::time::Duration::from_secs(1)).unwrap();
        for id in ["interrupted-creations", "autoprobe"] {
            let check = check(&host, id);
            assert!(!check.ok && check.message.contains("0000:01:00.0"), "{check:?}");
        }
    }

    #[test]
    fn a_lock_counts_while_its_owner_lives() {
        let host = SimHost::demo();
        let lock = |pid: u32| {
            let path = crate::vfs::lock_path("0000:3b:00.0".parse().unwrap());
            host.write_file(&path, format!("node-agent (pid {pid})").as_bytes()).unwrap();
            check(&host, "locks")
        };
        let held = lock(4711);
        assert!(!held.ok && held.message.contains("node-agent (pid 4711)"), "{held:?}");
        assert!(lock(4712).ok, "its process is gone, and the lock with it");
    }

    #[test]
    fn looking_changes_nothing() {
        let host = SimHost::demo();
        let state = |host: &SimHost| {
            let mut state: serde_json::Value = serde_json::from_str(&host.save().unwrap()).unwrap();
            // Looking takes time, and counts as calls.
            let kernel = state.as_object_mut().unwrap();
            assert!(kernel.remove("now").is_some() && kernel.remove("calls").is_some());
            state
        };
        let before = state(&host);
        examine(&host);
        assert_eq!(state(&host), before);
    }
}
