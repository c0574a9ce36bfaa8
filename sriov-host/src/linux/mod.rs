//! The real host: system calls behind the seams, and nothing else.

mod clock;
mod deadline;
mod files;
mod sysfs;

use std::path::{Path, PathBuf};

use deadline::InFlight;

/// The Linux host that this process runs on, or the one below a mounted root.
///
/// Files and sysfs are taken below the root; netlink always speaks to the running kernel, in the
/// caller's network namespace.
#[derive(Clone, Debug)]
pub struct LinuxHost {
    root: PathBuf,
    in_flight: InFlight,
}

impl LinuxHost {
    /// The host whose `/sys`, `/proc`, `/etc`, `/run` and `/var` lie below `root`.
    pub fn below(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), in_flight: InFlight::default() }
    }

    /// This host, with `/` as its root.
    pub fn system() -> Self {
        Self::below("/")
    }

    /// The root that every path is taken below.
    pub fn root(&self) -> &Path {
        &self.root
    }
}
