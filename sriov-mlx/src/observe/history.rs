use sriov_host::boot::{BootId, Ledger};
use sriov_host::plan::chain;
use sriov_host::seam::Host;

use crate::card::CardId;
use crate::facts::History;

/// The reboot ledger, and the running boot; the error says why nobody can tell.
pub(super) struct Memory(Result<(Ledger, BootId), String>);

impl Memory {
    pub(super) fn of(host: &dyn Host) -> Self {
        let ledger = Ledger::load(host).map_err(|error| chain(&error));
        let boot = BootId::running(host).map_err(|error| chain(&error));
        Self(ledger.and_then(|ledger| Ok((ledger, boot?))))
    }

    /// What is remembered of a card.
    pub(super) fn of_card(&self, card: &CardId) -> History {
        match &self.0 {
            Err(problem) => History::Unreadable(problem.clone()),
            Ok((ledger, boot)) => ledger.record(&card.subject()).map_or(History::Fresh, |record| {
                History::Asked { record: record.clone(), boot: boot.clone() }
            }),
        }
    }
}
