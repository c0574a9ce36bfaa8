//! What the planner knows of a card.

use sriov_host::boot::{BootId, RebootRecord, Verdict};

use crate::backend::BackendKind;
use crate::card::Card;
use crate::param::Reading;

/// A card as it was observed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CardFacts {
    /// The card, with what sysfs says of its ports.
    pub card: Card,
    /// What its firmware says.
    pub firmware: Firmware,
    /// Whether the kernel lets programs reach the card's registers.
    pub lockdown: Lockdown,
    /// How new values can be loaded without a restart of the host.
    pub reset: ResetAbility,
    /// What more than this the card cannot do.
    pub limits: Limits,
    /// What is remembered of earlier restarts for this card.
    pub history: History,
}

/// What is known of the firmware's parameters.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Firmware {
    /// Nobody asked, because what sysfs says is enough.
    NotAsked,
    /// It answered.
    Read {
        /// Which way it was asked.
        backend: BackendKind,
        /// The answer.
        reading: Reading,
    },
    /// It could not be asked.
    Unreadable {
        /// Why, with all causes.
        message: String,
        /// The stable error code.
        code: &'static str,
    },
}

impl Firmware {
    /// The answer, if there is one.
    pub const fn reading(&self) -> Option<&Reading> {
        match self {
            Self::Read { reading, .. } => Some(reading),
            Self::NotAsked | Self::Unreadable { .. } => None,
        }
    }

    /// Which way the firmware was asked.
    pub const fn backend(&self) -> Option<BackendKind> {
        match self {
            Self::Read { backend, .. } => Some(*backend),
            Self::NotAsked | Self::Unreadable { .. } => None,
        }
    }
}

/// Kernel lockdown, as `/sys/kernel/security/lockdown` has it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Lockdown {
    /// Registers can be reached.
    Off,
    /// `integrity` or `confidentiality`: no program reaches them. sysfs and devlink work.
    On(String),
    /// The file cannot be read, as where securityfs is not mounted.
    Unknown,
}

/// Whether a firmware reset loads new values.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ResetAbility {
    /// It is known to, by a reset that stops all ports of the card.
    Possible,
    /// It does not, or nobody can tell.
    Unknown,
}

/// Limits of a card that its parameters do not tell; `None` where nobody knows one.
///
/// The firmware has the last word in any case: what it rejects is an error with its maximum.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Limits {
    /// VFs of one PF.
    pub max_vfs_per_pf: Option<u16>,
    /// MSI-X vectors of all functions together.
    pub max_total_msix: Option<u64>,
    /// The memory of all VF BARs of one PF, in MiB.
    pub max_vf_bar_mib: Option<u64>,
}

/// What is remembered of earlier restarts for a card.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum History {
    /// None was asked for.
    #[default]
    Fresh,
    /// One was asked for.
    Asked {
        /// What was wanted then, and how often it was tried.
        record: RebootRecord,
        /// The boot that the host runs in now.
        boot: BootId,
    },
    /// The memory cannot be read: none may be asked for.
    Unreadable(String),
}

impl History {
    /// Whether a restart may be asked for to get what is wanted, when `limit` boots may be tried.
    ///
    /// # Errors
    ///
    /// Why nobody can tell, if the memory cannot be read.
    pub fn judge(&self, wanted: &str, limit: u32) -> Result<Verdict, &str> {
        match self {
            Self::Fresh => Ok(Verdict::Ask),
            Self::Asked { record, boot } => Ok(record.judge(wanted, boot, limit)),
            Self::Unreadable(problem) => Err(problem),
        }
    }
}
