use std::fmt;

use serde::{Serialize, Serializer};
use sriov_host::PciAddress;
use sriov_host::plan::RebootReason;

use super::desired::DesiredHash;
use crate::apply::NicError;
use crate::card::CardId;
use crate::param::Assignments;

/// What a first-boot run came to.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "cards may have failed, and a restart may be needed"]
pub struct ProvisionReport {
    /// Which wish it was about.
    pub desired: DesiredHash,
    /// All in all.
    pub outcome: ProvisionOutcome,
    /// The cards that the wish selects, in the order of their first PF.
    pub cards: Vec<CardReport>,
    /// What the running firmware lacks until a restart.
    pub reboot_reasons: Vec<RebootReason>,
    /// A restart of the host that the document tells to be done, and that is remembered already;
    /// for [`restart`](super::restart).
    #[serde(skip)]
    pub reboot: Option<RebootRequest>,
    /// What a reader should know besides.
    pub notes: Vec<String>,
}

/// What a run came to, all in all: the most urgent of its cards.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ProvisionOutcome {
    /// The kernel command line has `sriov-mlx.provision=off`: nothing was looked at.
    SwitchedOff,
    /// The host has no card that the wish selects.
    NoMatchingDevice,
    /// All cards run as wanted.
    Converged,
    /// A dry run found something to do.
    Planned,
    /// A restart that was asked for earlier in this boot is outstanding.
    RebootPending,
    /// A restart is needed; it was asked for in this run.
    RebootRequired,
    /// Power has to be cut; a restart does not help.
    PowerCycleRequired,
    /// A card could not be made as wanted; the others were.
    PartlyFailed,
    /// No card could be made as wanted; or a restart is needed, and the document calls that a
    /// failure.
    Failed,
}

impl fmt::Display for ProvisionOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::SwitchedOff => "switched-off",
            Self::NoMatchingDevice => "no-matching-device",
            Self::Converged => "converged",
            Self::Planned => "planned",
            Self::RebootPending => "reboot-pending",
            Self::RebootRequired => "reboot-required",
            Self::PowerCycleRequired => "power-cycle-required",
            Self::PartlyFailed => "partly-failed",
            Self::Failed => "failed",
        })
    }
}

impl Serialize for ProvisionOutcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What became of one card.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CardReport {
    /// The card.
    pub id: CardId,
    /// Its PFs.
    pub devices: Vec<PciAddress>,
    /// What became of it.
    pub outcome: CardOutcome,
    /// How many restarts were asked for it, for this wish.
    pub attempts: u32,
    /// What was written, or would be in a dry run.
    pub set: Assignments,
    /// Why, on one line.
    pub reason: Option<String>,
    /// What the firmware said, a line for each parameter that is wanted; for cards that failed.
    pub rows: Vec<String>,
    /// Why it failed.
    #[serde(serialize_with = "on_one_line")]
    pub error: Option<NicError>,
    /// What did not go as it should, and is no failure.
    pub warnings: Vec<String>,
}

#[expect(clippy::ref_option, reason = "serde calls it with a reference to the field")]
fn on_one_line<S: Serializer>(error: &Option<NicError>, serializer: S) -> Result<S::Ok, S::Error> {
    error.as_ref().map(|error| sriov_host::plan::chain(error)).serialize(serializer)
}

/// What became of a card.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum CardOutcome {
    /// It runs as wanted, and nothing was done.
    Satisfied,
    /// It was written earlier, and runs as wanted now.
    Verified,
    /// It runs as wanted; the values of its next boot were written.
    Written,
    /// It would be written.
    Planned,
    /// It has what is wanted, and has to be loaded by a restart, asked for in this run.
    RebootRequired,
    /// As above, asked for earlier in this boot.
    RebootPending,
    /// It has what is wanted, and only a loss of power loads it.
    PowerCycleRequired,
    /// Nothing was done with it, for the reason that is told.
    Blocked,
    /// It was tried and failed.
    Failed,
    /// Restarts did not help. None is asked for any more.
    GivenUp,
}

impl CardOutcome {
    /// Whether the card is neither as wanted nor on its way.
    pub const fn is_failure(self) -> bool {
        matches!(self, Self::Blocked | Self::Failed | Self::GivenUp)
    }
}

impl fmt::Display for CardOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Satisfied => "satisfied",
            Self::Verified => "verified",
            Self::Written => "written",
            Self::Planned => "planned",
            Self::RebootRequired => "reboot-required",
            Self::RebootPending => "reboot-pending",
            Self::PowerCycleRequired => "power-cycle-required",
            Self::Blocked => "blocked",
            Self::Failed => "failed",
            Self::GivenUp => "given-up",
        })
    }
}

impl Serialize for CardOutcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A restart that is remembered on disk, so that it cannot be asked for without end.
///
/// Only [`provision`](fn@super::provision) makes one, behind the durable write.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RebootRequest(());

impl RebootRequest {
    pub(super) const fn recorded() -> Self {
        Self(())
    }
}
