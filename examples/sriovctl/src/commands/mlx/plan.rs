use sriov_host::config::Document;
use sriov_host::plan::Blocker;
use sriov_mlx::Access;
use sriov_mlx::apply::{FirmwareOptions, prepare};
use sriov_mlx::codes::{CARD_BUSY, CARD_LOCKED};
use sriov_mlx::plan::FirmwarePlan;
use sriov_mlx::wish::wishes;

use super::args::PlanArgs;
use super::{options, text};
use crate::args::{Global, Output};
use crate::commands::plan::{blocked_status, report_blockers};
use crate::failure::Failure;
use crate::progress::Bar;
use crate::status::Status;
use crate::term;

pub(super) fn run(
    global: &Global,
    access: Access<'_>,
    wanted: &Document,
    args: &PlanArgs,
) -> Result<Status, Failure> {
    let limits = args.limits.limits();
    let options = FirmwareOptions { limits, ..options(global, "plan") };
    let plan = prepared(global, access, wanted, &options)?;
    announce(global, &plan, args.detailed_exitcode)
}

/// What the cards of the host need; asking them may take its time.
pub(super) fn prepared(
    global: &Global,
    access: Access<'_>,
    wanted: &Document,
    options: &FirmwareOptions,
) -> Result<FirmwarePlan, Failure> {
    let bar = Bar::new(global, 0);
    let plan = prepare(&access, options, &|card, stage| bar.card(card, stage), |cards| {
        wishes(&wanted.config, wanted.kind, cards)
    });
    bar.finish();
    Ok(plan?)
}

/// Prints a plan; the status tells what stands in its way.
pub(super) fn announce(
    global: &Global,
    plan: &FirmwarePlan,
    detailed: bool,
) -> Result<Status, Failure> {
    plan.notes.iter().for_each(|note| term::note(note));
    term::print(global, plan, |style| text::plan(plan, style))?;
    let blockers: Vec<_> = plan.all_blockers().cloned().collect();
    if global.output != Output::Text {
        report_blockers(global, &blockers);
    }
    Ok(match busy_status(&blockers).or_else(|| blocked_status(&blockers)) {
        Some(status) => status,
        None if detailed && !plan.is_empty() => Status::Pending,
        None => Status::Done,
    })
}

/// A card that somebody else is at is not in the way for long.
pub(super) fn busy_status(blockers: &[Blocker]) -> Option<Status> {
    let is_busy = |blocker: &Blocker| [CARD_BUSY.id, CARD_LOCKED.id].contains(&blocker.code);
    (!blockers.is_empty() && blockers.iter().all(is_busy)).then_some(Status::Locked)
}
