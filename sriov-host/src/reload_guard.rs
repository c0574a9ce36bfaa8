//! Files that keep drivers from being loaded while a reload is under way, and what is left of them
//! after a crash.
//!
//! A driver reload blacklists the drivers that it unloads, so that udev does not load them again
//! half-way. A file for that in `/run/modprobe.d` ends with the boot. One in `/etc/modprobe.d`
//! outlives a crash, and the next boot would come up without its network cards; so such a file says
//! in its head whose it is and in which boot it was written:
//!
//! ```text
//! # sriov-transaction: 7d0a3c1e-5f0e-4c39-9d0f-1f6d5a1b2c3d
//! # sriov-boot-id: 0b9d8e6c-2f1a-4b7e-8c1d-3a5b7c9d1e2f
//! blacklist mlx5_ib
//! blacklist mlx5_core
//! ```
//!
//! The head is the unbroken run of `#` lines at the beginning; each of the two lines stands in it
//! exactly once, and other comments may stand beside them. Behind it there is nothing but
//! `blacklist` and `install` statements. [`release`] runs before any driver is loaded, by
//! `sriov-host-guard.service`, and removes the files of earlier boots. It reads `/etc/modprobe.d`
//! and the boot id, and needs neither `/var` nor `/run`.
//!
//! ```
//! use sriov_host::boot::BootId;
//! use sriov_host::reload_guard::{head, release};
//! use sriov_host::seam::{Files, HostPath};
//! use sriov_host::sim::SimHost;
//!
//! let host = SimHost::with_igb_pair();
//! let text = head("7d0a3c1e-5f0e-4c39-9d0f-1f6d5a1b2c3d", &BootId::running(&host)?) + "blacklist igb\n";
//! let path = HostPath::new("etc/modprobe.d/reload.conf");
//! host.write_file(&path, text.as_bytes())?;
//! assert!(release(&host)?.removed.is_empty(), "the reload may still be under way");
//! host.reboot();
//! assert_eq!(release(&host)?.removed, [path]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;

use crate::boot::BootId;
use crate::codes;
use crate::modprobe::{Statement, parse};
use crate::seam::{FilesError, Host, HostPath, SysfsError};

/// The key of the line that says which reload a file belongs to.
pub const TRANSACTION: &str = "sriov-transaction";

/// The key of the line that says in which boot a file was written.
pub const BOOT_ID: &str = "sriov-boot-id";

/// Where files outlive a crash and are searched.
const FOLDER: &str = "etc/modprobe.d";

/// A blacklist is a few lines; what is larger is somebody else's, and is not parsed.
const MAX_BYTES: usize = 64 << 10;

/// The head of a file that belongs to a reload of this boot.
pub fn head(transaction: &str, boot: &BootId) -> String {
    format!("# {TRANSACTION}: {transaction}\n# {BOOT_ID}: {boot}\n")
}

/// What a file of modprobe's configuration is to this guard.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Leftover {
    /// Nothing: it carries no transaction.
    Foreign,
    /// It belongs to a reload of the running boot, which may be under way.
    Current {
        /// Which reload.
        transaction: String,
    },
    /// It belongs to a reload of an earlier boot, which is over.
    Stale {
        /// Which reload.
        transaction: String,
    },
    /// It carries a transaction, and yet is not what a reload writes: it stays.
    Doubtful {
        /// What is wrong with it.
        problem: String,
    },
}

/// Judges a file by its content: pure.
pub fn judge(content: &[u8], running: &BootId) -> Leftover {
    // A head that goes wrong before its first line of ours is no head of ours.
    let text = String::from_utf8_lossy(content.get(..MAX_BYTES).unwrap_or(content));
    let comments = || text.lines().map_while(|line| line.strip_prefix('#')).map(str::trim);
    let values = |key: &str| -> Vec<String> {
        let value = |line: &str| Some(line.strip_prefix(key)?.strip_prefix(':')?.trim().to_owned());
        comments().filter_map(value).collect()
    };
    let (transactions, boots) = (values(TRANSACTION), values(BOOT_ID));
    let doubtful = |problem: &str| Leftover::Doubtful { problem: problem.to_owned() };
    let transaction = match transactions.as_slice() {
        [] => return Leftover::Foreign,
        [transaction] => transaction.clone(),
        _ => return doubtful("it names more than one transaction"),
    };
    let [boot] = boots.as_slice() else {
        return doubtful("it does not name exactly one boot");
    };
    if !is_uuid(&transaction) || !is_uuid(boot) {
        return doubtful("its transaction or its boot is not a UUID");
    }
    if content.len() > MAX_BYTES {
        return doubtful("it is larger than any blacklist");
    }
    let blocks = |statement: &Statement| {
        use Statement::{Blacklist, Comment, Install};
        matches!(statement, Comment(_) | Blacklist { .. } | Install { .. })
    };
    if !parse(content).iter().all(|line| blocks(&line.statement)) {
        return doubtful("it does more than to keep drivers from being loaded");
    }
    if *boot == running.to_string() {
        Leftover::Current { transaction }
    } else {
        Leftover::Stale { transaction }
    }
}

fn is_uuid(text: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.split('-').all(digits)
}

/// What became of the files of reloads.
#[derive(Debug, Default)]
#[must_use = "files may have stayed"]
pub struct Released {
    /// Removed: they belonged to earlier boots.
    pub removed: Vec<HostPath>,
    /// Left: they belong to a reload of this boot.
    pub current: Vec<HostPath>,
    /// Left, although they carry a transaction, and why.
    pub doubtful: Vec<(HostPath, String)>,
    /// Could not be read or removed.
    pub failed: Vec<FilesError>,
}

impl Released {
    /// Whether something stayed that a person should look at.
    pub const fn is_clean(&self) -> bool {
        self.doubtful.is_empty() && self.failed.is_empty()
    }
}

impl fmt::Display for Released {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for path in &self.removed {
            writeln!(f, "{path}: removed, it was left by a driver reload of an earlier boot")?;
        }
        for path in &self.current {
            writeln!(f, "{path}: left, a driver reload of this boot may be under way")?;
        }
        for (path, problem) in &self.doubtful {
            writeln!(f, "{path}: left, {problem}")?;
        }
        Ok(())
    }
}

/// The guard could not begin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GuardError {
    /// The kernel did not tell which boot this is.
    #[error("cannot tell which boot this is")]
    Boot(#[from] SysfsError),
    /// The folder could not be listed.
    #[error("cannot look for leftovers of driver reloads")]
    Files(#[from] FilesError),
}

impl GuardError {
    /// The stable error code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Boot(_) => codes::STATE_UNREADABLE.id,
            Self::Files(_) => codes::FILE_ACCESS_FAILED.id,
        }
    }
}

/// Removes blacklists that reloads of earlier boots left in `/etc/modprobe.d`, and touches nothing
/// else.
///
/// A file that cannot be read or removed keeps no other one from being removed.
///
/// # Errors
///
/// [`GuardError`] if the boot or the folder cannot be read; nothing is removed then.
pub fn release(host: &dyn Host) -> Result<Released, GuardError> {
    walk(host, |path| host.remove_file(path).map(drop))
}

/// What [`release`] would do: nothing is removed.
///
/// # Errors
///
/// As [`release`].
pub fn leftovers(host: &dyn Host) -> Result<Released, GuardError> {
    walk(host, |_| Ok(()))
}

fn walk(
    host: &dyn Host,
    remove: impl Fn(&HostPath) -> Result<(), FilesError>,
) -> Result<Released, GuardError> {
    let running = BootId::running(host)?;
    let folder = HostPath::new(FOLDER);
    let names = host.list_files(&folder)?.unwrap_or_default();
    let mut released = Released::default();
    // As modprobe does: only these names count.
    for name in names.iter().filter_map(|name| name.strip_suffix(".conf")) {
        let path = folder.join(format!("{name}.conf"));
        if let Err(error) = released.look_at(host, path, &running, &remove) {
            released.failed.push(error);
        }
    }
    Ok(released)
}

impl Released {
    fn look_at(
        &mut self,
        host: &dyn Host,
        path: HostPath,
        running: &BootId,
        remove: &impl Fn(&HostPath) -> Result<(), FilesError>,
    ) -> Result<(), FilesError> {
        let content = host.read_file(&path)?.unwrap_or_default();
        match judge(&content, running) {
            Leftover::Foreign => {}
            Leftover::Current { .. } => self.current.push(path),
            Leftover::Doubtful { problem } => self.doubtful.push((path, problem)),
            Leftover::Stale { transaction } => {
                remove(&path)?;
                tracing::info!(%path, transaction, "leftover of a driver reload removed");
                self.removed.push(path);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TX: &str = "7d0a3c1e-5f0e-4c39-9d0f-1f6d5a1b2c3d";
    const BEFORE: &str = "0b9d8e6c-2f1a-4b7e-8c1d-3a5b7c9d1e2f";
    const NOW: &str = "11111111-2222-4333-8444-555555555555";

    fn boot(id: &str) -> BootId {
        serde_json::from_value(id.into()).unwrap()
    }

    fn judged(content: &str) -> Leftover {
        judge(content.as_bytes(), &boot(NOW))
    }

    #[test]
    fn only_a_blacklist_of_an_earlier_boot_is_stale() {
        let good = head(TX, &boot(BEFORE)) + "blacklist mlx5_core\ninstall mlx5_ib /bin/false\n";
        let transaction = TX.to_owned();
        assert_eq!(judged(&good), Leftover::Stale { transaction: transaction.clone() });
        let commented = format!("# Written by a reload.\n{good}# The end.\n");
        assert_eq!(judged(&commented), Leftover::Stale { transaction: transaction.clone() });
        assert_eq!(judged(&good.replace(BEFORE, NOW)), Leftover::Current { transaction });
    }

    #[test]
    fn what_is_not_ours_is_not_touched() {
        let good = head(TX, &boot(BEFORE)) + "blacklist mlx5_core\n";
        for foreign in [
            "",
            "blacklist nouveau\n",
            "# sriov\nblacklist mlx5_core\n",
            // Not in the head, or another key.
            &format!("\n{good}"),
            &format!("blacklist a\n{good}"),
            &good.replace("sriov-transaction:", "sriov-transactions:"),
            &good.replace("# sriov-transaction", "#- sriov-transaction"),
        ] {
            assert_eq!(judged(foreign), Leftover::Foreign, "{foreign}");
        }
        assert_eq!(judge(b"\xff\xfe\0", &boot(NOW)), Leftover::Foreign);
    }

    #[test]
    fn what_a_reload_would_not_write_stays() {
        let good = head(TX, &boot(BEFORE)) + "blacklist mlx5_core\n";
        for doubtful in [
            good.replace(TX, "one"),
            good.replace(BEFORE, "yesterday"),
            good.replace(BEFORE, ""),
            good.replace(&format!("# sriov-boot-id: {BEFORE}\n"), ""),
            head(TX, &boot(BEFORE)) + &good,
            good.clone() + "options mlx5_core prof_sel=3\n",
            good.clone() + "blacklist mlx5_core \\\n options x y=1\nsoftdep a pre: b\n",
            good.clone() + &"# filler\n".repeat(MAX_BYTES),
        ] {
            assert!(matches!(judged(&doubtful), Leftover::Doubtful { .. }), "{doubtful:.200}");
        }
    }
}
