//! The card and what it remembers between two calls.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use nix::fcntl::{Flock, FlockArg};
use serde::{Deserialize, Serialize};
use sriov_host::linux::LinuxHost;
use sriov_host::seam::{Files, HostPath};
use sriov_host::sim::{CardMachine, SimCard};

use crate::failure::Failure;

/// The card, for as long as no other call has it.
pub(crate) struct Store {
    memory: PathBuf,
    kept: Kept,
    _lock: Flock<File>,
}

/// What is kept in a file beside the description.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    /// The description that the card was made from.
    described: String,
    card: SimCard,
}

impl Store {
    /// Waits until no other call has the card, and takes it.
    ///
    /// A description that has changed counts from then on; the memory stays.
    pub(crate) fn open(description: &str) -> Result<Self, Failure> {
        let memory = PathBuf::from(format!("{description}.nvram.json"));
        let lock = locked(&format!("{description}.nvram.lock"))?;
        let text = read(Path::new(description))?
            .ok_or_else(|| Failure::file("read", description, io::ErrorKind::NotFound.into()))?;
        let machine =
            CardMachine::from_yaml(&text).map_err(|error| Failure::content(description, &error))?;
        let kept = match read(&memory)? {
            None => Kept { described: text, card: SimCard::new(machine) },
            Some(json) => {
                let mut kept: Kept = serde_json::from_str(&json)
                    .map_err(|error| Failure::content(&memory.to_string_lossy(), &error))?;
                if kept.described != text {
                    kept.described = text;
                    *kept.card.machine_mut() = machine;
                }
                kept
            }
        };
        Ok(Self { memory, kept, _lock: lock })
    }

    pub(crate) const fn card_mut(&mut self) -> &mut SimCard {
        &mut self.kept.card
    }

    /// Replaces the memory as a whole, and lets the next call have the card.
    pub(crate) fn save(self) -> Result<(), Failure> {
        let shown = self.memory.to_string_lossy();
        let json =
            serde_json::to_vec(&self.kept).map_err(|error| Failure::content(&shown, &error))?;
        let (host, name) = place(&self.memory);
        let written = host.write_file(&name, &json);
        written.map_err(|error| Failure::file("write", &shown, io::Error::other(error)))
    }
}

fn read(path: &Path) -> Result<Option<String>, Failure> {
    let shown = path.to_string_lossy();
    let (host, name) = place(path);
    let bytes = host.read_file(&name);
    let bytes = bytes.map_err(|error| Failure::file("read", &shown, io::Error::other(error)))?;
    let text = bytes.map(String::from_utf8).transpose();
    text.map_err(|error| Failure::content(&shown, &error))
}

/// The folder as a host of its own, and the file in it.
fn place(path: &Path) -> (LinuxHost, HostPath) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    (LinuxHost::below(folder.unwrap_or(Path::new("."))), HostPath::new(&name))
}

#[expect(clippy::disallowed_methods, reason = "the seam's lock does not wait for others")]
fn locked(path: &str) -> Result<Flock<File>, Failure> {
    let mut options = OpenOptions::new();
    let file = options.read(true).write(true).create(true).truncate(false).open(path);
    let file = file.map_err(|source| Failure::file("open", path, source))?;
    Flock::lock(file, FlockArg::LockExclusive)
        .map_err(|(_, code)| Failure::file("lock", path, code.into()))
}
