//! Carrying a plan out. Nothing is decided here: check, act, read back, report.

mod autoprobe;
mod bind;
mod binder;
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

#[cfg(all(test, feature = "sim"))]
mod tests {
    use super::*;
    use crate::config::NodeConfig;
    use crate::inventory::{ObserveOptions, observe};
    use crate::plan::Outcome;
    use crate::plan::{BlockerKind, Target};
    use crate::sim::SimHost;
    use crate::vfs::{PlanOptions, StepError, plan};

    #[test]
    fn a_pf_with_a_blocker_is_left_alone_and_the_other_is_done() {
        let host = SimHost::with_igb_pair();
        let wanted = "{ apiVersion: sriov/v1, kind: NodeConfig, pfs: \
                      [{ match: { vendor: '8086' }, numVfs: 2 }] }";
        let wanted = NodeConfig::parse(wanted).unwrap();
        let look = || observe(&host, ObserveOptions::default()).unwrap();
        let mut plan = plan(&look(), &wanted, PlanOptions::default()).unwrap();
        let blocked = look().pfs[0].pci;
        plan.blockers.push(Blocker {
            target: Target::Vf(blocked, 1.into()),
            kind: BlockerKind::NotOurs,
            message: "somebody else's".to_owned(),
            help: None,
            code: crate::codes::IN_USE.id,
            reason: None,
        });

        let applied = apply(&plan, &host, &ApplyOptions::default(), &|_| {});
        let counts: Vec<_> = look().pfs.iter().map(|pf| pf.num_vfs.unwrap().get()).collect();
        assert_eq!(counts, [0, 2]);
        let of_blocked = applied.steps.iter().filter(|step| step.step.action.pf() == blocked);
        let of_blocked: Vec<_> = of_blocked.collect();
        assert!(of_blocked.iter().all(|step| step.outcome == Outcome::NotRun), "{of_blocked:?}");
        assert!(matches!(of_blocked[0].error, Some(StepError::Guarded(_))), "{of_blocked:?}");
    }
}
