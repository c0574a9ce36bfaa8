use std::io::{self, Read};

use super::HostPath;
use crate::Errno;

/// Ordinary files below the root: what must survive a crash, and locks.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait Files: Send + Sync {
    /// The content; `None` if there is no such file.
    ///
    /// # Errors
    ///
    /// [`FilesError::Io`] for anything but absence.
    fn read_file(&self, path: &HostPath) -> Result<Option<Vec<u8>>, FilesError>;

    /// The file, to be read from its beginning: for what is too large to be held at once, as an
    /// initramfs. `None` if there is no such file.
    ///
    /// # Errors
    ///
    /// [`FilesError::Io`] for anything but absence.
    fn open_file(&self, path: &HostPath) -> Result<Option<Box<dyn Read + Send>>, FilesError>;

    /// Replaces the file as a whole: temporary file, fsync, rename, fsync of the folder.
    ///
    /// Missing folders are made, with mode 0755.
    ///
    /// # Errors
    ///
    /// [`FilesError::Io`]; the old content is then still there.
    fn write_file(&self, path: &HostPath, content: &[u8]) -> Result<(), FilesError>;

    /// Removes the file; `false` if there was none.
    ///
    /// # Errors
    ///
    /// [`FilesError::Io`] for anything but absence.
    fn remove_file(&self, path: &HostPath) -> Result<bool, FilesError>;

    /// The names in a folder, sorted by bytes; `None` if there is no such folder.
    ///
    /// # Errors
    ///
    /// [`FilesError::Io`] for anything but absence.
    fn list_files(&self, folder: &HostPath) -> Result<Option<Vec<String>>, FilesError>;

    /// Takes an exclusive advisory lock (`flock`) without waiting, and leaves `owner` in the file.
    ///
    /// The lock is the flock, not the file: it ends with the process, and the file stays.
    ///
    /// # Errors
    ///
    /// [`FilesError::Locked`] with what the other owner left, [`FilesError::Io`] otherwise.
    fn lock(&self, path: &HostPath, owner: &str) -> Result<Box<dyn Lock>, FilesError>;
}

/// A lock that is held until it is dropped.
pub trait Lock: Send {}

/// A file that could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FilesError {
    /// The system refused.
    #[error("cannot {operation} {path}")]
    Io {
        /// What was attempted, as "replace".
        operation: &'static str,
        /// The file.
        path: HostPath,
        /// The system's answer.
        source: io::Error,
    },
    /// Somebody else holds the lock.
    #[error("{path} is locked by {owner}")]
    Locked {
        /// The lock.
        path: HostPath,
        /// What the other owner left in the file.
        owner: String,
    },
}

impl FilesError {
    /// Whether more rights would help.
    pub fn is_permission_denied(&self) -> bool {
        let errno = match self {
            Self::Io { source, .. } => Errno::of(source),
            Self::Locked { .. } => None,
        };
        matches!(errno, Some(Errno::PERM | Errno::ACCES | Errno::ROFS))
    }
}
