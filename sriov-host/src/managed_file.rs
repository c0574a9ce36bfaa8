//! Files that belong to one program, in folders that belong to everybody.
//!
//! The first line says whose file it is. A file of the same name without that line is somebody
//! else's, and is neither replaced nor removed.

use crate::seam::{Files, FilesError, HostPath};

/// A file that one program owns, and says so in its first line.
///
/// ```
/// use sriov_host::managed_file::ManagedFile;
/// use sriov_host::seam::HostPath;
/// use sriov_host::sim::SimHost;
///
/// let host = SimHost::with_igb_pair();
/// let file = ManagedFile::new(HostPath::new("etc/modprobe.d/example.conf"), "example");
/// assert!(file.write(&host, "options ib_core netns_mode=0\n")?);
/// assert!(!file.write(&host, "options ib_core netns_mode=0\n")?, "it is so already");
/// # Ok::<(), sriov_host::managed_file::ManagedFileError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ManagedFile {
    path: HostPath,
    header: String,
}

/// What is there under the name of a managed file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Ownership {
    /// Nothing.
    Absent,
    /// A file of this owner.
    Ours {
        /// What stands below the first line.
        body: Vec<u8>,
    },
    /// A file of somebody else. An empty one is that, too: it masks what it is named like.
    Foreign,
}

/// A managed file that could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ManagedFileError {
    /// There is a file of that name, and it does not say that it is ours.
    #[error("{path} belongs to somebody else: its first line is not {header:?}")]
    Foreign {
        /// The file.
        path: HostPath,
        /// The first line it would have if it were ours.
        header: String,
    },
    /// It could not be read, replaced or removed.
    #[error("cannot use a configuration file")]
    Files(#[from] FilesError),
}

impl ManagedFile {
    /// The file of `owner` at this path, with `#` before its comments.
    ///
    /// Only the first line of `owner` is used.
    pub fn new(path: HostPath, owner: &str) -> Self {
        let owner = owner.lines().next().unwrap_or_default();
        Self { path, header: format!("# Managed by {owner}: changes made here are lost.") }
    }

    /// Where it lies.
    pub const fn path(&self) -> &HostPath {
        &self.path
    }

    /// Its first line, without the end of the line.
    pub fn header(&self) -> &str {
        &self.header
    }

    /// The whole content for what is to stand below the first line.
    pub fn content(&self, body: &str) -> String {
        format!("{}\n{body}", self.header)
    }

    /// Whether a content says that it is this owner's.
    pub fn is_ours(&self, content: &[u8]) -> bool {
        self.body(content).is_some()
    }

    fn body<'c>(&self, content: &'c [u8]) -> Option<&'c [u8]> {
        content.strip_prefix(self.header.as_bytes())?.strip_prefix(b"\n")
    }

    /// What is there now.
    ///
    /// # Errors
    ///
    /// [`FilesError`] if it cannot be read.
    pub fn ownership(&self, host: &dyn Files) -> Result<Ownership, FilesError> {
        Ok(match host.read_file(&self.path)? {
            None => Ownership::Absent,
            Some(content) => self
                .body(&content)
                .map_or(Ownership::Foreign, |body| Ownership::Ours { body: body.to_vec() }),
        })
    }

    /// Makes the file hold this below its first line; `false` if it did already.
    ///
    /// # Errors
    ///
    /// [`ManagedFileError::Foreign`] if somebody else has a file there, which stays as it is;
    /// [`ManagedFileError::Files`] if it cannot be read or replaced.
    pub fn write(&self, host: &dyn Files, body: &str) -> Result<bool, ManagedFileError> {
        match self.ownership(host)? {
            Ownership::Foreign => return Err(self.foreign()),
            Ownership::Ours { body: found } if found == body.as_bytes() => return Ok(false),
            Ownership::Ours { .. } | Ownership::Absent => {}
        }
        host.write_file(&self.path, self.content(body).as_bytes())?;
        Ok(true)
    }

    /// Removes the file; `false` if there was none.
    ///
    /// # Errors
    ///
    /// [`ManagedFileError::Foreign`] if it is somebody else's, and stays;
    /// [`ManagedFileError::Files`] if it cannot be read or removed.
    pub fn remove(&self, host: &dyn Files) -> Result<bool, ManagedFileError> {
        match self.ownership(host)? {
            Ownership::Absent => Ok(false),
            Ownership::Foreign => Err(self.foreign()),
            Ownership::Ours { .. } => Ok(host.remove_file(&self.path)?),
        }
    }

    fn foreign(&self) -> ManagedFileError {
        ManagedFileError::Foreign { path: self.path.clone(), header: self.header.clone() }
    }
}
