mod file;

use std::collections::BTreeMap;
use std::fmt;
use std::io;

use serde::{Deserialize, Serialize};

pub use file::LedgerError;

use crate::plan::RebootReason;
use crate::seam::{HostPath, Sysfs, SysfsError};

/// Which boot of the host this is: `/proc/sys/kernel/random/boot_id`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BootId(String);

impl BootId {
    /// The running boot.
    ///
    /// # Errors
    ///
    /// [`SysfsError`] if the kernel's file cannot be read, or holds no such id: boots that cannot
    /// be told apart must not be taken for one.
    pub fn running(host: &dyn Sysfs) -> Result<Self, SysfsError> {
        let path = HostPath::new("proc/sys/kernel/random/boot_id");
        let id = host.read(&path)?;
        if id.len() > 64 || id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_graphic()) {
            let source = io::Error::new(io::ErrorKind::InvalidData, "not the id of a boot");
            return Err(SysfsError::Read { path, source });
        }
        Ok(Self(id))
    }
}

impl fmt::Display for BootId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// How much of the evidence is kept, in characters.
const MAX_EVIDENCE: usize = 512;

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

impl RebootRecord {
    /// Whether a restart may be asked for in this boot to get what is wanted, when `limit` boots
    /// may be tried for one wish.
    pub fn judge(&self, wanted: &str, boot: &BootId, limit: u32) -> Verdict {
        match self {
            record if record.wanted != wanted => Verdict::Ask,
            record if record.boot_id == *boot => Verdict::Outstanding,
            record if record.attempts >= limit => Verdict::Failed(record.clone()),
            _ => Verdict::Ask,
        }
    }
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

impl Ledger {
    /// Whether a restart may be asked for, when `limit` boots may be tried for one wish.
    pub fn judge(&self, reason: &RebootReason, boot: &BootId, limit: u32) -> Verdict {
        self.record(&reason.subject)
            .map_or(Verdict::Ask, |record| record.judge(&reason.wanted, boot, limit))
    }

    /// What is remembered of a subject.
    pub fn record(&self, subject: &str) -> Option<&RebootRecord> {
        self.records.get(subject)
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
            evidence: evidence.chars().take(MAX_EVIDENCE).collect(),
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
}
