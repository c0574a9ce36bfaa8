use std::io;
use std::time::Duration;

use super::HostPath;
use crate::Errno;

/// The kernel's pseudo files below one root: `/sys`, `/proc`, and udev's database in `/run/udev`.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait Sysfs: Send + Sync {
    /// Reads an attribute; one trailing newline is removed.
    ///
    /// # Errors
    ///
    /// [`SysfsError::Read`] with the kernel's errno, [`SysfsError::StillRunning`] if the kernel
    /// did not answer in time: reading `sriov_numvfs` waits for a write in progress.
    fn read(&self, path: &HostPath) -> Result<String, SysfsError>;

    /// Writes an attribute that exists, in one system call.
    ///
    /// # Errors
    ///
    /// [`SysfsError::Write`] with the kernel's errno, [`SysfsError::StillRunning`] if the kernel
    /// is not done after `deadline`. The write then goes on: it cannot be taken back.
    fn write(&self, path: &HostPath, value: &str, deadline: Duration) -> Result<(), SysfsError>;

    /// The target of a symbolic link, as it is stored.
    ///
    /// # Errors
    ///
    /// [`SysfsError::ReadLink`]; [`SysfsError::is_not_found`] tells an absent link apart.
    fn read_link(&self, path: &HostPath) -> Result<String, SysfsError>;

    /// The names in a folder, in numeric order (`virtfn10` behind `virtfn9`).
    ///
    /// # Errors
    ///
    /// [`SysfsError::List`]; [`SysfsError::is_not_found`] tells an absent folder apart.
    fn list(&self, path: &HostPath) -> Result<Vec<String>, SysfsError>;
}

/// A kernel attribute that could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SysfsError {
    /// Reading failed.
    #[error("cannot read {path}")]
    Read {
        /// What was read.
        path: HostPath,
        /// The kernel's answer.
        source: io::Error,
    },
    /// Writing failed.
    #[error("cannot write {value:?} to {path}")]
    Write {
        /// What was written to.
        path: HostPath,
        /// What was written.
        value: String,
        /// The kernel's answer.
        source: io::Error,
    },
    /// A link could not be followed.
    #[error("cannot read the link {path}")]
    ReadLink {
        /// The link.
        path: HostPath,
        /// The kernel's answer.
        source: io::Error,
    },
    /// A folder could not be listed.
    #[error("cannot list {path}")]
    List {
        /// The folder.
        path: HostPath,
        /// The kernel's answer.
        source: io::Error,
    },
    /// The kernel has not answered within the deadline; the call goes on.
    #[error("{path} has not answered after {} ms, the kernel is still working on it", .after.as_millis())]
    StillRunning {
        /// What was read or written.
        path: HostPath,
        /// The deadline that passed.
        after: Duration,
    },
}

impl SysfsError {
    /// The kernel's error number, if the failure has one.
    pub fn errno(&self) -> Option<Errno> {
        match self {
            Self::Read { source, .. }
            | Self::Write { source, .. }
            | Self::ReadLink { source, .. }
            | Self::List { source, .. } => Errno::of(source),
            Self::StillRunning { .. } => None,
        }
    }

    /// Whether the attribute, link or folder does not exist.
    pub fn is_not_found(&self) -> bool {
        // ENOTDIR: a parent is gone and its name is in use as a file.
        // ENODEV, ENXIO: the device went away between opening and reading; ESRCH: the process did.
        matches!(
            self.errno(),
            Some(Errno::NOENT | Errno::NOTDIR | Errno::NODEV | Errno::NXIO | Errno::SRCH)
        )
    }

    /// Whether more rights would help.
    pub fn is_permission_denied(&self) -> bool {
        matches!(self.errno(), Some(Errno::PERM | Errno::ACCES | Errno::ROFS))
    }

    /// Whether the kernel is still working on it.
    pub const fn is_still_running(&self) -> bool {
        matches!(self, Self::StillRunning { .. })
    }

    /// A failed read with this errno.
    pub fn reading(path: &HostPath, errno: Errno) -> Self {
        Self::Read { path: path.clone(), source: errno.to_io() }
    }

    /// A failed write with this errno.
    pub fn writing(path: &HostPath, value: &str, errno: Errno) -> Self {
        Self::Write { path: path.clone(), value: value.to_owned(), source: errno.to_io() }
    }
}
