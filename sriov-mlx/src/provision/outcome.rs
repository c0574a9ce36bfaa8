//! What became of a card: what is reported, and what is remembered. Pure.

use sriov_host::boot::BootId;
use sriov_host::plan::Outcome;

use super::look::Judged;
use super::next::Decision;
use super::record::{CardState, Restart};
use super::report::{CardOutcome, CardReport};
use crate::apply::{NicError, NicReport, Outstanding};
use crate::param::Assignments;

/// How much of a reason is kept, in characters.
const MAX_REASON: usize = 512;

/// A card that nothing was done with in this run; for a dry run what would be.
pub(super) fn left_alone(judged: &Judged<'_>) -> CardReport {
    let outcome = match &judged.decision {
        Decision::Keep => CardOutcome::Satisfied,
        Decision::Settle => CardOutcome::Verified,
        Decision::WriteNextBoot { .. } | Decision::Attempt { .. } => CardOutcome::Planned,
        Decision::Await { restart, .. } => awaited(*restart),
        Decision::GiveUp | Decision::StayFailed => CardOutcome::GivenUp,
        Decision::Blocked => CardOutcome::Blocked,
    };
    let set = if outcome == CardOutcome::Planned {
        judged.seen.planned.set.clone()
    } else {
        Assignments::default()
    };
    let (reason, rows) = match &judged.state {
        CardState::Failed { reason, rows, .. } if outcome == CardOutcome::GivenUp => {
            (Some(reason.clone()), rows.clone())
        }
        _ if outcome.is_failure() => (reason(judged), judged.seen.rows.clone()),
        _ => (judged.seen.planned.reason(), Vec::new()),
    };
    CardReport { set, reason, rows, ..begun(judged, outcome) }
}

/// A card that was handed over to be written, and what has to be remembered of it; `None` leaves
/// the memory as it is. `recorded` is whether restarts that are needed could be recorded.
pub(super) fn of_write(
    judged: &Judged<'_>,
    written: NicReport,
    boot: &BootId,
    recorded: bool,
) -> (CardReport, Option<CardState>) {
    let loaded = written.error.is_none() && written.outstanding.is_none() && recorded;
    let mut report = begun(judged, CardOutcome::Failed);
    let state = match (&judged.decision, &written.error) {
        (_, Some(NicError::DidNotLoad(_))) => {
            report.outcome = CardOutcome::GivenUp;
            Some(given_up(judged))
        }
        (Decision::Settle, None) => {
            report.outcome = CardOutcome::Verified;
            Some(CardState::Verified { attempts: judged.state.attempts() })
        }
        (Decision::WriteNextBoot { settle }, None) => {
            report.outcome = CardOutcome::Written;
            settle.then(|| CardState::Verified { attempts: judged.state.attempts() })
        }
        // It was loaded without a restart of the host, or somebody else did it meanwhile.
        (Decision::Attempt { .. } | Decision::Await { .. }, None) if loaded => {
            report.outcome = CardOutcome::Verified;
            let remembered = judged.state != CardState::Pending;
            remembered.then(|| CardState::Verified { attempts: judged.state.attempts() })
        }
        (Decision::Attempt { number }, None) => written.outstanding.map(|outstanding| {
            let restart = restart_of(outstanding);
            report.outcome = asked(restart);
            report.attempts = *number;
            CardState::Applied { boot_id: boot.clone(), attempts: *number, restart }
        }),
        (Decision::Await { restart, .. }, None) => {
            report.outcome = awaited(*restart);
            None
        }
        // It failed: nothing has to be remembered.
        _ => None,
    };
    if written.outcome == Outcome::Done || report.outcome == CardOutcome::Failed {
        report.set = written.planned.set.clone();
    }
    if report.outcome.is_failure() {
        report.rows.clone_from(&judged.seen.rows);
    }
    (report.reason, report.warnings) = (written.planned.reason(), written.warnings);
    report.error = written.error;
    (report, state)
}

/// The memory of a card that is given up.
pub(super) fn given_up(judged: &Judged<'_>) -> CardState {
    let reason = reason(judged).unwrap_or_default();
    CardState::Failed {
        attempts: judged.state.attempts(),
        reason: reason.chars().take(MAX_REASON).collect(),
        rows: judged.seen.rows.clone(),
    }
}

fn reason(judged: &Judged<'_>) -> Option<String> {
    let planned = judged.seen.planned.reason();
    if judged.decision != Decision::GiveUp {
        return planned;
    }
    let attempts = judged.state.attempts();
    let lacks = planned.map(|lacks| format!(": {lacks}")).unwrap_or_default();
    Some(format!("{attempts} restarts did not help{lacks}"))
}

fn begun(judged: &Judged<'_>, outcome: CardOutcome) -> CardReport {
    CardReport {
        id: judged.seen.planned.card.id.clone(),
        devices: judged.seen.planned.devices().collect(),
        outcome,
        attempts: judged.state.attempts(),
        set: Assignments::default(),
        reason: None,
        rows: Vec::new(),
        error: None,
        warnings: Vec::new(),
    }
}

/// A reset that nobody does is as good as a restart of the host.
const fn restart_of(outstanding: Outstanding) -> Restart {
    match outstanding {
        Outstanding::Reset | Outstanding::Reboot => Restart::Reboot,
        Outstanding::PowerCycle => Restart::PowerCycle,
    }
}

const fn asked(restart: Restart) -> CardOutcome {
    match restart {
        Restart::Reboot => CardOutcome::RebootRequired,
        Restart::PowerCycle => CardOutcome::PowerCycleRequired,
    }
}

const fn awaited(restart: Restart) -> CardOutcome {
    match restart {
        Restart::Reboot => CardOutcome::RebootPending,
        Restart::PowerCycle => CardOutcome::PowerCycleRequired,
    }
}
