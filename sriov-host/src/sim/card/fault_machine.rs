//! The parts of a card's description that say what it refuses and how it misbehaves.

use serde::{Deserialize, Serialize};

/// What the firmware refuses; what is left out has the usual limit.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct LimitsMachine {
    /// The largest `NUM_OF_VFS`, and the largest `PF_NUM_OF_VF`.
    pub max_vfs: Option<u32>,
    /// MSI-X vectors of all functions together.
    pub max_total_msix: Option<u64>,
    /// The memory of all VF BARs of one PF, in MiB.
    pub max_vf_bar_mib: Option<u64>,
}

/// How long calls of the tool take, in milliseconds.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct TimingMachine {
    /// A query of everything. The default was seen on a ConnectX-6 Dx.
    pub full_query_ms: u64,
    /// A query of named parameters.
    pub selective_query_ms: u64,
    /// A `set`, or a `reset` of the configuration.
    pub set_ms: u64,
    /// A firmware reset.
    pub reset_ms: u64,
}

impl Default for TimingMachine {
    fn default() -> Self {
        Self { full_query_ms: 13_300, selective_query_ms: 1_440, set_ms: 2_000, reset_ms: 12_000 }
    }
}

/// How the processors of a `BlueField` and the host share the card.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum BlueFieldMachine {
    /// The processors own the card.
    Dpu,
    /// The host owns it, and the processors are idle.
    Nic,
    /// Both are hosts, side by side.
    SeparatedHost,
    /// As `dpu`, and the host may only read.
    Restricted,
}

/// Kernel lockdown.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum LockdownMachine {
    /// The kernel lets programs reach the registers of devices.
    #[default]
    None,
    /// It does not.
    Integrity,
    /// It does not, and keeps its secrets as well.
    Confidentiality,
    /// securityfs is not mounted: nobody can tell. Registers can be reached.
    Absent,
}

impl LockdownMachine {
    /// Whether the kernel keeps programs from registers.
    pub(in crate::sim) const fn blocks(self) -> bool {
        matches!(self, Self::Integrity | Self::Confidentiality)
    }

    /// `/sys/kernel/security/lockdown`; `None` if it is not there.
    pub(in crate::sim) const fn file(self) -> Option<&'static str> {
        match self {
            Self::None => Some("[none] integrity confidentiality"),
            Self::Integrity => Some("none [integrity] confidentiality"),
            Self::Confidentiality => Some("none integrity [confidentiality]"),
            Self::Absent => None,
        }
    }
}
