//! The processes of a host and what they have open, as `/proc` tells.
//!
//! Processes come and go while they are looked at, and some may not be looked into. Both are
//! answers here, not errors: who looks for users has to count what stayed hidden.
//!
//! ```
//! # #[cfg(feature = "sim")] {
//! use sriov_host::processes;
//! use sriov_host::sim::SimHost;
//!
//! let host = SimHost::with_igb_pair();
//! for process in processes::all(&host)? {
//!     let open = process.open_files(&host)?;
//!     let device = open.files.iter().find(|file| file.target.starts_with("/dev/vfio/"));
//!     assert!(device.is_none() && !open.is_partial);
//! }
//! # }
//! # Ok::<(), sriov_host::seam::SysfsError>(())
//! ```

use crate::inventory::optional;
use crate::seam::{HostPath, Sysfs, SysfsError};

/// A process, by its number in the pid namespace that `/proc` was mounted in.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Process {
    pid: u32,
}

/// What a process has open.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct OpenFiles {
    /// What could be seen, in the order of the descriptors.
    pub files: Vec<OpenFile>,
    /// Whether some or all of it may not be seen: more rights are needed.
    pub is_partial: bool,
}

/// An open file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OpenFile {
    /// The number of the descriptor.
    pub descriptor: String,
    /// What it leads to: a path, or as `net:[4026531840]`.
    pub target: String,
}

/// What became of a look at something of a process.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Look<T> {
    /// It was seen.
    Seen(T),
    /// It is not there, mostly because the process has ended.
    Gone,
    /// More rights are needed.
    Hidden,
}

/// The processes, by number.
///
/// # Errors
///
/// [`SysfsError`] if there is no `/proc`.
pub fn all(host: &dyn Sysfs) -> Result<Vec<Process>, SysfsError> {
    let mut found: Vec<Process> =
        numbers(host, &HostPath::new("proc"))?.map(Process::new).collect();
    found.sort_unstable();
    Ok(found)
}

fn numbers(
    host: &dyn Sysfs,
    folder: &HostPath,
) -> Result<impl Iterator<Item = u32> + use<>, SysfsError> {
    Ok(host.list(folder)?.into_iter().filter_map(|name| name.parse().ok()))
}

impl Process {
    /// The process with this number, whether there is one or not.
    pub const fn new(pid: u32) -> Self {
        Self { pid }
    }

    /// Its number.
    pub const fn pid(self) -> u32 {
        self.pid
    }

    /// Its folder in `/proc`.
    pub fn folder(self) -> HostPath {
        HostPath::new(format!("proc/{}", self.pid))
    }

    /// Its command name, if it is still there.
    pub fn comm(self, host: &dyn Sysfs) -> Option<String> {
        host.read(&self.folder().join("comm")).ok()
    }

    /// Its threads, by number. None of a process that is gone or may not be looked into.
    ///
    /// # Errors
    ///
    /// [`SysfsError`] if `/proc` fails otherwise.
    pub fn threads(self, host: &dyn Sysfs) -> Result<Vec<u32>, SysfsError> {
        match look(numbers(host, &self.folder().join("task")))? {
            Look::Seen(threads) => Ok(threads.collect()),
            Look::Gone | Look::Hidden => Ok(Vec::new()),
        }
    }

    /// Where a link in its folder leads, as `ns/net` to `net:[4026531840]`.
    ///
    /// # Errors
    ///
    /// [`SysfsError`] if `/proc` fails otherwise than by absence or lack of rights.
    pub fn link(self, host: &dyn Sysfs, name: &str) -> Result<Look<String>, SysfsError> {
        look(host.read_link(&self.folder().join(name)))
    }

    /// The content of a file in its folder, as `cgroup`.
    ///
    /// # Errors
    ///
    /// [`SysfsError`] if `/proc` fails otherwise than by absence or lack of rights.
    pub fn text(self, host: &dyn Sysfs, name: &str) -> Result<Look<String>, SysfsError> {
        look(host.read(&self.folder().join(name)))
    }

    /// What it has open. Nothing of a process that is gone.
    ///
    /// # Errors
    ///
    /// [`SysfsError`] if `/proc` fails otherwise than by absence or lack of rights.
    pub fn open_files(self, host: &dyn Sysfs) -> Result<OpenFiles, SysfsError> {
        let folder = self.folder().join("fd");
        let mut open = OpenFiles::default();
        let descriptors = match look(host.list(&folder))? {
            Look::Seen(descriptors) => descriptors,
            Look::Gone => return Ok(open),
            Look::Hidden => return Ok(OpenFiles { is_partial: true, ..open }),
        };
        for descriptor in descriptors {
            match look(host.read_link(&folder.join(&descriptor)))? {
                Look::Seen(target) => open.files.push(OpenFile { descriptor, target }),
                Look::Gone => {}
                // Root without CAP_SYS_PTRACE may list descriptors, and not follow them.
                Look::Hidden => return Ok(OpenFiles { is_partial: true, ..open }),
            }
        }
        Ok(open)
    }
}

fn look<T>(answer: Result<T, SysfsError>) -> Result<Look<T>, SysfsError> {
    match optional(answer) {
        Ok(Some(seen)) => Ok(Look::Seen(seen)),
        Ok(None) => Ok(Look::Gone),
        Err(error) if error.is_permission_denied() => Ok(Look::Hidden),
        Err(error) => Err(error),
    }
}
