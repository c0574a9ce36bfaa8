//! modprobe's configuration: which options a module will be loaded with, and who says so.
//!
//! Files are read from `/etc/modprobe.d`, `/run/modprobe.d`, `/usr/local/lib/modprobe.d`,
//! `/usr/lib/modprobe.d` and `/lib/modprobe.d`. A name in an earlier folder masks the same name in
//! a later one; what is left is taken in the order of the names. All options of a module are
//! passed, and the kernel takes the last value of a parameter; the kernel command line comes
//! behind all files. This is what kmod does (`libkmod.c`, `libkmod-config.c`), and was compared
//! with `modprobe --showconfig` of kmod 30.
//!
//! ```
//! use sriov_host::modprobe::settings;
//! use sriov_host::seam::{Files, HostPath};
//! use sriov_host::sim::SimHost;
//!
//! let host = SimHost::with_igb_pair();
//! let text = b"# at the end of the day\noptions ib-core netns_mode=0\n";
//! host.write_file(&HostPath::new("etc/modprobe.d/rdma.conf"), text)?;
//! let found = settings(&host, &"ib_core".parse()?, "netns_mode")?;
//! let last = found.last().ok_or("nobody sets it")?;
//! assert_eq!((last.value.as_str(), last.line), ("0", 2));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod configuration;
mod lines;
mod parameters;
mod pattern;
mod statement;

pub use configuration::{Configuration, InstallCommand, Mention, Setting};
pub use lines::{Line, parse};
pub use statement::Statement;

use crate::ModuleName;
use crate::seam::{Files, FilesError};

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
    Configuration::read(host).map(|found| found.settings(module, parameter))
}

/// Who keeps udev from loading a module by what a device says it is.
///
/// A module that is asked for by its name is loaded nevertheless.
///
/// # Errors
///
/// [`FilesError`] if a folder or file cannot be read.
pub fn blacklisted(host: &dyn Files, module: &ModuleName) -> Result<Vec<Mention>, FilesError> {
    Configuration::read(host).map(|found| found.blacklisted(module))
}

/// The commands that modprobe runs instead of loading a module: it runs the first one only.
///
/// # Errors
///
/// [`FilesError`] if a folder or file cannot be read.
pub fn installs(host: &dyn Files, module: &ModuleName) -> Result<Vec<InstallCommand>, FilesError> {
    Configuration::read(host).map(|found| found.installs(module))
}
