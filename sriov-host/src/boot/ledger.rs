use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::plan::RebootReason;
use crate::seam::{Files, FilesError, HostPath, Sysfs, SysfsError};

/// Which boot of the host this is: `/proc/sys/kernel/random/boot_id`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BootId(String);

impl BootId {
    /// The running boot.
    ///
    /// # Errors
    ///
    /// [`SysfsError`] if the kernel's file cannot be read.
    pub fn running(host: &dyn Sysfs) -> Result<Self, SysfsError> {
        host.read(&HostPath::new("proc/sys/kernel/random/boot_id")).map(Self)
    }
}

impl fmt::Display for BootId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What was asked for, and when.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RebootRecord {
    /// What was wanted.
    pub wanted: String,
    /// The boot in which a restart was asked for last.
    pub boot_id: BootId,
    /// In how many boots it was asked for.
    pub attempts: u32,
    /// What proved that the change was staged, as `/boot/grub/grub.cfg:114`.
    pub evidence: String,
}

/// The restarts that were asked for, on disk: `/var/lib/sriov/reboots.json`.
///
/// It is the memory that keeps a wish from restarting a host for ever. Several crates share it;
/// each has subjects of its own.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Ledger {
    records: BTreeMap<String, RebootRecord>,
}

/// What the ledger says about asking for a restart.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// Nobody has asked for it yet.
    Ask,
    /// It was asked for in this very boot, and has not happened yet.
    Outstanding,
    /// It was asked for, it happened as often as it may, and it did not help.
    Failed(RebootRecord),
}

/// The ledger could not be used. Without it no restart may be asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The file could not be read or replaced.
    #[error("cannot use the reboot ledger")]
    Files(#[from] FilesError),
    /// The file is not a ledger: it is not overwritten.
    #[error("{path} is not a reboot ledger: {problem}")]
    Malformed {
        /// The file.
        path: HostPath,
        /// What is wrong with it.
        problem: String,
    },
}

impl Ledger {
    /// Where it lies.
    pub fn path() -> HostPath {
        HostPath::new("var/lib/sriov/reboots.json")
    }

    /// The ledger of this host; empty if there is none yet.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] if it cannot be read: that is not an empty one.
    pub fn load(host: &dyn Files) -> Result<Self, LedgerError> {
        let path = Self::path();
        let Some(text) = host.read_file(&path)? else { return Ok(Self::default()) };
        let malformed = |error: serde_json::Error| LedgerError::Malformed {
            path: path.clone(),
            problem: error.to_string(),
        };
        serde_json::from_slice(&text).map(|records| Self { records }).map_err(malformed)
    }

    /// Whether a restart may be asked for, when `limit` boots may be tried for one wish.
    pub fn judge(&self, reason: &RebootReason, boot: &BootId, limit: u32) -> Verdict {
        match self.records.get(&reason.subject) {
            Some(record) if record.wanted != reason.wanted => Verdict::Ask,
            Some(record) if record.boot_id == *boot => Verdict::Outstanding,
            Some(record) if record.attempts >= limit => Verdict::Failed(record.clone()),
            Some(_) | None => Verdict::Ask,
        }
    }

    /// Records that a restart is asked for in this boot; whether that changed anything.
    pub fn ask(&mut self, reason: &RebootReason, boot: &BootId, evidence: &str) -> bool {
        let before = self.records.get(&reason.subject).filter(|r| r.wanted == reason.wanted);
        if before.is_some_and(|record| record.boot_id == *boot) {
            return false;
        }
        let attempts = before.map_or(0, |record| record.attempts).saturating_add(1);
        let record = RebootRecord {
            wanted: reason.wanted.clone(),
            boot_id: boot.clone(),
            attempts,
            evidence: evidence.to_owned(),
        };
        self.records.insert(reason.subject.clone(), record);
        true
    }

    /// Forgets a subject, because the host runs as wanted; whether there was something.
    pub fn settle(&mut self, subject: &str) -> bool {
        self.records.remove(subject).is_some()
    }

    /// The records, by their subject.
    pub fn records(&self) -> impl Iterator<Item = (&str, &RebootRecord)> {
        self.records.iter().map(|(subject, record)| (subject.as_str(), record))
    }

    /// Writes the ledger; removes the file if nothing is left in it.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Files`]; no restart may be asked for then.
    pub fn save(&self, host: &dyn Files) -> Result<(), LedgerError> {
        if self.records.is_empty() {
            host.remove_file(&Self::path())?;
            return Ok(());
        }
        let mut text = serde_json::to_vec_pretty(&self.records).unwrap_or_default();
        text.push(b'\n');
        Ok(host.write_file(&Self::path(), &text)?)
    }
}
