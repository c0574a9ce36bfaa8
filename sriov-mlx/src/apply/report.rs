use std::time::Duration;

use serde::ser::{Serialize, SerializeStruct, Serializer};
use sriov_host::plan::{Blocker, Disruption, Outcome, RebootReason, chain};

use super::error::{LedgerFault, NicError};
use super::outstanding::Outstanding;
use crate::output::Closing;
use crate::plan::{NicAction, NicPlan};

/// What became of a plan.
#[derive(Debug, Default)]
#[must_use = "cards may have failed, or a restart may be needed"]
pub struct FirmwareApplied {
    /// The cards, as they were planned, and what became of each.
    pub nics: Vec<NicReport>,
    /// The restarts that are needed now, each of them in the ledger. One whose
    /// [`outstanding`](NicReport::outstanding) is a reset needs none, if somebody resets it.
    pub reboot_reasons: Vec<RebootReason>,
    /// The ledger could not be used: no restart is asked for.
    pub ledger_error: Option<LedgerFault>,
    /// Wishes that no card was found for.
    pub blockers: Vec<Blocker>,
    /// What a reader should know besides.
    pub notes: Vec<String>,
}

/// What became of one card.
#[derive(Debug)]
pub struct NicReport {
    /// The card, as it was planned.
    pub planned: NicPlan,
    /// What became of the write. `Skipped`: nothing was to be written, or it was in place already;
    /// `NotRun`: it was refused, or something stands in the way.
    pub outcome: Outcome,
    /// What it takes all in all, as far as that is known now; the tool's closing line may ask for
    /// more than was planned.
    pub action: NicAction,
    /// What is still needed before the card runs as wanted.
    pub outstanding: Option<Outstanding>,
    /// What the tool said after the write; `None` if nothing was written.
    pub closing: Option<Closing>,
    /// The VFs that were removed for a firmware reset, of all PFs together.
    pub removed_vfs: u32,
    /// How long it took.
    pub elapsed: Duration,
    /// Why it failed or was not tried.
    pub error: Option<NicError>,
    /// What did not go as it should, and is no failure of the write.
    pub warnings: Vec<String>,
    /// What proves that its values wait for a restart.
    pub(super) evidence: String,
}

impl NicReport {
    /// A card that nothing was done with.
    pub(super) fn untouched(planned: &NicPlan, outcome: Outcome) -> Self {
        Self {
            planned: planned.clone(),
            outcome,
            action: planned.action,
            outstanding: None,
            closing: None,
            removed_vfs: 0,
            elapsed: Duration::ZERO,
            error: None,
            warnings: Vec::new(),
            evidence: String::new(),
        }
    }

    /// Whether something stands in the way of the card, so that nothing was tried.
    pub fn is_blocked(&self) -> bool {
        self.planned.action == NicAction::Blocked
    }

    /// The worst that was done, and what is still needed does.
    pub fn disruption(&self) -> Disruption {
        let removed = if self.removed_vfs > 0 { Disruption::Nic } else { Disruption::None };
        let needed = self.outstanding.map(Outstanding::disruption).unwrap_or_default();
        let tried = matches!(self.outcome, Outcome::Done | Outcome::Skipped);
        let done = if tried { self.action.disruption() } else { Disruption::None };
        removed.max(needed).max(done)
    }
}

impl FirmwareApplied {
    /// How many cards ended this way.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.nics.iter().filter(|nic| nic.outcome == outcome).count()
    }

    /// The errors of the cards that failed or were refused.
    pub fn errors(&self) -> impl Iterator<Item = (&NicReport, &NicError)> {
        self.nics.iter().filter_map(|nic| nic.error.as_ref().map(|error| (nic, error)))
    }

    /// The cards that something stands in the way of.
    pub fn blocked(&self) -> impl Iterator<Item = &NicReport> {
        self.nics.iter().filter(|nic| nic.is_blocked())
    }

    /// Everything in the way: of cards, and of wishes without a card.
    pub fn all_blockers(&self) -> impl Iterator<Item = &Blocker> {
        self.nics.iter().flat_map(|nic| &nic.planned.blockers).chain(&self.blockers)
    }

    /// What the node still needs: the maximum over its cards.
    pub fn outstanding(&self) -> Option<Outstanding> {
        self.nics.iter().filter_map(|nic| nic.outstanding).max()
    }

    /// Whether every card is as wanted, but for a reset or restart that is outstanding.
    pub fn is_complete(&self) -> bool {
        self.ledger_error.is_none()
            && self.all_blockers().next().is_none()
            && self.errors().next().is_none()
    }

    /// What the node needs or needed: the maximum over its cards that are not blocked.
    pub fn node_action(&self) -> NicAction {
        let open = self.nics.iter().map(|nic| nic.action);
        open.filter(|action| *action != NicAction::Blocked).max().unwrap_or_default()
    }

    /// The worst that was done, and what is still needed does.
    pub fn disruption(&self) -> Disruption {
        self.nics.iter().map(NicReport::disruption).max().unwrap_or_default()
    }
}

impl Serialize for NicReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let planned = &self.planned;
        let milliseconds = u64::try_from(self.elapsed.as_millis()).unwrap_or(u64::MAX);
        let mut nic = serializer.serialize_struct("NicReport", 19)?;
        nic.serialize_field("id", planned.id())?;
        nic.serialize_field("serial", &planned.card.serial())?;
        nic.serialize_field("devices", &planned.devices().collect::<Vec<_>>())?;
        nic.serialize_field("action", &self.action)?;
        nic.serialize_field("set", &planned.set)?;
        nic.serialize_field("wanted", &planned.wanted)?;
        nic.serialize_field("reason", &planned.reason())?;
        nic.serialize_field("reasons", &planned.reasons)?;
        nic.serialize_field("disruption", &self.disruption())?;
        nic.serialize_field("blockers", &planned.blockers)?;
        nic.serialize_field("notes", &planned.notes)?;
        nic.serialize_field("outcome", &self.outcome.to_string())?;
        nic.serialize_field("outstanding", &self.outstanding)?;
        nic.serialize_field("closing", &self.closing.and_then(word))?;
        nic.serialize_field("removedVfs", &self.removed_vfs)?;
        nic.serialize_field("elapsedMs", &milliseconds)?;
        nic.serialize_field("error", &self.error.as_ref().map(|error| chain(error)))?;
        nic.serialize_field("code", &self.error.as_ref().map(NicError::code))?;
        nic.serialize_field("warnings", &self.warnings)?;
        nic.end()
    }
}

impl Serialize for FirmwareApplied {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut applied = serializer.serialize_struct("FirmwareApplied", 9)?;
        applied.serialize_field("nics", &self.nics)?;
        applied.serialize_field("nodeAction", &self.node_action())?;
        applied.serialize_field("disruption", &self.disruption())?;
        applied.serialize_field("outstanding", &self.outstanding())?;
        applied.serialize_field("rebootReasons", &self.reboot_reasons)?;
        applied.serialize_field("ledgerError", &self.ledger_error.as_ref().map(|e| chain(e)))?;
        applied.serialize_field("blocked", &self.blocked().collect::<Vec<_>>())?;
        applied.serialize_field("blockers", &self.all_blockers().collect::<Vec<_>>())?;
        applied.serialize_field("notes", &self.notes)?;
        applied.end()
    }
}

const fn word(closing: Closing) -> Option<&'static str> {
    match closing {
        Closing::Reboot => Some("reboot"),
        Closing::PowerCycle => Some("power-cycle"),
        Closing::NothingArmed => Some("nothing-armed"),
        Closing::Silent => None,
    }
}
