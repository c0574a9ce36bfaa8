//! The ledger on disk.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Ledger, RebootRecord};
use crate::seam::{Files, FilesError, HostPath};

/// The one version there is.
const VERSION: u32 = 1;

/// Thousands of records; a file beyond it is not ours.
const MAX_BYTES: usize = 1 << 20;

/// The ledger could not be used. Without it no restart may be asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The file could not be read or replaced, or somebody else changes it just now.
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
    /// More is remembered than the file may hold.
    #[error("the reboot ledger would take {bytes} bytes, and may take {MAX_BYTES}")]
    Full {
        /// What it would take.
        bytes: usize,
    },
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wire {
    version: u32,
    reboots: BTreeMap<String, RebootRecord>,
}

/// Read before the rest, so that a newer file is called newer, and not damaged.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

impl Ledger {
    /// Where it lies.
    pub fn path() -> HostPath {
        HostPath::new("var/lib/sriov/reboots.json")
    }

    /// What [`update`](Self::update) locks.
    pub fn lock_path() -> HostPath {
        HostPath::new("run/sriov/reboots.lock")
    }

    /// The ledger of this host; empty if there is none yet.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] if it cannot be read: that is not an empty one.
    pub fn load(host: &dyn Files) -> Result<Self, LedgerError> {
        let text = host.read_file(&Self::path())?;
        text.map_or_else(|| Ok(Self::default()), |text| Self::parse(&text))
    }

    fn parse(text: &[u8]) -> Result<Self, LedgerError> {
        let malformed = |problem| LedgerError::Malformed { path: Self::path(), problem };
        if text.len() > MAX_BYTES {
            return Err(malformed(format!("it has {} bytes", text.len())));
        }
        let invalid = |error: serde_json::Error| malformed(error.to_string());
        let Version { version } = serde_json::from_slice(text).map_err(invalid)?;
        if version != VERSION {
            return Err(malformed(format!("version {version} is not known")));
        }
        let Wire { reboots, .. } = serde_json::from_slice(text).map_err(invalid)?;
        Ok(Self { records: reboots })
    }

    /// Changes the ledger of this host under its lock, and saves it if that changed something;
    /// whether it did. For several writers: what others remembered meanwhile stays.
    ///
    /// # Errors
    ///
    /// [`LedgerError`]; no restart may be asked for then. [`FilesError::Locked`] passes by itself:
    /// the lock is held for the time of one write only.
    pub fn update(
        host: &dyn Files,
        owner: &str,
        change: impl FnOnce(&mut Self),
    ) -> Result<bool, LedgerError> {
        let _lock = host.lock(&Self::lock_path(), owner)?;
        let before = Self::load(host)?;
        let mut after = before.clone();
        change(&mut after);
        if after == before {
            return Ok(false);
        }
        after.save(host).map(|()| true)
    }

    /// Writes the ledger; removes the file if nothing is left in it. Without a difference nothing
    /// is written.
    ///
    /// # Errors
    ///
    /// [`LedgerError`]; no restart may be asked for then. What is there and is not a ledger stays.
    pub fn save(&self, host: &dyn Files) -> Result<(), LedgerError> {
        if Self::load(host)? == *self {
            return Ok(());
        }
        if self.records.is_empty() {
            host.remove_file(&Self::path())?;
            return Ok(());
        }
        let wire = Wire { version: VERSION, reboots: self.records.clone() };
        let mut text = serde_json::to_vec_pretty(&wire).map_err(|error| {
            LedgerError::Malformed { path: Self::path(), problem: error.to_string() }
        })?;
        text.push(b'\n');
        if text.len() > MAX_BYTES {
            return Err(LedgerError::Full { bytes: text.len() });
        }
        Ok(host.write_file(&Self::path(), &text)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"version":1,"reboots":{"kernel argument iommu=pt":
        {"wanted":"set","bootId":"b-1","attempts":1,"evidence":"/boot/grub/grub.cfg:114"}}}"#;

    #[test]
    fn what_is_not_a_ledger_is_not_read_as_one() {
        let records = |text: &str| Ledger::parse(text.as_bytes()).map(|l| l.records().count());
        assert_eq!(records(GOOD).unwrap(), 1);
        assert_eq!(records(r#"{"version":1,"reboots":{}}"#).unwrap(), 0);
        for text in [
            "",
            "{}",
            "null",
            "garbage",
            "\0\0\0\0",
            r#"{"version":1}"#,
            r#"{"reboots":{}}"#,
            GOOD.strip_suffix('}').unwrap(),
            &format!("{GOOD}x"),
            &GOOD.replace("\"attempts\":1", "\"attempts\":-1"),
            &GOOD.replace("\"attempts\":1", "\"attempts\":1,\"attempts\":2"),
            &GOOD.replace("\"attempts\"", "\"tries\""),
            &GOOD.replace("\"reboots\"", "\"other\":1,\"reboots\""),
            &format!("{GOOD}{}", " ".repeat(MAX_BYTES)),
        ] {
            let error = Ledger::parse(text.as_bytes()).unwrap_err().to_string();
            assert!(error.contains("/var/lib/sriov/reboots.json is not"), "{error}");
        }
        let newer = GOOD.replace("\"version\":1", "\"version\":2,\"more\":true");
        let error = Ledger::parse(newer.as_bytes()).unwrap_err().to_string();
        assert!(error.ends_with("version 2 is not known"), "{error}");
    }
}
