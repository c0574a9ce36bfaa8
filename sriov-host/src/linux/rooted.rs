//! Paths below a root, with links resolved as a process would that has it as its root: an absolute
//! link of a mounted host is one of that host.

use std::io;
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::AT_FDCWD;
use nix::fcntl::{OFlag, OpenHow, ResolveFlag, openat2};
use nix::sys::stat::{FileStat, Mode, fstat};

use crate::seam::HostPath;

/// What is there, behind all links; `None` if nothing is.
pub(super) fn stat(root: &Path, path: &HostPath) -> io::Result<Option<FileStat>> {
    let flags = OFlag::O_PATH | OFlag::O_CLOEXEC;
    let root = nix::fcntl::openat(AT_FDCWD, root, flags | OFlag::O_DIRECTORY, Mode::empty())?;
    let how = OpenHow::new().flags(flags).resolve(ResolveFlag::RESOLVE_IN_ROOT);
    match openat2(&root, path.as_str(), how) {
        Ok(file) => Ok(Some(fstat(&file)?)),
        Err(Errno::ENOENT | Errno::ENOTDIR | Errno::ELOOP) => Ok(None),
        Err(errno) => Err(errno.into()),
    }
}
