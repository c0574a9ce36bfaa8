//! What every host must do, real or simulated: one function a rule, run on both.
//!
//! A case that passes on the simulator and fails on the kernel is a defect of the simulator.

use sriov_host::seam::Host;
use sriov_host::{DriverName, PciAddress};

#[macro_use]
mod bench;

mod attrs;
mod autoprobe;
mod bench_links;
mod drivers;
mod events;
mod links;
mod macs;
mod numvfs;
mod pf;
mod rdma;
mod rdma_bench;
mod rdma_links;
mod rdma_mode;
mod rdma_users;
mod store;
mod vfio;

pub use rdma::{RdmaCase, RdmaHooks, RdmaRig, rdma_cases};

/// What a contract case may use.
#[derive(Clone, Debug)]
pub struct Rig {
    /// A PF without VFs, bound to its driver, administratively up.
    pub pf: PciAddress,
    /// A second PF in the same state.
    pub other_pf: PciAddress,
    /// How many VFs `pf` has room for.
    pub total_vfs: u16,
    /// The driver that binds the PF's VFs by default, as `igbvf`.
    pub vf_driver: DriverName,
    /// Whether an IOMMU is there, so that vfio-pci can bind.
    pub iommu: bool,
}

/// One rule of the contract.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// The stable name, as `numvfs_refuses_to_grow`.
    pub name: &'static str,
    /// Whether it can only be shown behind an IOMMU.
    pub needs_iommu: bool,
    /// Whether it can only be shown without an IOMMU.
    pub needs_no_iommu: bool,
    /// Runs it; the error says what the host did and what it should have done.
    ///
    /// Every case leaves the PFs as it found them: up, without VFs, autoprobe on.
    pub run: fn(&dyn Host, &Rig) -> Result<(), String>,
}

impl Case {
    /// Whether the rig has what the case needs.
    pub fn runs_on(&self, rig: &Rig) -> bool {
        if rig.iommu { !self.needs_no_iommu } else { !self.needs_iommu }
    }
}

/// Every case, in the order they are run.
pub fn cases() -> Vec<Case> {
    [
        numvfs::cases(),
        pf::cases(),
        autoprobe::cases(),
        drivers::cases(),
        vfio::cases(),
        macs::cases(),
        attrs::cases(),
        links::cases(),
        events::cases(),
        store::cases(),
    ]
    .concat()
}
