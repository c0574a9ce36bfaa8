//! Paths below a root that is not `/`: a link inside must not lead out of it.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

use nix::errno::Errno as Code;
use nix::fcntl::{OFlag, OpenHow, ResolveFlag, open, openat2};
use nix::sys::stat::{Mode, mkdirat};

use crate::seam::HostPath;

/// How often a lookup is tried again that raced with a rename: see `EAGAIN` in openat2(2).
const RACES: usize = 16;

/// Opens what exists. Absolute links and `..` mean what they mean to the host itself.
///
/// Kernels before 5.6 do not know `RESOLVE_IN_ROOT`: there links are followed as from outside.
pub(super) fn open_existing(root: &Path, path: &HostPath, flags: OFlag) -> io::Result<OwnedFd> {
    let flags = flags | OFlag::O_CLOEXEC;
    if root == Path::new("/") {
        return Ok(open(&path.below(root), flags, Mode::empty())?);
    }
    match open_in_root(root, path, flags) {
        Err(Code::ENOSYS) => Ok(open(&path.below(root), flags, Mode::empty())?),
        opened => Ok(opened?),
    }
}

fn open_in_root(root: &Path, path: &HostPath, flags: OFlag) -> nix::Result<OwnedFd> {
    let folder = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
    let root = open(root, folder, Mode::empty())?;
    let name = if path.as_str().is_empty() { "." } else { path.as_str() };
    let how = OpenHow::new().flags(flags).resolve(ResolveFlag::RESOLVE_IN_ROOT);
    let mut opened = Err(Code::EAGAIN);
    for _ in 0..RACES {
        opened = openat2(&root, name, how);
        if !matches!(opened, Err(Code::EAGAIN | Code::EINTR)) {
            break;
        }
    }
    opened
}

/// The folder that a file lies in, and the file's name there.
pub(super) struct Place {
    /// The folder.
    pub(super) folder: File,
    /// The last part of the path.
    pub(super) name: String,
}

impl Place {
    /// Where a file lies, or would lie.
    pub(super) fn of(root: &Path, path: &HostPath) -> io::Result<Self> {
        let parent = parent_of(path)?;
        Ok(Self::at(open_folder(root, &parent)?, path))
    }

    /// The same, with all folders made that are missing.
    pub(super) fn made(root: &Path, path: &HostPath) -> io::Result<Self> {
        Ok(Self::at(make_folder(root, &parent_of(path)?)?, path))
    }

    fn at(folder: OwnedFd, path: &HostPath) -> Self {
        Self { folder: File::from(folder), name: path.file_name().to_owned() }
    }
}

fn parent_of(path: &HostPath) -> io::Result<HostPath> {
    path.parent().ok_or_else(|| io::Error::from(io::ErrorKind::IsADirectory))
}

fn open_folder(root: &Path, folder: &HostPath) -> io::Result<OwnedFd> {
    open_existing(root, folder, OFlag::O_RDONLY | OFlag::O_DIRECTORY)
}

fn make_folder(root: &Path, folder: &HostPath) -> io::Result<OwnedFd> {
    match (open_folder(root, folder), folder.parent()) {
        (Err(error), Some(parent)) if error.kind() == io::ErrorKind::NotFound => {
            let parent = make_folder(root, &parent)?;
            match mkdirat(&parent, folder.file_name(), Mode::from_bits_truncate(0o755)) {
                // Somebody else was quicker, or it is a link to nowhere: the next open tells.
                Ok(()) | Err(Code::EEXIST) => open_folder(root, folder),
                Err(code) => Err(code.into()),
            }
        }
        (opened, _) => opened,
    }
}
