//! The real host on a root folder: what the simulator does not have.

#![cfg(feature = "linux")]
#![expect(clippy::disallowed_methods, reason = "the tests make the folder that they look at")]
#![expect(clippy::unwrap_used, reason = "what cannot be made fails the test")]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use sriov_host::inventory::{ObserveOptions, PfInventory, observe, observe_pf};
use sriov_host::linux::LinuxHost;
use sriov_host::plan::{Guard, Reason};
use sriov_host::vfs::{ApplyOptions, StepError, VfAction, VfPlan, apply, observe_usage};
use sriov_host::{PciAddress, VfIndex};

const PF: &str = "0000:01:00.0";
const VF: &str = "0000:01:10.0";
const OTHER: &str = "0000:01:10.2";

/// A PF with one VF.
struct Root(tempfile::TempDir);

impl Root {
    fn new() -> Self {
        let root = Self(tempfile::tempdir().unwrap());
        for address in [PF, VF] {
            root.device(address);
        }
        root.files(PF, &[("sriov_totalvfs", "7\n"), ("sriov_numvfs", "1\n")]);
        symlink(format!("../{VF}"), root.path(PF).join("virtfn0")).unwrap();
        fs::create_dir_all(root.0.path().join("proc")).unwrap();
        root
    }

    fn path(&self, address: &str) -> PathBuf {
        self.0.path().join("sys/bus/pci/devices").join(address)
    }

    fn device(&self, address: &str) {
        fs::create_dir_all(self.path(address)).unwrap();
        let id = [("class", "0x020000"), ("vendor", "0x8086"), ("device", "0x10ca")];
        self.files(address, &id);
        self.files(address, &[("driver_override", "(null)\n")]);
    }

    fn files(&self, folder: &str, files: &[(&str, &str)]) {
        for (name, text) in files {
            fs::write(self.path(folder).join(name), text).unwrap();
        }
    }

    fn driver(&self, address: &str, driver: &str) {
        let folder = self.0.path().join("sys/bus/pci/drivers").join(driver);
        fs::create_dir_all(folder).unwrap();
        if !address.is_empty() {
            let link = self.path(address).join("driver");
            symlink(format!("../../drivers/{driver}"), link).unwrap();
        }
    }

    /// Puts the devices into one IOMMU group.
    fn group(&self, addresses: &[&str]) {
        let devices = self.0.path().join("sys/kernel/iommu_groups/7/devices");
        fs::create_dir_all(&devices).unwrap();
        for address in addresses {
            fs::write(devices.join(address), "").unwrap();
            let link = self.path(address).join("iommu_group");
            symlink("../../../../kernel/iommu_groups/7", link).unwrap();
        }
    }

    fn host(&self) -> LinuxHost {
        LinuxHost::below(self.0.path())
    }

    fn pf(&self) -> PfInventory {
        let pci = PF.parse().unwrap();
        let (pf, problems) = observe_pf(&self.host(), pci, ObserveOptions::default()).unwrap();
        assert!(problems.is_empty(), "{problems:?}");
        pf
    }
}

#[test]
fn a_vf_that_is_a_port_of_a_bridge_is_in_use() {
    let root = Root::new();
    fs::create_dir_all(root.path(VF).join("net/nosuch0")).unwrap();
    let netdev =
        [("net/nosuch0/ifindex", "4242\n"), ("net/nosuch0/address", "02:00:00:00:00:01\n")];
    root.files(VF, &netdev);
    let class = root.0.path().join("sys/class/net/nosuch0");
    fs::create_dir_all(&class).unwrap();
    symlink("../../virtual/net/br0", class.join("master")).unwrap();

    let pf = root.pf();
    let usage = observe_usage(&root.host(), &[&pf]).unwrap();
    let uses: Vec<_> = usage.pfs[&pf.pci].vfs.values().flatten().collect();
    let [(Guard::Port, holder)] = uses.as_slice() else { panic!("{uses:?}") };
    assert!(holder.holds.contains("br0"), "{holder}");
}

/// What binding VF 0 to vfio-pci comes to.
fn bound_to_vfio(root: &Root) -> StepError {
    let pf: PciAddress = PF.parse().unwrap();
    let from = root.pf().vfs.first().and_then(|vf| vf.driver.clone());
    let to = "vfio-pci".parse().unwrap();
    let mut plan = VfPlan::default();
    let vf = VfIndex::new(0);
    plan.push(VfAction::BindVf { pf, vf, from, to }, Reason::needed("the test"));
    let mut applied = apply(&plan, &root.host(), &ApplyOptions::default(), &|_| {});
    applied.steps.pop().and_then(|step| step.error).unwrap()
}

#[test]
fn vfio_refuses_a_group_that_serves_the_kernel() {
    let root = Root::new();
    root.device(OTHER);
    root.driver(VF, "igbvf");
    root.driver(OTHER, "igbvf");
    root.driver("", "vfio-pci");
    root.group(&[VF, OTHER]);
    match bound_to_vfio(&root) {
        StepError::GroupNotViable { group, device, driver } => {
            assert_eq!((group.as_str(), driver.as_str()), ("7", "igbvf"));
            assert_eq!(device.to_string(), OTHER);
        }
        other => panic!("{other:?}"),
    }
    let override_of_vf = fs::read_to_string(root.path(VF).join("driver_override")).unwrap();
    assert_eq!(override_of_vf, "(null)\n", "nothing was written before it was refused");
}

#[test]
fn a_bridge_of_the_group_may_keep_its_driver() {
    let root = Root::new();
    root.device(OTHER);
    root.files(OTHER, &[("class", "0x060400")]);
    root.driver(VF, "igbvf");
    root.driver(OTHER, "pcieport");
    root.driver("", "vfio-pci");
    root.group(&[VF, OTHER]);
    // A folder binds nothing, so it fails later, and rolls back.
    let error = bound_to_vfio(&root);
    assert!(matches!(error, StepError::BindFailed { .. }), "{error:?}");
}

#[test]
fn vfio_needs_a_group_and_its_driver() {
    let root = Root::new();
    root.driver(VF, "igbvf");
    assert!(matches!(bound_to_vfio(&root), StepError::DriverNotLoaded(_)));
    root.driver("", "vfio-pci");
    assert!(matches!(bound_to_vfio(&root), StepError::NoIommuGroup));
}

/// Each garbage file is told with its path, and takes nothing else away.
#[test]
fn garbage_is_told_with_its_place() {
    let garbage = ["sriov_numvfs", "sriov_totalvfs", "vendor", "device", "numa_node"];
    for name in garbage {
        for text in ["", "\u{0}\u{1}", "-1x", "99999999999999999999", "grün"] {
            let root = Root::new();
            root.device("0000:02:00.0");
            root.files(PF, &[(name, text)]);
            let found = observe(&root.host(), ObserveOptions::default()).unwrap();
            let told: Vec<String> = found.problems.iter().map(ToString::to_string).collect();
            assert!(told.iter().any(|told| told.contains(name)), "{name} {text:?}: {told:?}");
            assert!(found.pfs.iter().any(|pf| pf.pci.bus() == 2), "{name} {text:?}");
        }
    }
    let root = Root::new();
    root.files(PF, &[("sriov_numvfs", "3\n")]);
    let found = observe(&root.host(), ObserveOptions::default()).unwrap();
    let told: Vec<String> = found.problems.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["0000:01:00.0: sriov_numvfs says 3 VFs, 1 are there"]);
}
