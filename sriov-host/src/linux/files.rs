use std::ffi::CStr;
use std::fs::{File, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use nix::dir::Dir;
use nix::errno::Errno as Code;
use nix::fcntl::{AtFlags, Flock, FlockArg, OFlag, openat, renameat};
use nix::sys::stat::{Mode, SFlag, fstatat};
use nix::unistd::{UnlinkatFlags, unlinkat};

use super::LinuxHost;
use super::below::{Place, open_existing};
use crate::seam::{Files, FilesError, HostPath, Lock};

/// Documents of users are smaller, and so is everything this project writes.
const MAX_BYTES: u64 = 64 << 20;

/// What a file gets that was not there before.
const MODE: u32 = 0o644;

impl Files for LinuxHost {
    fn read_file(&self, path: &HostPath) -> Result<Option<Vec<u8>>, FilesError> {
        present(read(&self.root, path)).map_err(|source| failed("read", path, source))
    }

    fn open_file(&self, path: &HostPath) -> Result<Option<Box<dyn Read + Send>>, FilesError> {
        let opened = present(open_existing(&self.root, path, OFlag::O_RDONLY));
        let boxed = |file| Box::new(File::from(file)) as Box<dyn Read + Send>;
        opened.map(|file| file.map(boxed)).map_err(|source| failed("open", path, source))
    }

    fn write_file(&self, path: &HostPath, content: &[u8]) -> Result<(), FilesError> {
        Place::made(&self.root, path)
            .and_then(|place| replace(&place, content))
            .map_err(|source| failed("replace", path, source))
    }

    fn remove_file(&self, path: &HostPath) -> Result<bool, FilesError> {
        let removed = Place::of(&self.root, path).and_then(|place| {
            unlinkat(&place.folder, place.name.as_str(), UnlinkatFlags::NoRemoveDir)?;
            place.folder.sync_all()
        });
        present(removed)
            .map(|removed| removed.is_some())
            .map_err(|source| failed("remove", path, source))
    }

    fn list_files(&self, folder: &HostPath) -> Result<Option<Vec<String>>, FilesError> {
        present(names(&self.root, folder)).map_err(|source| failed("list", folder, source))
    }

    fn lock(&self, path: &HostPath, owner: &str) -> Result<Box<dyn Lock>, FilesError> {
        let io_failed = |source| failed("lock", path, source);
        let place = Place::made(&self.root, path).map_err(io_failed)?;
        let flags = OFlag::O_RDWR | OFlag::O_CREAT | OFlag::O_NOFOLLOW;
        match Flock::lock(place.open(flags).map_err(io_failed)?, FlockArg::LockExclusiveNonblock) {
            Ok(mut held) => {
                held.set_len(0).map_err(io_failed)?;
                held.write_all(owner.as_bytes()).map_err(io_failed)?;
                Ok(Box::new(HeldLock(held)))
            }
            Err((file, Code::EWOULDBLOCK)) => {
                Err(FilesError::Locked { path: path.clone(), owner: owner_of(file) })
            }
            Err((_, code)) => Err(io_failed(code.into())),
        }
    }
}

/// What is absent is no error.
fn present<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// As a whole or not at all: the beginning of a file that is too large means something else.
fn read(root: &Path, path: &HostPath) -> io::Result<Vec<u8>> {
    let file = File::from(open_existing(root, path, OFlag::O_RDONLY)?);
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
}

/// Names that are not UTF-8 are nobody's configuration, and are left out.
fn names(root: &Path, folder: &HostPath) -> io::Result<Vec<String>> {
    let opened = open_existing(root, folder, OFlag::O_RDONLY | OFlag::O_DIRECTORY)?;
    let entries: Vec<_> = Dir::from_fd(opened)?.into_iter().collect::<nix::Result<_>>()?;
    let name = |name: &CStr| name.to_str().ok().map(str::to_owned);
    let mut names: Vec<String> = entries
        .iter()
        .filter_map(|entry| name(entry.file_name()))
        .filter(|name| !matches!(name.as_str(), "." | ".."))
        .collect();
    names.sort_unstable();
    Ok(names)
}

struct HeldLock(Flock<File>);

impl Lock for HeldLock {}

impl Drop for HeldLock {
    fn drop(&mut self) {
        // The file stays: removing it would let two owners lock two files of one name.
        let _ = self.0.set_len(0);
    }
}

fn owner_of(file: File) -> String {
    let mut text = String::new();
    match file.take(256).read_to_string(&mut text) {
        Ok(1..) => text.trim().to_owned(),
        Ok(0) | Err(_) => "another process".to_owned(),
    }
}

fn failed(operation: &'static str, path: &HostPath, source: io::Error) -> FilesError {
    FilesError::Io { operation, path: path.clone(), source }
}

impl Place {
    fn open(&self, flags: OFlag) -> io::Result<File> {
        let mode = Mode::from_bits_truncate(MODE);
        let opened = openat(&self.folder, self.name.as_str(), flags | OFlag::O_CLOEXEC, mode)?;
        Ok(File::from(opened))
    }

    /// A name beside the file that no reader of the folder takes for a file of its own.
    fn temporary(&self) -> io::Result<Self> {
        static SERIAL: AtomicU32 = AtomicU32::new(0);
        let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
        let extension = format!("{}-{serial}.tmp", std::process::id());
        let name = Path::new(&self.name).with_extension(extension);
        let name = name.to_string_lossy().into_owned();
        Ok(Self { folder: self.folder.try_clone()?, name })
    }

    /// The mode that a replaced file keeps. A link is replaced itself, and has none.
    fn mode(&self) -> u32 {
        let found = fstatat(&self.folder, self.name.as_str(), AtFlags::AT_SYMLINK_NOFOLLOW).ok();
        found
            .filter(|stat| {
                SFlag::from_bits_truncate(stat.st_mode) & SFlag::S_IFMT == SFlag::S_IFREG
            })
            .map_or(MODE, |stat| stat.st_mode & 0o777)
    }

    fn remove(&self) -> nix::Result<()> {
        unlinkat(&self.folder, self.name.as_str(), UnlinkatFlags::NoRemoveDir)
    }
}

/// A crash leaves the old content or the new, never a part.
fn replace(place: &Place, content: &[u8]) -> io::Result<()> {
    let temporary = place.temporary()?;
    let written = write_new(&temporary, content, place.mode()).and_then(|()| {
        let (from, to) = (temporary.name.as_str(), place.name.as_str());
        Ok(renameat(&temporary.folder, from, &place.folder, to)?)
    });
    if written.is_err() {
        let _ = temporary.remove();
    }
    written.and_then(|()| place.folder.sync_all())
}

/// Only a file that did not exist: a prepared link cannot redirect the write.
fn write_new(place: &Place, content: &[u8], mode: u32) -> io::Result<()> {
    let create = || place.open(OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_EXCL);
    let mut file = match create() {
        // Left by a process of the same number that was killed: in a container that is always 1.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            place.remove()?;
            create()?
        }
        opened => opened?,
    };
    // Whatever the umask of this process is: other programs have to read what is configured.
    file.set_permissions(Permissions::from_mode(mode))?;
    file.write_all(content)?;
    file.sync_all()
}
