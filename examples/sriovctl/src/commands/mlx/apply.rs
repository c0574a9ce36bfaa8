use sriov_host::config::Document;
use sriov_host::plan::Outcome;
use sriov_mlx::Access;
use sriov_mlx::apply::{FirmwareApplied, FirmwareOptions, NicError, NicReport, apply};
use sriov_mlx::plan::NicAction;

use super::args::ApplyArgs;
use super::{options, plan, text};
use crate::args::Global;
use crate::commands::plan::report_blockers;
use crate::failure::Failure;
use crate::progress::Bar;
use crate::status::Status;
use crate::term::{self, Style};

pub(super) fn run(
    global: &Global,
    access: Access<'_>,
    wanted: &Document,
    args: ApplyArgs,
) -> Result<Status, Failure> {
    let allow = args.allow.into_iter().collect();
    let (reset, limits) = (args.reset, args.limits.limits());
    let options = FirmwareOptions { reset, allow, limits, ..options(global, "apply") };
    let plan = plan::prepared(global, access, wanted, &options)?;
    if global.dry_run {
        return plan::announce(global, &plan, false);
    }
    let bar = Bar::new(global, plan.nics.len());
    let applied = apply(&plan, &access, &options, &|card, stage| bar.card(card, stage));
    bar.finish();
    applied.notes.iter().for_each(|note| term::note(note));
    term::print(global, &applied, |style| text::applied(&applied, style))?;
    report(global, &applied);
    Ok(status(global, &applied))
}

fn report(global: &Global, applied: &FirmwareApplied) {
    let style = Style::stderr(global);
    let blockers: Vec<_> = applied.all_blockers().cloned().collect();
    report_blockers(global, &blockers);
    for (nic, error) in applied.errors() {
        let failure = Failure::of(status_of(global, error), error.code(), error);
        failure.about(&format!("card {}", nic.planned.id())).print(style);
    }
    for nic in &applied.nics {
        for warning in &nic.warnings {
            term::warning(global, &format!("card {}: {warning}", nic.planned.id()));
        }
    }
    if let Some(error) = &applied.ledger_error {
        Failure::of(Status::Failure, error.code(), error).print(style);
    }
}

fn status(global: &Global, applied: &FirmwareApplied) -> Status {
    let failed: Vec<Status> = applied.errors().map(|(_, error)| status_of(global, error)).collect();
    let blockers: Vec<_> = applied.all_blockers().cloned().collect();
    let blocked = !blockers.is_empty();
    let all = |wanted: Status| failed.iter().all(|status| *status == wanted);
    match failed.first() {
        _ if applied.ledger_error.is_some() => Status::Failure,
        None if !blocked && applied.outstanding().is_some() => Status::NeedsBoot,
        None if !blocked => Status::Done,
        _ if applied.nics.iter().any(is_done) => Status::Partly,
        None => plan::busy_status(&blockers).unwrap_or(Status::Refused),
        Some(first) if !blocked && all(*first) => *first,
        Some(Status::Refused) if all(Status::Refused) => Status::Refused,
        Some(_) => Status::Failure,
    }
}

/// Whether something was wanted of the card that it did not have, and has now or after a restart.
fn is_done(nic: &NicReport) -> bool {
    let wanted = !matches!(nic.planned.action, NicAction::None | NicAction::Blocked);
    wanted && nic.error.is_none() && matches!(nic.outcome, Outcome::Done | Outcome::Skipped)
}

fn status_of(global: &Global, error: &NicError) -> Status {
    match error {
        NicError::Firmware(error) if error.is_locked() || error.is_busy() => Status::Locked,
        // Without a deadline of the caller's it is the card that does not answer.
        error if error.is_timeout() && global.timeout.is_some() => Status::NotReady,
        error if error.is_guarded() => Status::Refused,
        NicError::DidNotLoad(_) => Status::Refused,
        _ => Status::Failure,
    }
}
