//! Network namespaces belong to threads: which one a socket is in is decided where it is opened.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use nix::sched::{CloneFlags, setns};

use crate::Netns;

/// The identity of a namespace, while something holds it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct NamespaceId {
    device: u64,
    inode: u64,
}

impl NamespaceId {
    /// The namespace of the calling thread, if it is also the one of the process.
    ///
    /// Only there may a socket be kept: elsewhere it would keep a namespace alive that its owner
    /// believes to be gone, and the RDMA mode cannot change while another namespace exists.
    pub(super) fn of_caller_at_home() -> Option<Self> {
        let caller = Self::at("/proc/thread-self/ns/net")?;
        (Self::at("/proc/self/ns/net")? == caller).then_some(caller)
    }

    fn at(path: &str) -> Option<Self> {
        let file = fs::metadata(path).ok()?;
        Some(Self { device: file.dev(), inode: file.ino() })
    }
}

/// Moves the calling thread, which must end with this work, into a namespace.
pub(super) fn enter(netns: &Netns, root: &Path) -> io::Result<()> {
    Ok(setns(open(netns, root)?, CloneFlags::CLONE_NEWNET)?)
}

/// Holds a namespace, or whatever else has its name.
#[expect(clippy::disallowed_methods, reason = "a handle of the kernel, not a file of the host")]
pub(super) fn open(netns: &Netns, root: &Path) -> io::Result<fs::File> {
    fs::File::open(path(netns, root))
}

fn path(netns: &Netns, root: &Path) -> PathBuf {
    match netns {
        Netns::Pid(pid) => root.join(format!("proc/{pid}/ns/net")),
        Netns::Path(path) => root.join(path.strip_prefix("/").unwrap_or(path)),
    }
}
