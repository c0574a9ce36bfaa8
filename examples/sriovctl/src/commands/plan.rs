use std::collections::BTreeSet;
use std::fmt::Write as _;

use sriov_host::inventory::NodeInventory;
use sriov_host::plan::{Action, Blocker, Guard, Plan};
use sriov_host::vfs::{PlanOptions, prepare, prepare_observed};

use crate::args::{Global, Output, PlanArgs};
use crate::failure::{Failure, status_of};
use crate::status::Status;
use crate::target::with_host;
use crate::term::{self, Style};
use crate::{input, table};

pub(crate) fn run(global: &Global, args: PlanArgs) -> Result<Status, Failure> {
    let config = input::config(&args.wanted.file)?;
    let options = PlanOptions { lower_mtu: args.wanted.lower_mtu };
    let allow: BTreeSet<Guard> = args.allow.into_iter().collect();
    if let Some(file) = &args.observed {
        let inventory = NodeInventory::parse(&input::text(file)?)?;
        let plan = prepare_observed(&inventory, &config, options, &allow)?;
        return announce(global, &plan, args.detailed_exitcode);
    }
    with_host(global, |host| {
        let plan = prepare(host, &config, options, &allow)?;
        announce(global, &plan, args.detailed_exitcode)
    })
}

/// Prints a plan; the status tells what stands in its way.
pub(crate) fn announce<A: Action>(
    global: &Global,
    plan: &Plan<A>,
    detailed: bool,
) -> Result<Status, Failure> {
    plan.notes.iter().for_each(|note| term::note(note));
    term::print(global, plan, |style| text(plan, style))?;
    if global.output != Output::Text {
        report_blockers(global, &plan.blockers);
    }
    Ok(match blocked_status(&plan.blockers) {
        Some(status) => status,
        None if detailed && is_pending(plan) => Status::Pending,
        None => Status::Done,
    })
}

fn is_pending<A: Action>(plan: &Plan<A>) -> bool {
    !plan.steps.is_empty() || !plan.reboot_reasons.is_empty()
}

pub(crate) fn report_blockers(global: &Global, blockers: &[Blocker]) {
    let style = Style::stderr(global);
    for blocker in blockers {
        Failure::blocked(blocker).print(style);
    }
}

/// The gravest refusal: what is in use comes before what cannot be had.
pub(crate) fn blocked_status(blockers: &[Blocker]) -> Option<Status> {
    blockers.iter().map(status_of).max_by_key(|status| *status as u8)
}

pub(crate) fn text<A: Action>(plan: &Plan<A>, style: Style) -> String {
    let mut text = String::new();
    for step in &plan.steps {
        let _ = writeln!(text, "{step}");
    }
    let _ = writeln!(text, "{}", style.bold(&summary(plan)));
    for reason in &plan.reboot_reasons {
        let _ = writeln!(text, "{}: {reason}", style.yellow("reboot needed"));
    }
    text + &blocker_lines(&plan.blockers, style)
}

/// Each obstacle with what to do about it; for every command that plans.
pub(crate) fn blocker_lines(blockers: &[Blocker], style: Style) -> String {
    let mut text = String::new();
    for blocker in blockers {
        let label = style.red(&format!("blocked[{}]", blocker.code));
        let _ = writeln!(text, "{label}: {blocker}");
        if let Some(help) = &blocker.help {
            let _ = writeln!(text, "help: {help}");
        }
    }
    text
}

fn summary<A: Action>(plan: &Plan<A>) -> String {
    match plan.steps.len() {
        0 if !plan.reboot_reasons.is_empty() => "nothing to do but a reboot".to_owned(),
        0 if plan.blockers.is_empty() => "nothing to do".to_owned(),
        0 => "nothing can be done".to_owned(),
        steps => {
            format!("{}, disruption: {}", table::counted(steps, "step"), plan.disruption())
        }
    }
}
