use std::error::Error;
use std::fmt;

use super::{
    BootError, BootId, Bootloader, BootloaderKind, CommandLine, Ledger, LedgerError, Staged,
};
use crate::plan::chain;
use crate::seam::{Host, HostPath};

/// What is known about the arguments of this boot and of the next one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BootFacts {
    /// How the arguments of the next boot are changed on this host.
    pub kind: BootloaderKind,
    /// The boot that runs.
    pub boot: BootId,
    /// What it was booted with: `/proc/cmdline`.
    pub running: CommandLine,
    /// What the next boot will be passed; `None` if that cannot be told on this host.
    pub staged: Option<Staged>,
    /// The restarts that were asked for. One that cannot be read is not an empty one: no restart
    /// may be asked for then.
    pub ledger: Result<Ledger, UnreadableLedger>,
}

/// Why the ledger could not be read, with all causes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UnreadableLedger(String);

impl From<&LedgerError> for UnreadableLedger {
    fn from(error: &LedgerError) -> Self {
        Self(chain(error as &dyn Error))
    }
}

impl fmt::Display for UnreadableLedger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Looks at the arguments of this boot and of the next one. Changes nothing, and runs no program
/// where files answer.
///
/// # Errors
///
/// [`BootError`] if the running arguments or the staged ones cannot be read. A ledger that cannot
/// be read is a fact, not an error: it matters only where a restart would be asked for.
pub fn observe(host: &dyn Host, loader: &dyn Bootloader) -> Result<BootFacts, BootError> {
    let running = host.read(&HostPath::new("proc/cmdline")).map_err(BootError::Running)?;
    Ok(BootFacts {
        kind: loader.kind(),
        boot: BootId::running(host).map_err(BootError::Running)?,
        running: CommandLine::parse(&running),
        staged: loader.staged(host)?,
        ledger: Ledger::load(host).map_err(|error| UnreadableLedger::from(&error)),
    })
}

impl serde::Serialize for BootFacts {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let staged = self.staged.as_ref();
        let mut facts = serializer.serialize_struct("BootFacts", 5)?;
        facts.serialize_field("backend", &self.kind)?;
        facts.serialize_field("running", &self.running)?;
        facts.serialize_field("staged", &staged.map(|staged| &staged.line))?;
        facts.serialize_field("stagedSource", &staged.map(|staged| &staged.source))?;
        facts.serialize_field("bootId", &self.boot)?;
        facts.end()
    }
}
