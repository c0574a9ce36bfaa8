use std::fmt;
use std::path::{Path, PathBuf};

use crate::PciAddress;

/// A path below the host's root, as `sys/bus/pci/devices/0000:01:00.0/sriov_numvfs`.
///
/// It cannot leave the root: empty parts, `.` and `..` are dropped when it is made.
///
/// ```
/// use sriov_host::seam::HostPath;
/// assert_eq!(HostPath::new("/sys/../etc").to_string(), "/sys/etc");
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct HostPath(String);

impl HostPath {
    /// From text with or without a leading slash.
    pub fn new(text: impl AsRef<str>) -> Self {
        Self(String::new()).join(text)
    }

    /// The sysfs folder of a PCI function.
    pub fn pci(address: PciAddress) -> Self {
        Self(format!("sys/bus/pci/devices/{address}"))
    }

    /// This path with more parts behind it.
    #[must_use]
    pub fn join(&self, text: impl AsRef<str>) -> Self {
        let mut path = self.0.clone();
        let parts = text.as_ref().split('/').filter(|part| !matches!(*part, "" | "." | ".."));
        for part in parts {
            if !path.is_empty() {
                path.push('/');
            }
            path.push_str(part);
        }
        Self(path)
    }

    /// The path without a leading slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part; empty only for the root itself.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The path without its last part; `None` for the root itself.
    pub fn parent(&self) -> Option<Self> {
        if self.0.is_empty() {
            return None;
        }
        Some(Self(
            self.0.rsplit_once('/').map_or_else(String::new, |(parent, _)| parent.to_owned()),
        ))
    }

    /// Where the path lies in the caller's own file system.
    pub fn below(&self, root: &Path) -> PathBuf {
        root.join(&self.0)
    }
}

/// With a leading slash: as the host itself would name it.
impl fmt::Display for HostPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}", self.0)
    }
}
