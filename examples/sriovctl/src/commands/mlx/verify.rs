use sriov_host::config::Document;
use sriov_mlx::Access;
use sriov_mlx::apply::{Bookkeeping, FirmwareOptions, FirmwareVerification, verify};

use super::args::PlanArgs;
use super::{options, plan, text};
use crate::args::Global;
use crate::commands::plan::report_blockers;
use crate::failure::Failure;
use crate::status::Status;
use crate::term::{self, Style};

pub(super) fn run(
    global: &Global,
    access: Access<'_>,
    wanted: &Document,
    args: &PlanArgs,
) -> Result<Status, Failure> {
    let limits = args.limits.limits();
    let options = FirmwareOptions { limits, ..options(global, "verify") };
    let plan = plan::prepared(global, access, wanted, &options)?;
    let bookkeeping = if global.dry_run { Bookkeeping::LookOnly } else { Bookkeeping::Keep };
    let found = verify(plan, &access, &options, bookkeeping);
    found.plan.notes.iter().for_each(|note| term::note(note));
    term::print(global, &found, |style| text::verification(&found, style))?;
    report(global, &found);
    Ok(match found.in_sync() {
        true => Status::Done,
        false if args.detailed_exitcode && !found.differences.is_empty() => Status::Pending,
        false => Status::Failure,
    })
}

fn report(global: &Global, found: &FirmwareVerification) {
    report_blockers(global, &found.obstacles);
    if let Some(error) = &found.ledger_error {
        let failure = Failure::of(Status::Failure, error.code(), error);
        failure.print(Style::stderr(global));
    }
}
