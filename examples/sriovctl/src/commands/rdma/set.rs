use std::fmt::Write as _;

use serde::Serialize;
use sriov_host::plan::{Blocker, Outcome};
use sriov_host::seam::{Host, RdmaSystem};
use sriov_rdma::codes;
use sriov_rdma::netns_mode::SetError;
use sriov_rdma::persist::{
    ModeApplied, ModeApplyOptions, ModePlan, ModePlanOptions, ModeStepError, ModeStepReport, apply,
};

use super::{SetArgs, planned};
use crate::args::Global;
use crate::commands::apply::step_lines;
use crate::commands::plan;
use crate::failure::Failure;
use crate::status::Status;
use crate::table::counted;
use crate::term::{self, Style};

/// What became of the plan, and what could not even be tried.
#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    applied: &'a ModeApplied,
    blockers: &'a [Blocker],
    notes: &'a [String],
}

pub(super) fn run(
    global: &Global,
    host: &dyn Host,
    rdma: &dyn RdmaSystem,
    args: &SetArgs,
) -> Result<Status, Failure> {
    let plan = planned(host, rdma, args.mode, ModePlanOptions { persist: args.persist })?;
    if global.dry_run {
        return plan::announce(global, &plan.plan, false);
    }
    let applied = apply(&plan, host, rdma, &options(global));
    plan.plan.notes.iter().for_each(|note| term::note(note));
    let report =
        Report { applied: &applied, blockers: &plan.plan.blockers, notes: &plan.plan.notes };
    term::print(global, &report, |style| text(&plan, &applied, style))?;
    report_failures(global, &plan, &applied);
    Ok(status(&plan, &applied))
}

fn options(global: &Global) -> ModeApplyOptions {
    let usual = ModeApplyOptions::default();
    let timeout = |usual| global.timeout.map_or(usual, |timeout| timeout.min(usual));
    ModeApplyOptions {
        owner: format!("sriovctl rdma set (pid {})", std::process::id()),
        rebuild_deadline: timeout(usual.rebuild_deadline),
        live_deadline: timeout(usual.live_deadline),
    }
}

pub(crate) fn text(plan: &ModePlan, applied: &ModeApplied, style: Style) -> String {
    let mut text = step_lines(&applied.steps, style);
    let steps = match (applied.steps.len(), plan.plan.blockers.is_empty()) {
        (0, true) => "nothing to do".to_owned(),
        (0, false) => "nothing was done".to_owned(),
        (steps, _) => format!(
            "{}: {} done; disruption: {}",
            counted(steps, "step"),
            applied.count(Outcome::Done),
            applied.disruption()
        ),
    };
    let _ = writeln!(text, "{}", style.bold(&steps));
    for reason in &applied.reboot_reasons {
        let _ = writeln!(text, "{}: {reason}", style.yellow("reboot needed"));
    }
    text
}

fn report_failures(global: &Global, plan: &ModePlan, applied: &ModeApplied) {
    let style = Style::stderr(global);
    plan::report_blockers(global, &plan.plan.blockers);
    for (step, error) in applied.errors() {
        if !matches!(error, ModeStepError::NotTried(_)) {
            failure(step, error).print(style);
        }
    }
    if let Some(error) = &applied.ledger_error {
        Failure::of(Status::Failure, codes::LEDGER_UNUSABLE.id, error).print(style);
    }
}

fn failure(step: &ModeStepReport, error: &ModeStepError) -> Failure {
    use sriov_host::plan::Action;
    let (target, action) = (step.step.action.target(), step.step.action.name());
    Failure::of(Status::Failure, error.code(), error)
        .about(&format!("{target}: {action}"))
        .with_help(error.help())
}

fn status(plan: &ModePlan, applied: &ModeApplied) -> Status {
    let reboot = !applied.reboot_reasons.is_empty();
    let tried = applied.errors().map(|(_, error)| error);
    let failed = tried.filter(|error| !matches!(error, ModeStepError::NotTried(_)));
    // What a reboot brings is not lost.
    let failed: Vec<_> = failed.filter(|error| !(reboot && error.is_busy())).collect();
    match failed.first() {
        Some(ModeStepError::Locked(_)) => Status::Locked,
        Some(_) if applied.count(Outcome::Done) > 0 => Status::Partly,
        Some(error) if error.is_busy() => Status::Locked,
        Some(ModeStepError::Live(SetError::StillRunning { .. })) => Status::NotReady,
        Some(ModeStepError::Live(SetError::NotLoaded | SetError::Unsupported)) => {
            Status::Unsupported
        }
        Some(_) => Status::Failure,
        None if applied.ledger_error.is_some() => Status::Failure,
        None => match plan::blocked_status(&plan.plan.blockers) {
            Some(status) => status,
            None if reboot => Status::NeedsBoot,
            None => Status::Done,
        },
    }
}
