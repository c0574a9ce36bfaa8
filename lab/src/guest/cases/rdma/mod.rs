//! The RDMA subsystem, by subject.

mod changes;
mod cli;
mod cli_devices;
mod events;
mod machine;
mod moves;
mod persist;
mod reads;
pub(in super::super) mod speed;
mod users;

use sriov_host::RdmaIndex;
use sriov_host::seam::{RdmaDevice, RdmaSystem};
use sriov_rdma::LinuxRdma;

use super::super::case::Case;
use super::super::rdma::SoftDevice;

/// The machine of these cases.
const FORM: &str = "rdma";

pub(super) fn cases() -> Vec<Case> {
    [
        machine::CASES,
        reads::CASES,
        changes::CASES,
        events::CASES,
        moves::CASES,
        users::CASES,
        cli::CASES,
        cli_devices::CASES,
        persist::CASES,
        speed::CASES,
    ]
    .concat()
}

/// The devices that the product sees.
fn devices() -> Result<Vec<RdmaDevice>, String> {
    let devices = LinuxRdma::system().rdma_devices().map_err(|e| told(&e))?;
    devices.available().ok_or_else(|| "no devices are available".to_owned())
}

/// The number of a device as the product names it.
fn index(device: &SoftDevice) -> Result<RdmaIndex, String> {
    let number = u32::try_from(device.index()).map_err(|e| e.to_string())?;
    Ok(RdmaIndex::new(number))
}

/// An error with all its causes.
fn told(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
