use sriov_host::boot::{BootId, Ledger};
use sriov_host::plan::chain;
use sriov_host::seam::Host;

use crate::card::CardId;
use crate::facts::History;

/// The reboot ledger, and the running boot; the errors say why nobody can tell.
pub(super) struct Memory {
    ledger: Result<Ledger, String>,
    /// It matters only for a card that is remembered.
    boot: Result<BootId, String>,
}

impl Memory {
    pub(super) fn of(host: &dyn Host) -> Self {
        Self {
            ledger: Ledger::load(host).map_err(|error| chain(&error)),
            boot: BootId::running(host).map_err(|error| chain(&error)),
        }
    }

    /// What is remembered of a card.
    pub(super) fn of_card(&self, card: &CardId) -> History {
        let ledger = match &self.ledger {
            Ok(ledger) => ledger,
            Err(problem) => return History::Unreadable(problem.clone()),
        };
        match (ledger.record(&card.subject()), &self.boot) {
            (None, _) => History::Fresh,
            (Some(record), Ok(boot)) => {
                History::Asked { record: record.clone(), boot: boot.clone() }
            }
            (Some(_), Err(problem)) => History::Unreadable(problem.clone()),
        }
    }
}
