//! Carrying a plan out. Nothing is decided here: check, act, read back, report.

mod bind;
mod count;
mod links;
mod run;
mod settings;

use std::collections::BTreeSet;
use std::time::Duration;

use super::action::{VfAction, VfPlan};
use super::cancel::Cancel;
use super::report::{Applied, StepReport};
use crate::plan::{Blocker, Guard, Step};
use crate::readiness::VfReadiness;
use crate::seam::Host;

use run::PfRun;
pub(crate) use run::lock_path;

/// How to carry a plan out.
#[derive(Clone, Debug)]
pub struct ApplyOptions {
    /// The guards that are overridden, by name.
    pub allow: BTreeSet<Guard>,
    /// Who applies, left in the locks for others to read.
    pub owner: String,
    /// The time altogether; `None` for as long as each step's own deadline allows.
    pub timeout: Option<Duration>,
    /// Stops at the next safe point.
    pub cancel: Cancel,
    /// How many VFs are bound at the same time.
    pub parallel: usize,
}

impl Default for ApplyOptions {
    fn default() -> Self {
        Self {
            allow: BTreeSet::new(),
            owner: format!("pid {}", std::process::id()),
            timeout: None,
            cancel: Cancel::default(),
            parallel: 8,
        }
    }
}

/// What happens while a plan is carried out.
#[derive(Debug)]
#[non_exhaustive]
pub enum Progress<'a> {
    /// Steps are about to be done, together where there are several.
    Started(&'a [Step<VfAction>]),
    /// VFs that are waited for reached a stage.
    Waiting(&'a [&'a VfReadiness]),
    /// A step has ended.
    Ended(&'a StepReport),
}

/// Carries a plan out, PF by PF.
///
/// A PF that has a blocker in the plan is left alone; the others are each locked while their steps
/// run. A PF whose step fails stops there; the others go on.
/// Steps about one VF that fail leave the other VFs alone; a VF that did not get its settings is
/// not handed to a driver. Whatever happens, `sriov_drivers_autoprobe` is put back.
///
/// # Disruption
///
/// Never more than [`Plan::disruption`](crate::plan::Plan::disruption) announced.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "sim")] {
/// use sriov_host::config::{NodeConfig, PfConfig, PfMatch};
/// use sriov_host::inventory::{ObserveOptions, observe};
/// use sriov_host::sim::SimHost;
/// use sriov_host::vfs::{ApplyOptions, PlanOptions, apply, plan};
/// use sriov_host::VfCount;
///
/// let host = SimHost::with_igb_pair();
/// let mut pf = PfConfig::new(PfMatch::Pci("0000:01:00.0".parse()?));
/// pf.num_vfs = Some(VfCount::new(4));
/// let config = NodeConfig { pfs: vec![pf], ..NodeConfig::default() };
/// let attrs = ObserveOptions { vf_attrs: true };
///
/// let wanted = plan(&observe(&host, attrs)?, &config, PlanOptions::default())?;
/// let applied = apply(&wanted, &host, &ApplyOptions::default(), &|_| {});
/// assert!(applied.is_complete());
/// assert!(plan(&observe(&host, attrs)?, &config, PlanOptions::default())?.is_empty());
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn apply(
    plan: &VfPlan,
    host: &dyn Host,
    options: &ApplyOptions,
    progress: &(dyn Fn(&Progress<'_>) + Sync),
) -> Applied {
    let deadline = options.timeout.map(|timeout| host.now().saturating_add(timeout));
    let mut applied = Applied::default();
    for steps in plan.steps.chunk_by(|a, b| a.action.pf() == b.action.pf()) {
        let Some(first) = steps.first() else { continue };
        let pf = first.action.pf();
        let run = PfRun::new(pf, host, options, deadline, progress);
        let blockers = plan.blockers.iter().filter(|blocker| blocker.target.pf() == Some(pf));
        let blockers: Vec<Blocker> = blockers.cloned().collect();
        let reports =
            if blockers.is_empty() { run.run(steps) } else { run.blocked(steps, blockers) };
        applied.steps.extend(reports);
    }
    applied
}
