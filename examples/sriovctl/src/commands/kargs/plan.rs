use sriov_host::boot::{KargsPlan, prepare, probe};
use sriov_host::codes;

use super::{PlanArgs, text};
use crate::args::{Global, Output};
use crate::commands::plan::report_blockers;
use crate::failure::Failure;
use crate::status::Status;
use crate::target::with_host;
use crate::term;

pub(super) fn run(global: &Global, args: PlanArgs) -> Result<Status, Failure> {
    let wanted = args.wanted.edit()?;
    with_host(global, |host| {
        let planned = prepare(host, &*probe(host)?, &wanted)?;
        announce(global, &planned, args.detailed_exitcode)
    })
}

/// Prints a plan; the status tells what stands in its way.
pub(super) fn announce(
    global: &Global,
    planned: &KargsPlan,
    detailed: bool,
) -> Result<Status, Failure> {
    planned.plan.notes.iter().for_each(|note| term::note(note));
    term::print(global, planned, |style| text::plan(planned, style))?;
    if global.output != Output::Text {
        report_blockers(global, &planned.plan.blockers);
    }
    Ok(match blocked(planned) {
        Some(status) => status,
        None if detailed && !planned.is_empty() => Status::Pending,
        None => Status::Done,
    })
}

/// How a command ends whose plan must not be carried out.
pub(super) fn blocked(planned: &KargsPlan) -> Option<Status> {
    let statuses = planned.plan.blockers.iter().map(|blocker| {
        let is = |code: codes::Code| blocker.code == code.id;
        if is(codes::KARGS_MANUAL) {
            Status::Unsupported
        } else if is(codes::KARG_CONFLICT) || is(codes::REBOOT_DID_NOT_HELP) {
            Status::Refused
        } else {
            Status::Failure
        }
    });
    statuses.max_by_key(|status| *status as u8)
}
