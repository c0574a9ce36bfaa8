use std::collections::BTreeSet;
use std::fmt::Write as _;

use sriov_host::config::NodeConfig;
use sriov_host::inventory::{NodeInventory, ObserveOptions, PfInventory, observe};
use sriov_host::plan::{Action, Blocker, Disruption, Guard};
use sriov_host::seam::Host;
use sriov_host::vfs::{PlanOptions, VfPlan, guard_blockers, observe_usage, plan};

use crate::args::{Global, Output, PlanArgs};
use crate::failure::{Failure, status_of};
use crate::session::with_host;
use crate::status::Status;
use crate::term::{self, Style};
use crate::{input, table};

pub(crate) fn run(global: &Global, args: PlanArgs) -> Result<Status, Failure> {
    let config = input::config(&args.wanted.file)?;
    let options = PlanOptions { lower_mtu: args.wanted.lower_mtu };
    if let Some(file) = &args.observed {
        let inventory = NodeInventory::parse(&input::text(file)?)?;
        let plan = plan(&inventory, &config, options)?;
        return announce(global, &plan, args.detailed_exitcode);
    }
    with_host(global, |host| {
        let plan = make(host, &config, options, &args.allow.into_iter().collect())?;
        announce(global, &plan, args.detailed_exitcode)
    })
}

/// Looks at the host and plans, with what its users stand in the way of.
pub(crate) fn make(
    host: &dyn Host,
    config: &NodeConfig,
    options: PlanOptions,
    allow: &BTreeSet<Guard>,
) -> Result<VfPlan, Failure> {
    let inventory = observe(host, ObserveOptions { vf_attrs: true })?;
    let mut plan = plan(&inventory, config, options)?;
    let disrupted: BTreeSet<_> = plan
        .steps
        .iter()
        .filter(|step| step.action.disruption() > Disruption::None)
        .map(|step| step.action.pf())
        .collect();
    let concerned = inventory.pfs.iter().filter(|pf| disrupted.contains(&pf.pci));
    let concerned: Vec<&PfInventory> = concerned.collect();
    if !concerned.is_empty() {
        let usage = observe_usage(host, &concerned)?;
        let guards = guard_blockers(&plan, &usage, allow);
        plan.blockers.extend(guards);
    }
    Ok(plan)
}

/// Prints a plan; the status tells what stands in its way.
pub(crate) fn announce(global: &Global, plan: &VfPlan, detailed: bool) -> Result<Status, Failure> {
    term::print(global, plan, |style| text(plan, style))?;
    if global.output != Output::Text {
        report_blockers(global, &plan.blockers);
    }
    Ok(match blocked_status(&plan.blockers) {
        Some(status) => status,
        None if detailed && !plan.steps.is_empty() => Status::Pending,
        None => Status::Done,
    })
}

pub(crate) fn report_blockers(global: &Global, blockers: &[Blocker]) {
    let style = Style::stderr(global);
    blockers.iter().for_each(|blocker| Failure::blocked(blocker).print(style));
}

/// The gravest refusal: what is in use comes before what cannot be had.
pub(crate) fn blocked_status(blockers: &[Blocker]) -> Option<Status> {
    blockers.iter().map(status_of).max_by_key(|status| *status as u8)
}

pub(crate) fn text(plan: &VfPlan, style: Style) -> String {
    let mut text = String::new();
    for step in &plan.steps {
        let _ = writeln!(text, "{step}");
    }
    let _ = writeln!(text, "{}", style.bold(&summary(plan)));
    for blocker in &plan.blockers {
        let label = style.red(&format!("blocked[{}]", blocker.code));
        let _ = writeln!(text, "{label}: {blocker}");
        if let Some(help) = &blocker.help {
            let _ = writeln!(text, "help: {help}");
        }
    }
    text
}

fn summary(plan: &VfPlan) -> String {
    match plan.steps.len() {
        0 if plan.blockers.is_empty() => "nothing to do".to_owned(),
        0 => "nothing can be done".to_owned(),
        steps => {
            format!("{}, disruption: {}", table::counted(steps, "step"), plan.disruption())
        }
    }
}
