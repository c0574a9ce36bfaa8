use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};
use std::sync::PoisonError;

use serde::{Deserialize, Serialize};

use super::host::SimHost;
use super::rule::Rule;
use crate::Errno;
use crate::decorate::Call;
use crate::seam::{Files, FilesError, HostPath, Lock};

/// The content of a file; as text where it is text, so that a saved machine can be read.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub(super) enum Content {
    Text(String),
    Bytes(Vec<u8>),
}

impl From<&[u8]> for Content {
    fn from(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Text(text.to_owned()),
            Err(_) => Self::Bytes(bytes.to_vec()),
        }
    }
}

impl Content {
    pub(super) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.clone().into_bytes(),
            Self::Bytes(bytes) => bytes.clone(),
        }
    }
}

impl Files for SimHost {
    fn read_file(&self, path: &HostPath) -> Result<Option<Vec<u8>>, FilesError> {
        let mut kernel = self.enter();
        check(kernel.fault(Call::ReadFile, &path.to_string()), "read", path)?;
        let file = kernel.files.get(path.as_str()).map(Content::bytes);
        Ok(file.or_else(|| kernel.vpd_file(path)))
    }

    fn open_file(&self, path: &HostPath) -> Result<Option<Box<dyn Read + Send>>, FilesError> {
        let mut kernel = self.enter();
        check(kernel.fault(Call::ReadFile, &path.to_string()), "open", path)?;
        let content = kernel.files.get(path.as_str()).map(Content::bytes);
        let content = content.or_else(|| kernel.vpd_file(path));
        Ok(content.map(|bytes| Box::new(Cursor::new(bytes)) as Box<dyn Read + Send>))
    }

    fn write_file(&self, path: &HostPath, content: &[u8]) -> Result<(), FilesError> {
        let mut kernel = self.enter();
        check(kernel.fault(Call::WriteFile, &path.to_string()), "replace", path)?;
        let mut stored = content.to_vec();
        if kernel.breaks(Rule::FilesReplace)
            && let Some(old) = kernel.files.get(path.as_str())
        {
            stored = [old.bytes(), stored].concat();
        }
        kernel.files.insert(path.as_str().to_owned(), Content::from(stored.as_slice()));
        drop(kernel);
        let mut durable = self.shared.durable.lock().unwrap_or_else(PoisonError::into_inner);
        durable.count += 1;
        let count = durable.count;
        // The hook may end the process or look at the machine: no lock of the machine is held.
        if let Some(hook) = &mut durable.hook {
            hook(count);
        }
        Ok(())
    }

    fn remove_file(&self, path: &HostPath) -> Result<bool, FilesError> {
        let mut kernel = self.enter();
        check(kernel.fault(Call::RemoveFile, &path.to_string()), "remove", path)?;
        Ok(kernel.files.remove(path.as_str()).is_some())
    }

    fn list_files(&self, folder: &HostPath) -> Result<Option<Vec<String>>, FilesError> {
        let mut kernel = self.enter();
        check(kernel.fault(Call::ListFiles, &folder.to_string()), "list", folder)?;
        Ok(names_in(&kernel.files, folder))
    }

    fn lock(&self, path: &HostPath, owner: &str) -> Result<Box<dyn Lock>, FilesError> {
        let mut kernel = self.enter();
        check(kernel.fault(Call::Lock, &path.to_string()), "lock", path)?;
        if let Some(owner) = kernel.locks.get(path.as_str())
            && !kernel.breaks(Rule::FilesLock)
        {
            return Err(FilesError::Locked { path: path.clone(), owner: owner.clone() });
        }
        kernel.locks.insert(path.as_str().to_owned(), owner.to_owned());
        kernel.files.insert(path.as_str().to_owned(), Content::Text(owner.to_owned()));
        drop(kernel);
        Ok(Box::new(Held { host: self.clone(), path: path.clone() }))
    }
}

/// The names in a folder; `None` if nothing is in it.
pub(super) fn names_in(
    files: &BTreeMap<String, Content>,
    folder: &HostPath,
) -> Option<Vec<String>> {
    let prefix = format!("{}/", folder.as_str());
    let inside = files.keys().filter_map(|path| path.strip_prefix(&prefix));
    let names = inside.filter_map(|path| path.split('/').next()).map(str::to_owned);
    let names: BTreeSet<String> = names.collect();
    (!names.is_empty()).then(|| names.into_iter().collect())
}

impl SimHost {
    /// Puts an ordinary file there, as somebody else on the host would: no hook hears of it.
    pub fn put_file(&self, path: &HostPath, content: &[u8]) {
        self.kernel().files.insert(path.as_str().to_owned(), Content::from(content));
    }

    /// Takes an ordinary file away, with its content; `None` if there was none.
    pub fn take_file(&self, path: &HostPath) -> Option<Vec<u8>> {
        self.kernel().files.remove(path.as_str()).map(|content| content.bytes())
    }
}

fn check(fault: Option<Errno>, operation: &'static str, path: &HostPath) -> Result<(), FilesError> {
    match fault {
        None => Ok(()),
        Some(errno) => Err(FilesError::Io { operation, path: path.clone(), source: errno.to_io() }),
    }
}

struct Held {
    host: SimHost,
    path: HostPath,
}

impl Lock for Held {}

impl Drop for Held {
    fn drop(&mut self) {
        self.host.kernel().locks.remove(self.path.as_str());
    }
}
