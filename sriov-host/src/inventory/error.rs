use crate::seam::{FilesError, HostPath, LinkError, SysfsError};
use crate::{Errno, codes};

/// A fact about the host that could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ObserveError {
    /// A kernel attribute could not be read.
    #[error("cannot look at the host's devices")]
    Sysfs(#[source] SysfsError),
    /// The kernel's links could not be read.
    #[error("cannot look at the host's links")]
    Link(#[source] LinkError),
    /// A file of this project could not be read.
    #[error("cannot look at what an interrupted run left")]
    Files(#[source] FilesError),
    /// A kernel attribute holds something else than it should.
    #[error("{path} holds {found:?}, expected {expected}")]
    Malformed {
        /// The attribute.
        path: HostPath,
        /// What it holds, cut to a printable length.
        found: String,
        /// What belongs there.
        expected: &'static str,
    },
}

impl ObserveError {
    pub(super) fn malformed(path: &HostPath, found: &str, expected: &'static str) -> Self {
        Self::Malformed { path: path.clone(), found: found.chars().take(80).collect(), expected }
    }

    /// The stable error code.
    pub fn code(&self) -> &'static str {
        match self {
            _ if self.is_permission_denied() => codes::PERMISSION_DENIED.id,
            Self::Link(_) => codes::NETLINK_FAILED.id,
            Self::Malformed { .. } => codes::STATE_UNREADABLE.id,
            Self::Sysfs(_) | Self::Files(_) => codes::FILE_ACCESS_FAILED.id,
        }
    }

    /// The kernel's error number, if the failure has one.
    pub fn errno(&self) -> Option<Errno> {
        match self {
            Self::Sysfs(error) => error.errno(),
            Self::Link(error) => error.errno(),
            Self::Files(_) | Self::Malformed { .. } => None,
        }
    }

    /// Whether the device went away while it was looked at.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Sysfs(error) if error.is_not_found())
    }

    /// Whether more rights would help.
    pub fn is_permission_denied(&self) -> bool {
        matches!(self.errno(), Some(Errno::PERM | Errno::ACCES))
    }
}

impl From<SysfsError> for ObserveError {
    fn from(error: SysfsError) -> Self {
        Self::Sysfs(error)
    }
}

impl From<LinkError> for ObserveError {
    fn from(error: LinkError) -> Self {
        Self::Link(error)
    }
}

impl From<FilesError> for ObserveError {
    fn from(error: FilesError) -> Self {
        Self::Files(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_tell_rights_from_absence() {
        let path = HostPath::new("sys/bus/pci/devices");
        let code = |errno| ObserveError::from(SysfsError::reading(&path, errno)).code();
        assert_eq!(code(Errno::ACCES), codes::PERMISSION_DENIED.id);
        assert_eq!(code(Errno::NOENT), codes::FILE_ACCESS_FAILED.id);
        let odd = ObserveError::malformed(&path, "seven", "a number");
        assert_eq!(odd.code(), codes::STATE_UNREADABLE.id);
    }
}
