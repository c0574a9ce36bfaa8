//! The parts of a description that say who uses what.

use serde::{Deserialize, Serialize};

use crate::{PciAddress, VfIndex};

/// A process that has a VF's device open.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct HolderMachine {
    /// Its number.
    pub pid: u32,
    /// Its command name.
    pub comm: String,
    /// The PF of the VF that it holds.
    pub pf: PciAddress,
    /// The VF; without one, the PF itself.
    #[serde(default)]
    pub vf: Option<VfIndex>,
    /// What it has open.
    pub holds: Hold,
    /// When it exits by itself, counted from the beginning.
    #[serde(default)]
    pub exits_after_ms: Option<u64>,
}

/// What a process has open.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Hold {
    /// The vfio device: the VF cannot be destroyed before it is let go.
    Vfio,
    /// Only the vfio group, which keeps nobody.
    VfioGroup,
    /// The device's `/dev/infiniband/uverbsN`, with a context and a queue pair.
    Uverbs,
    /// The same file, without a context: nothing but the process tells of it.
    UverbsOpen,
}

/// Where the default route leaves.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct RouteMachine {
    /// The PF.
    pub pf: PciAddress,
    /// Its VF; without one, the PF itself.
    #[serde(default)]
    pub vf: Option<VfIndex>,
    /// IPv6 instead of IPv4.
    #[serde(default)]
    pub ipv6: bool,
}
