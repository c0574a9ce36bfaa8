//! The real host: system calls behind the seams, and nothing else.

mod below;
mod clock;
mod deadline;
mod devlink;
mod files;
mod program;
mod sysfs;
mod tool;
mod uevents;
mod vf_link;

use std::path::{Path, PathBuf};

use crate::netlink::{Netlink, Protocol};
use deadline::InFlight;
use program::Environment;

/// The Linux host that this process runs on, or the one below a mounted root.
///
/// Files and sysfs are taken below the root; netlink always speaks to the running kernel, in the
/// caller's network namespace.
#[derive(Clone, Debug)]
pub struct LinuxHost {
    root: PathBuf,
    environment: Environment,
    in_flight: InFlight,
    route: Netlink,
    generic: Netlink,
}

impl LinuxHost {
    /// The host whose `/sys`, `/proc`, `/etc`, `/run` and `/var` lie below `root`.
    pub fn below(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            environment: Environment::Clean,
            in_flight: InFlight::default(),
            route: Netlink::new(Protocol::Route),
            generic: Netlink::new(Protocol::Generic),
        }
    }

    /// This host, with `/` as its root.
    pub fn system() -> Self {
        Self::below("/")
    }

    /// This host as the caller sees it: its programs inherit the caller's environment, in English.
    ///
    /// For a program that the caller names, as one that came with a container's image. The
    /// programs of the host itself are given an environment of their own.
    pub fn of_caller() -> Self {
        Self { environment: Environment::Callers, ..Self::system() }
    }

    /// This host with other wires to rtnetlink and generic netlink: recordings, in tests.
    #[must_use]
    pub fn over(mut self, route: Netlink, generic: Netlink) -> Self {
        (self.route, self.generic) = (route, generic);
        self
    }

    /// The root that every path is taken below.
    pub fn root(&self) -> &Path {
        &self.root
    }
}

/// What the kernel or a driver says although it did what it was asked for.
fn warn(warning: Option<&str>) {
    if let Some(warning) = warning {
        tracing::warn!(warning, "the kernel accepted a request and warns");
    }
}
