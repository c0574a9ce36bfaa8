//! Whether a restart may be asked for once more.

use sriov_host::boot::{Ledger, Verdict};
use sriov_host::plan::{BlockerKind, RebootReason};

use super::need::Need;
use super::obstacle::Obstacle;
use crate::apply::evidence;
use crate::card::CardId;
use crate::codes;
use crate::facts::History;
use crate::param::{Assignments, ParamName, Setting};

/// How many boots may be tried for one wish of a card.
pub const MAX_BOOTS: u32 = 3;

/// What the running firmware lacks.
pub(super) fn reboot_reason(id: &CardId, wanted: &Assignments, needs: &[Need]) -> RebootReason {
    let running = needs.iter().map(|need| format!("{}={}", need.name, need.running));
    RebootReason {
        subject: id.subject(),
        wanted: wanted.to_string(),
        running: Some(running.collect::<Vec<_>>().join(" ")),
    }
}

/// Whether a restart that would load this value was asked for in this very boot.
pub(super) fn is_waiting(history: &History, name: &ParamName, setting: Setting) -> bool {
    let History::Asked { record, boot } = history else { return false };
    let assignment = format!("{name}={setting}");
    record.boot_id == *boot && record.wanted.split_whitespace().any(|word| word == assignment)
}

/// Whether the tool said, when the values were written, that a warm restart does not load them.
pub(super) fn needs_power(history: &History, reason: &RebootReason) -> bool {
    let History::Asked { record, .. } = history else { return false };
    record.wanted == reason.wanted && evidence::needs_power(&record.evidence)
}

/// What to say of an earlier request, if another restart may be asked for.
pub(super) fn judge(
    history: &History,
    reason: &RebootReason,
    needs: &[Need],
) -> Result<Option<String>, Obstacle> {
    match history.judge(&reason.wanted, MAX_BOOTS) {
        Ok(Verdict::Ask) => Ok(None),
        Ok(Verdict::Outstanding) => Ok(Some("the restart was asked for in this boot".to_owned())),
        Ok(Verdict::Failed(record)) => {
            let found = needs.iter().filter(|need| need.differs()).map(Need::sentence);
            let message = format!(
                "{} boots were tried for {}, the last one asked for in boot {} as {} proved that \
                 it would help; yet {}",
                record.attempts,
                record.wanted,
                record.boot_id,
                record.evidence,
                found.collect::<Vec<_>>().join(", ")
            );
            Err(Obstacle::new(BlockerKind::Failed, &codes::RESTARTS_DID_NOT_HELP, message)
                .help("power-cycle the host, or change the wish"))
        }
        Err(problem) => {
            let message = format!("a restart is needed, and may not be asked for: {problem}");
            Err(Obstacle::new(BlockerKind::Unknown, &codes::RESTART_NOT_RECORDED, message)
                .help(format!("repair or remove {}", Ledger::path())))
        }
    }
}
