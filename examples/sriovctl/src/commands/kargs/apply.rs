use serde::Serialize;
use sriov_host::boot::{
    BootloaderKind, CommandLine, Conflict, KargStepReport, KargsApplied, KargsError, KargsOptions,
    KargsPlan, apply, prepare, probe,
};
use sriov_host::plan::{Blocker, Disruption, Outcome, RebootReason};

use super::{WantedArgs, plan, text};
use crate::args::Global;
use crate::commands::plan::{blocked_status, report_blockers};
use crate::failure::Failure;
use crate::status::Status;
use crate::target::with_host;
use crate::term::{self, Style};

/// The plan's fields, as they are afterwards, and what became of each step.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    backend: BootloaderKind,
    running: &'a CommandLine,
    staged: Option<&'a CommandLine>,
    staged_source: Option<&'a str>,
    steps: &'a [KargStepReport],
    disruption: Disruption,
    reboot_required: bool,
    reboot_reasons: &'a [RebootReason],
    manual: bool,
    instructions: &'a [String],
    conflicts: &'a [Conflict],
    blockers: &'a [Blocker],
    notes: Vec<&'a str>,
}

impl<'a> Report<'a> {
    fn new(planned: &'a KargsPlan, applied: &'a KargsApplied) -> Self {
        let staged = applied.staged.as_ref();
        let idle = applied.steps.is_empty() && applied.reboot_reasons.is_empty();
        Self {
            backend: planned.facts.kind,
            running: &planned.facts.running,
            staged: staged.map(|staged| &staged.line),
            staged_source: staged.map(|staged| staged.source.as_str()),
            steps: &applied.steps,
            disruption: if idle { Disruption::None } else { Disruption::Reboot },
            reboot_required: !applied.reboot_reasons.is_empty(),
            reboot_reasons: &applied.reboot_reasons,
            manual: planned.manual,
            instructions: &planned.instructions,
            conflicts: &planned.conflicts,
            blockers: &planned.plan.blockers,
            notes: planned.plan.notes.iter().chain(&applied.notes).map(String::as_str).collect(),
        }
    }
}

pub(super) fn run(global: &Global, args: WantedArgs) -> Result<Status, Failure> {
    let wanted = args.edit()?;
    with_host(global, |host| {
        let loader = probe(host)?;
        let planned = prepare(host, &*loader, &wanted)?;
        if global.dry_run {
            return plan::announce(global, &planned, false);
        }
        let standard = KargsOptions::default();
        let options = KargsOptions {
            owner: format!("sriovctl kargs apply (pid {})", std::process::id()),
            deadline: global.timeout.unwrap_or(standard.deadline),
        };
        let applied = apply(&planned, host, &*loader, &options);
        let report = Report::new(&planned, &applied);
        report.notes.iter().for_each(|note| term::note(note));
        term::print(global, &report, |style| text::applied(&planned, &applied, style))?;
        report_blockers(global, &planned.plan.blockers);
        for error in applied.errors() {
            let failure = Failure::of(status_of(error), error.code(), error);
            failure.print(Style::stderr(global));
        }
        Ok(status(&planned, &applied))
    })
}

fn status(planned: &KargsPlan, applied: &KargsApplied) -> Status {
    let done = applied.count(Outcome::Done) > 0;
    match applied.errors().next() {
        None => {}
        Some(KargsError::NoEffect { .. }) if done => return Status::Partly,
        Some(error) => return status_of(error),
    }
    match blocked_status(&planned.plan.blockers) {
        Some(status) => status,
        None if !applied.reboot_reasons.is_empty() => Status::NeedsBoot,
        None => Status::Done,
    }
}

const fn status_of(error: &KargsError) -> Status {
    if error.is_locked() {
        Status::Locked
    } else if error.is_timeout() {
        Status::NotReady
    } else if error.is_unsupported() {
        Status::Unsupported
    } else {
        Status::Failure
    }
}
