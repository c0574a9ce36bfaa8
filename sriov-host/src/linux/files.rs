#![expect(clippy::disallowed_methods, reason = "this is the seam")]

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use nix::errno::Errno as Code;
use nix::fcntl::{Flock, FlockArg, OFlag};

use super::LinuxHost;
use crate::seam::{Files, FilesError, HostPath, Lock};

/// Documents of users are smaller, and so is everything this project writes.
const MAX_BYTES: u64 = 64 << 20;

impl Files for LinuxHost {
    fn read_file(&self, path: &HostPath) -> Result<Option<Vec<u8>>, FilesError> {
        let mut bytes = Vec::new();
        let read = File::open(path.below(&self.root))
            .and_then(|file| file.take(MAX_BYTES).read_to_end(&mut bytes));
        match read {
            Ok(_) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(failed("read", path, source)),
        }
    }

    fn write_file(&self, path: &HostPath, content: &[u8]) -> Result<(), FilesError> {
        replace(&path.below(&self.root), content).map_err(|source| failed("replace", path, source))
    }

    fn remove_file(&self, path: &HostPath) -> Result<bool, FilesError> {
        let file = path.below(&self.root);
        match fs::remove_file(&file).and_then(|()| sync_folder(&file)) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(source) => Err(failed("remove", path, source)),
        }
    }

    fn list_files(&self, folder: &HostPath) -> Result<Option<Vec<String>>, FilesError> {
        match names(&folder.below(&self.root)) {
            Ok(names) => Ok(Some(names)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(failed("list", folder, source)),
        }
    }

    fn lock(&self, path: &HostPath, owner: &str) -> Result<Box<dyn Lock>, FilesError> {
        let io_failed = |source| failed("lock", path, source);
        let file = path.below(&self.root);
        make_folder(&file).map_err(io_failed)?;
        let open = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o644)
            .custom_flags(OFlag::O_NOFOLLOW.bits())
            .open(&file)
            .map_err(io_failed)?;
        match Flock::lock(open, FlockArg::LockExclusiveNonblock) {
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

/// Names that are not UTF-8 are nobody's configuration, and are left out.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries: Vec<_> = fs::read_dir(folder)?.collect::<io::Result<_>>()?;
    let mut names: Vec<String> =
        entries.into_iter().filter_map(|entry| entry.file_name().into_string().ok()).collect();
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

fn make_folder(file: &Path) -> io::Result<()> {
    let Some(folder) = file.parent() else { return Ok(()) };
    DirBuilder::new().recursive(true).mode(0o755).create(folder)
}

/// A crash leaves the old content or the new, never a part.
fn replace(file: &Path, content: &[u8]) -> io::Result<()> {
    static SERIAL: AtomicU32 = AtomicU32::new(0);
    make_folder(file)?;
    let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
    let temporary = file.with_extension(format!("{}-{serial}.tmp", std::process::id()));
    let written = write_new(&temporary, content).and_then(|()| fs::rename(&temporary, file));
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written.and_then(|()| sync_folder(file))
}

/// Only a file that did not exist: a prepared link cannot redirect the write.
fn write_new(file: &Path, content: &[u8]) -> io::Result<()> {
    let create = || OpenOptions::new().write(true).create_new(true).mode(0o644).open(file);
    let mut file = match create() {
        // Left by a process of the same number that was killed: in a container that is always 1.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::remove_file(file)?;
            create()?
        }
        opened => opened?,
    };
    file.write_all(content)?;
    file.sync_all()
}

fn sync_folder(file: &Path) -> io::Result<()> {
    file.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}
