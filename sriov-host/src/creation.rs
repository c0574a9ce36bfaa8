//! The record of a VF creation that is under way, for the run after a crash.
//!
//! Creating VFs with `sriov_drivers_autoprobe` held at 0 must not leave it there. The record is
//! written before it is touched and removed when the VFs are bound; a run that finds one owes the
//! rest. It lies in `/run`: after a boot the kernel has forgotten the VFs and the 0 as well.

use crate::PciAddress;
use crate::seam::{Files, FilesError, HostPath};

fn path(pf: PciAddress) -> HostPath {
    HostPath::new(format!("run/sriov/pf-{pf}.creation"))
}

/// The autoprobe value that a PF has to be put back to, if a creation was interrupted.
///
/// # Errors
///
/// [`FilesError`] if the record cannot be read.
pub(crate) fn record(host: &dyn Files, pf: PciAddress) -> Result<Option<bool>, FilesError> {
    // The record exists only where autoprobe was on: there is no other value to put back.
    Ok(host.read_file(&path(pf))?.map(|_| true))
}

/// Leaves the record, before autoprobe is held.
pub(crate) fn begin(host: &dyn Files, pf: PciAddress) -> Result<(), FilesError> {
    host.write_file(&path(pf), b"sriov_drivers_autoprobe=1\n")
}

/// Removes the record, when nothing is owed any more.
pub(crate) fn finish(host: &dyn Files, pf: PciAddress) -> Result<(), FilesError> {
    host.remove_file(&path(pf)).map(|_| ())
}
