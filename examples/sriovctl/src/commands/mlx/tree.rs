//! Files below a folder of the user's, as an image or a host's root. Its own links are followed
//! inside of it, and lead nowhere else.
#![expect(clippy::disallowed_methods, reason = "the user's own folder, not the host's")]

use std::fmt;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};
use sriov_host::codes;
use sriov_host::linux::LinuxHost;
use sriov_host::seam::{Files, FilesError, HostPath};
use sriov_mlx::generate::GeneratedFile;

use crate::failure::Failure;
use crate::status::Status;

pub(super) struct Tree {
    folder: PathBuf,
    files: LinuxHost,
}

/// How a file compares, or what became of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum State {
    Missing,
    Differs,
    Same,
    Created,
    Changed,
    Unchanged,
}

impl Tree {
    pub(super) fn at(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), files: LinuxHost::below(folder) }
    }

    pub(super) fn read(&self, path: &HostPath) -> Result<Option<Vec<u8>>, Failure> {
        if !self.folder.exists() {
            return Ok(None);
        }
        Ok(self.files.read_file(path)?)
    }

    pub(super) fn compare(&self, file: &GeneratedFile) -> Result<State, Failure> {
        Ok(match self.read(&file.path)? {
            None => State::Missing,
            Some(found) if found != file.content.as_bytes() => State::Differs,
            Some(_) if self.mode(&file.path)? != file.mode => State::Differs,
            Some(_) => State::Same,
        })
    }

    /// Writes a file unless it is there already.
    pub(super) fn write(&self, file: &GeneratedFile, before: State) -> Result<State, Failure> {
        if before == State::Same {
            return Ok(State::Unchanged);
        }
        fs::create_dir_all(&self.folder).map_err(|error| self.failed(&error))?;
        self.files.write_file(&file.path, file.content.as_bytes())?;
        if self.mode(&file.path)? != file.mode {
            let path = self.place(&file.path)?;
            let mode = fs::Permissions::from_mode(file.mode);
            fs::set_permissions(path, mode).map_err(|error| self.failed(&error))?;
        }
        Ok(if before == State::Missing { State::Created } else { State::Changed })
    }

    fn mode(&self, path: &HostPath) -> Result<u32, Failure> {
        let metadata = self.place(path)?.metadata().map_err(|error| self.failed(&error))?;
        Ok(metadata.permissions().mode() & 0o7777)
    }

    /// Where a file lies that is there. A link that leads out of the folder for this process,
    /// though not for the machine that the folder is for, is not followed.
    fn place(&self, path: &HostPath) -> Result<PathBuf, Failure> {
        let canonical = |path: &Path| path.canonicalize().map_err(|error| self.failed(&error));
        let (folder, place) = (canonical(&self.folder)?, canonical(&path.below(&self.folder))?);
        if place.starts_with(&folder) {
            return Ok(place);
        }
        let message = format!("a link in {} leads out of it", self.folder.display());
        Err(Failure::new(Status::Failure, codes::FILE_ACCESS_FAILED.id, message)
            .caused_by(vec![format!("{path} is {}", place.display())]))
    }

    fn failed(&self, error: &std::io::Error) -> Failure {
        let message = format!("cannot use {}", self.folder.display());
        Failure::new(Status::Failure, codes::FILE_ACCESS_FAILED.id, message)
            .caused_by(vec![error.to_string()])
    }
}

impl From<FilesError> for Failure {
    fn from(error: FilesError) -> Self {
        Self::of(Status::Failure, codes::FILE_ACCESS_FAILED.id, &error)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Missing => "missing",
            Self::Differs => "differs",
            Self::Same => "same",
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Unchanged => "unchanged",
        })
    }
}

impl Serialize for State {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
