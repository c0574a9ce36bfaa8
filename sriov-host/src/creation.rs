//! The record of VFs that are without a driver for a moment, for the run after a crash.
//!
//! Creating VFs with `sriov_drivers_autoprobe` held at 0 must not leave it there, and a VF that is
//! bound anew must not stay unbound. The record is written before either and removed when the VFs
//! are bound; a run that finds one owes the rest. It lies in `/run`: after a boot the kernel has
//! forgotten the VFs and the 0 as well.

use crate::PciAddress;
use crate::seam::{Files, FilesError, HostPath};

const ON: &[u8] = b"sriov_drivers_autoprobe=1\n";
const OFF: &[u8] = b"sriov_drivers_autoprobe=0\n";

fn path(pf: PciAddress) -> HostPath {
    HostPath::new(format!("run/sriov/pf-{pf}.creation"))
}

/// The autoprobe value that a PF has to be put back to, if a creation was interrupted.
///
/// # Errors
///
/// [`FilesError`] if the record cannot be read.
pub(crate) fn record(host: &dyn Files, pf: PciAddress) -> Result<Option<bool>, FilesError> {
    // It is replaced as a whole, so it is never torn; what else it might hold was not written here.
    Ok(host.read_file(&path(pf))?.map(|text| text != OFF))
}

/// Leaves the record, with the value that autoprobe has to have in the end.
pub(crate) fn begin(host: &dyn Files, pf: PciAddress, autoprobe: bool) -> Result<(), FilesError> {
    host.write_file(&path(pf), if autoprobe { ON } else { OFF })
}

/// Removes the record, when nothing is owed any more.
pub(crate) fn finish(host: &dyn Files, pf: PciAddress) -> Result<(), FilesError> {
    host.remove_file(&path(pf)).map(|_| ())
}
