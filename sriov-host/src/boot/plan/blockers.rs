//! What stands in the way of a change, as a person reads it.

use super::{Conflict, LIMIT, subject};
use crate::boot::{BootFacts, Ledger, RebootRecord, Verdict};
use crate::codes;
use crate::plan::{Blocker, BlockerKind, Reason, RebootReason, Target};

pub(super) fn of_conflict(conflict: &Conflict) -> Blocker {
    let Conflict { arg, found, .. } = conflict;
    Blocker {
        target: Target::Host(subject(arg)),
        kind: BlockerKind::NotOurs,
        message: conflict.to_string(),
        help: Some(format!("decide between the two: `--remove {found}` takes out what is there")),
        code: codes::KARG_CONFLICT.id,
        reason: Some(Reason::differs("kernelArgs", arg, Some(found.to_string()))),
    }
}

/// What the memory of earlier restarts forbids.
pub(super) fn of_ledger(facts: &BootFacts, pending: &[RebootReason]) -> Vec<Blocker> {
    match &facts.ledger {
        _ if pending.is_empty() => Vec::new(),
        Err(why) => vec![Blocker {
            target: Target::Host("reboot ledger".to_owned()),
            kind: BlockerKind::Unknown,
            message: format!("whether a restart was tried before cannot be told: {why}"),
            help: Some(format!("repair or remove {}", Ledger::path())),
            code: codes::LEDGER_UNUSABLE.id,
            reason: None,
        }],
        Ok(ledger) => {
            let failed = pending.iter().filter_map(|reason| {
                match ledger.judge(reason, &facts.boot, LIMIT) {
                    Verdict::Failed(record) => Some(did_not_help(reason, &record, facts)),
                    Verdict::Ask | Verdict::Outstanding => None,
                }
            });
            failed.collect()
        }
    }
}

fn did_not_help(reason: &RebootReason, record: &RebootRecord, facts: &BootFacts) -> Blocker {
    let RebootRecord { wanted, boot_id, attempts, evidence } = record;
    let running = reason.running.as_deref().unwrap_or("nothing");
    let message = format!(
        "a restart was asked for in boot {boot_id} (attempt {attempts}), when {evidence} proved it \
         staged as {wanted}; boot {} came and runs with {running} of it",
        facts.boot
    );
    let help = format!(
        "find out what passes other arguments than {evidence} says, then remove the record from {}",
        Ledger::path()
    );
    Blocker {
        target: Target::Host(reason.subject.clone()),
        kind: BlockerKind::Failed,
        message,
        help: Some(help),
        code: codes::REBOOT_DID_NOT_HELP.id,
        reason: Some(Reason::differs("kernelArgs", &reason.wanted, reason.running.clone())),
    }
}

pub(super) fn by_hand(facts: &BootFacts) -> Blocker {
    let why = match &facts.staged {
        None => "what the next boot will be passed cannot be told on this host",
        Some(_) => "nothing here can change the arguments of the next boot",
    };
    Blocker {
        target: Target::Host("kernel arguments".to_owned()),
        kind: BlockerKind::Unsupported,
        message: format!("a person has to change them: {why} (boot loader: {})", facts.kind),
        help: Some("follow the instructions of the plan, restart, and look again".to_owned()),
        code: codes::KARGS_MANUAL.id,
        reason: None,
    }
}
