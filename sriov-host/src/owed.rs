//! The record of VFs that are without a driver for a moment, for the run after a crash.
//!
//! Creating VFs with `sriov_drivers_autoprobe` held at 0 must not leave it there, and a VF that is
//! bound anew must not stay unbound. The record is written before either and removed when the VFs
//! are bound; a run that finds one owes the rest. It lies in `/run`: after a boot the kernel has
//! forgotten the VFs and the 0 as well.

use serde::{Deserialize, Serialize};

use crate::seam::{Files, FilesError, HostPath};
use crate::{PciAddress, VfIndex};

/// What an interrupted run owes a PF.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Owed {
    /// The value that `sriov_drivers_autoprobe` has to have in the end.
    pub autoprobe: bool,
    /// The VFs that were to get a driver; `None` for all that exist.
    pub vfs: Option<Vec<VfIndex>>,
}

impl Owed {
    /// After a creation: all VFs, and autoprobe on.
    pub(crate) const CREATION: Self = Self { autoprobe: true, vfs: None };

    /// Whether this VF was to get a driver.
    pub fn concerns(&self, vf: VfIndex) -> bool {
        self.vfs.as_ref().is_none_or(|vfs| vfs.contains(&vf))
    }
}

fn path(pf: PciAddress) -> HostPath {
    HostPath::new(format!("run/sriov/pf-{pf}.owed"))
}

/// What is owed to a PF, if a run was interrupted.
///
/// # Errors
///
/// [`FilesError`] if the record cannot be read.
pub(crate) fn record(host: &dyn Files, pf: PciAddress) -> Result<Option<Owed>, FilesError> {
    let Some(text) = host.read_file(&path(pf))? else { return Ok(None) };
    // It is replaced as a whole, so it is never torn. What is not ours may owe anything: all of it.
    Ok(Some(serde_json::from_slice(&text).unwrap_or(Owed::CREATION)))
}

/// Leaves the record, before anything is done that it is about.
pub(crate) fn begin(host: &dyn Files, pf: PciAddress, owed: &Owed) -> Result<(), FilesError> {
    let mut text = serde_json::to_vec(owed).unwrap_or_default();
    text.push(b'\n');
    host.write_file(&path(pf), &text)
}

/// Removes the record, when nothing is owed any more.
pub(crate) fn finish(host: &dyn Files, pf: PciAddress) -> Result<(), FilesError> {
    host.remove_file(&path(pf)).map(|_| ())
}
