use sriov_host::boot::{KargsPlan, prepare, probe};

use super::{PlanArgs, text};
use crate::args::{Global, Output};
use crate::commands::plan::{blocked_status, report_blockers};
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
    Ok(match blocked_status(&planned.plan.blockers) {
        Some(status) => status,
        None if detailed && !planned.is_empty() => Status::Pending,
        None => Status::Done,
    })
}
