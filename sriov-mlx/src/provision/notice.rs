//! The file that tells others that a restart is needed.

use std::fmt::Write;

use sriov_host::plan::RebootReason;
use sriov_host::seam::{Files, FilesError, HostPath};

/// Where it lies: it ends with the boot.
pub fn notice_path() -> HostPath {
    HostPath::new("run/sriov-mlx/reboot-required")
}

/// Makes the file say these reasons; without one there is no file. What is so already is not
/// written.
pub(super) fn tell(host: &dyn Files, reasons: &[RebootReason]) -> Result<(), FilesError> {
    let path = notice_path();
    let found = host.read_file(&path)?;
    if reasons.is_empty() {
        return found.map_or(Ok(()), |_| host.remove_file(&path).map(drop));
    }
    let mut text = String::new();
    for reason in reasons {
        let _ = writeln!(text, "{reason}");
    }
    if found.as_deref() == Some(text.as_bytes()) {
        return Ok(());
    }
    host.write_file(&path, text.as_bytes())
}

/// Whether the file is there.
pub(super) fn is_there(host: &dyn Files) -> Result<bool, FilesError> {
    Ok(host.read_file(&notice_path())?.is_some())
}
