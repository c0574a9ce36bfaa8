use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use serde::Serialize;
use sriov_host::codes;
use sriov_host::plan::{Action, Blocker, Guard, Outcome};
use sriov_host::seam::Host;
use sriov_host::vfs::{
    Applied, ApplyOptions, Cancel, PlanOptions, StepError, StepReport, VfAction, VfPlan, apply,
    prepare,
};

use crate::args::{ApplyArgs, Global};
use crate::commands::plan;
use crate::failure::Failure;
use crate::progress::Bar;
use crate::status::Status;
use crate::table::counted;
use crate::target::with_host;
use crate::term::{self, Style};
use crate::{input, signals};

/// What became of the plan, and what was not even tried.
#[derive(Serialize)]
pub(crate) struct Report<'a> {
    #[serde(flatten)]
    pub(crate) applied: &'a Applied,
    pub(crate) blockers: &'a [Blocker],
}

pub(crate) fn run(global: &Global, args: ApplyArgs) -> Result<Status, Failure> {
    let config = input::config(&args.wanted.file)?;
    let options = PlanOptions { lower_mtu: args.wanted.lower_mtu };
    let allow: BTreeSet<Guard> = args.allow.into_iter().collect();
    with_host(global, |host| {
        let begun = host.now();
        let plan = prepare(host, &config, options, &allow)?;
        if global.dry_run {
            return plan::announce(global, &plan, false);
        }
        let spent = host.now().saturating_sub(begun);
        let applied = carry_out(global, host, &plan, allow, spent);
        let report = Report { applied: &applied, blockers: &plan.blockers };
        term::print(global, &report, |style| text(&report, style))?;
        report_failures(global, &report);
        Ok(status(&report))
    })
}

fn carry_out(
    global: &Global,
    host: &dyn Host,
    plan: &VfPlan,
    allow: BTreeSet<Guard>,
    spent: Duration,
) -> Applied {
    let cancel = if plan.steps.is_empty() { Cancel::default() } else { signals::cancel() };
    let options = ApplyOptions {
        allow,
        owner: format!("sriovctl apply (pid {})", std::process::id()),
        timeout: global.timeout.map(|timeout| timeout.saturating_sub(spent)),
        cancel,
        // The order of threads would be the one thing about a simulated host that varies.
        parallel: if global.sim.is_some() { 1 } else { ApplyOptions::default().parallel },
    };
    let bar = Bar::new(global, plan.steps.len());
    let applied = apply(plan, host, &options, &|progress| bar.tell(progress));
    bar.finish();
    applied
}

pub(crate) fn text(report: &Report<'_>, style: Style) -> String {
    let mut text = step_lines(&report.applied.steps, style);
    let _ = writeln!(text, "{}", style.bold(&summary(report)));
    text
}

/// A line for each step, with what became of it; for every command that carries steps out.
pub(crate) fn step_lines<A: Action, E>(
    reports: &[sriov_host::plan::StepReport<A, E>],
    style: Style,
) -> String {
    let mut text = String::new();
    for report in reports {
        let outcome = format!("{:<8}", report.outcome);
        let outcome = match report.outcome {
            Outcome::Done => style.green(&outcome),
            Outcome::Failed => style.red(&outcome),
            Outcome::Skipped | Outcome::NotRun => style.yellow(&outcome),
        };
        let _ = writeln!(text, "{outcome} {}", report.step);
    }
    text
}

fn summary(report: &Report<'_>) -> String {
    if report.applied.steps.is_empty() {
        let nothing = if report.blockers.is_empty() { "to do" } else { "was done" };
        return format!("nothing {nothing}");
    }
    let outcomes = [Outcome::Done, Outcome::Skipped, Outcome::Failed, Outcome::NotRun];
    let counts = outcomes.map(|outcome| (report.applied.count(outcome), outcome));
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, outcome)| format!("{count} {outcome}")).collect();
    let steps = counted(report.applied.steps.len(), "step");
    format!("{steps}: {}; disruption: {}", counts.join(", "), report.applied.disruption())
}

/// Steps that only follow from another failure are counted, not told one by one.
fn report_failures(global: &Global, report: &Report<'_>) {
    let style = Style::stderr(global);
    plan::report_blockers(global, report.blockers);
    let mut told = Vec::new();
    for (step, error) in report.applied.errors() {
        match kind_of(error) {
            // A guard that the plan found is one of its blockers.
            Kind::Consequence => continue,
            Kind::Refused if !report.blockers.is_empty() => continue,
            Kind::Cancelled | Kind::OutOfTime if told.contains(&kind_of(error)) => continue,
            kind => told.push(kind),
        }
        if let Some(failure) = stopped(report, error).or_else(|| Failure::of_step(step)) {
            failure.print(style);
        }
    }
}

/// One message for all the steps behind the one at which the work stopped.
fn stopped(report: &Report<'_>, error: &StepError) -> Option<Failure> {
    let why = match kind_of(error) {
        Kind::Cancelled => "cancelled by a signal",
        Kind::OutOfTime => "the deadline has passed",
        _ => return None,
    };
    let left = counted(report.applied.count(Outcome::NotRun), "step");
    let failure =
        Failure::new(Status::Failure, codes::CANCELLED.id, format!("{why}: {left} not run"));
    Some(failure.with_help(Some("apply again: what is done is left alone, the rest follows")))
}

/// What an error means for how the command ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Cancelled,
    OutOfTime,
    Late,
    Locked,
    Refused,
    Consequence,
    Failed,
}

const fn kind_of(error: &StepError) -> Kind {
    match error {
        StepError::Cancelled => Kind::Cancelled,
        StepError::OutOfTime => Kind::OutOfTime,
        StepError::NotReady(_) | StepError::StillRunning { .. } => Kind::Late,
        StepError::Locked(_) => Kind::Locked,
        StepError::Guarded(_) => Kind::Refused,
        StepError::NotTried(_) => Kind::Consequence,
        _ => Kind::Failed,
    }
}

fn status(report: &Report<'_>) -> Status {
    let kinds: Vec<Kind> = report.applied.errors().map(|(_, error)| kind_of(error)).collect();
    let blocked = plan::blocked_status(report.blockers);
    let all = |wanted: &[Kind]| {
        kinds.iter().all(|kind| *kind == Kind::Consequence || wanted.contains(kind))
    };
    let progress = report.applied.steps.iter().any(is_progress);
    match blocked {
        None if kinds.is_empty() => Status::Done,
        _ if kinds.contains(&Kind::Cancelled) => Status::Failure,
        None if all(&[Kind::Late, Kind::OutOfTime]) => Status::NotReady,
        _ if progress => Status::Partly,
        Some(status) if all(&[Kind::Refused]) => status,
        None if all(&[Kind::Refused]) => Status::Refused,
        None if all(&[Kind::Locked]) => Status::Locked,
        _ => Status::Failure,
    }
}

/// Whether the step brought the host closer to the document, and not only got ready for it.
fn is_progress(step: &StepReport) -> bool {
    use VfAction::{CloseRecord, HoldAutoprobe, PutBackAutoprobe, WaitVfs};
    let aside = matches!(
        step.step.action,
        HoldAutoprobe { .. } | PutBackAutoprobe { .. } | CloseRecord { .. } | WaitVfs { .. }
    );
    step.outcome == Outcome::Done && !aside
}
