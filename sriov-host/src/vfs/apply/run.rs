use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::super::action::VfAction;
use super::super::error::StepError;
use super::super::guards::step_blockers;
use super::super::report::StepReport;
use super::super::usage::{PfUsage, observe_usage};
use super::{ApplyOptions, Progress};
use crate::inventory::{
    NetdevPlace, ObserveOptions, ifindex_of, netdev_of, observe_pf, vf_addresses,
};
use crate::owed;
use crate::plan::{Action, Blocker, Disruption, Outcome, Step};
use crate::seam::{FilesError, Host, HostPath, Lock};
use crate::{IfIndex, PciAddress, VfIndex};

/// What a step came to: whether anything had to be done.
pub(super) type StepResult = Result<Outcome, StepError>;

/// The steps of one PF.
pub(super) struct PfRun<'a> {
    pub(super) pf: PciAddress,
    pub(super) host: &'a dyn Host,
    pub(super) options: &'a ApplyOptions,
    pub(super) progress: &'a (dyn Fn(&Progress<'_>) + Sync),
    /// When the VFs were last known to be as before this run.
    pub(super) begun: Duration,
    deadline: Option<Duration>,
    usage: OnceCell<PfUsage>,
    /// Autoprobe is held at 0 by this run.
    pub(super) holds: bool,
    /// Why the rest of the PF's steps are not tried.
    stopped: Option<String>,
    /// The VFs that a step failed for: they are not handed on.
    failed: BTreeSet<VfIndex>,
    /// The VFs that this run created or bound: what udev knew before is about earlier ones.
    pub(super) renewed: BTreeSet<VfIndex>,
    reports: Vec<StepReport>,
}

impl<'a> PfRun<'a> {
    pub(super) fn new(
        pf: PciAddress,
        host: &'a dyn Host,
        options: &'a ApplyOptions,
        deadline: Option<Duration>,
        progress: &'a (dyn Fn(&Progress<'_>) + Sync),
    ) -> Self {
        Self {
            pf,
            host,
            options,
            progress,
            begun: host.now(),
            deadline,
            usage: OnceCell::new(),
            holds: false,
            stopped: None,
            failed: BTreeSet::new(),
            renewed: BTreeSet::new(),
            reports: Vec::new(),
        }
    }

    pub(super) fn run(mut self, steps: &[Step<VfAction>]) -> Vec<StepReport> {
        let _span = tracing::info_span!("apply", pf = %self.pf).entered();
        let lock = match self.lock() {
            Ok(lock) => lock,
            Err(error) => {
                self.refuse_all(steps, error);
                return self.reports;
            }
        };
        for batch in steps.chunk_by(|a, b| together(&a.action, &b.action)) {
            self.batch(batch);
        }
        self.put_autoprobe_back();
        drop(lock);
        self.reports
    }

    /// No step is tried: the plan says what stands in the way.
    pub(super) fn blocked(
        mut self,
        steps: &[Step<VfAction>],
        blockers: Vec<Blocker>,
    ) -> Vec<StepReport> {
        self.refuse_all(steps, StepError::Guarded(blockers));
        self.reports
    }

    fn lock(&self) -> Result<Box<dyn Lock>, StepError> {
        self.host.lock(&lock_path(self.pf), &self.options.owner).map_err(|error| match error {
            FilesError::Locked { .. } => StepError::Locked(error),
            error => StepError::CannotLock(error),
        })
    }

    fn refuse_all(&mut self, steps: &[Step<VfAction>], error: StepError) {
        let mut error = Some(error);
        for step in steps {
            let because =
                error.take().unwrap_or_else(|| StepError::NotTried("see above".to_owned()));
            self.report(step, Err(because), Duration::ZERO);
        }
    }

    fn batch(&mut self, steps: &[Step<VfAction>]) {
        let mut tried: Vec<&Step<VfAction>> = Vec::new();
        for step in steps {
            match self.reason_not_to(&step.action) {
                Some(error) => self.report(step, Err(error), Duration::ZERO),
                None => tried.push(step),
            }
        }
        let Some(first) = tried.first() else { return };
        (self.progress)(&Progress::Started(steps));
        let begun = self.host.now();
        let results = match &first.action {
            VfAction::SetVf { .. } => self.set_vfs(&tried),
            VfAction::BindVf { .. } | VfAction::RebindVf { .. } => self.bind_vfs(&tried),
            _ => tried.iter().map(|step| self.single(&step.action)).collect(),
        };
        let elapsed = self.host.now().saturating_sub(begun);
        for (step, result) in tried.into_iter().zip(results) {
            self.report(step, result, elapsed);
        }
    }

    /// Why the step is not tried at all.
    fn reason_not_to(&self, action: &VfAction) -> Option<StepError> {
        if let Some(because) = &self.stopped {
            return Some(StepError::NotTried(because.clone()));
        }
        if self.options.cancel.is_cancelled() {
            return Some(StepError::Cancelled);
        }
        if self.deadline.is_some_and(|deadline| self.host.now() >= deadline) {
            return Some(StepError::OutOfTime);
        }
        if let Some(vf) = action.vf().filter(|vf| self.failed.contains(vf)) {
            let hands_on = !matches!(action, VfAction::SetVf { .. });
            let because = || StepError::NotTried(format!("an earlier step of VF {vf} failed"));
            return hands_on.then(because);
        }
        let owes = matches!(action, VfAction::CloseRecord { .. }) && !self.failed.is_empty();
        owes.then(|| StepError::NotTried("the record stays until every VF is done".to_owned()))
    }

    fn single(&mut self, action: &VfAction) -> StepResult {
        self.check_guards(action)?;
        match *action {
            VfAction::HoldAutoprobe { .. } => self.hold_autoprobe(),
            VfAction::PutBackAutoprobe { .. } => self.release_autoprobe(),
            VfAction::DestroyVfs { from, .. } => self.destroy_vfs(from),
            VfAction::CreateVfs { count, .. } => self.create_vfs(count),
            VfAction::SetEswitchMode { from, to, .. } => self.set_eswitch_mode(from, to),
            VfAction::SetPfUp { .. } => self.set_pf_up(),
            VfAction::SetPfMtu { from, to, .. } => {
                let index = self.netdev(self.pf)?;
                self.set_mtu(index, from, to)
            }
            VfAction::SetVfMtu { vf, from, to, .. } => {
                let pci = self.vf_address(vf)?;
                self.check_vf_here(pci)?;
                let index = self.netdev(pci)?;
                self.set_mtu(index, from, to)
            }
            VfAction::WaitVfs { ref vfs, .. } => self.wait_vfs(vfs),
            VfAction::OpenRecord { ref owed, .. } => {
                owed::begin(self.host, self.pf, owed).map_err(StepError::Record)?;
                Ok(Outcome::Done)
            }
            VfAction::CloseRecord { .. } => {
                owed::finish(self.host, self.pf).map_err(StepError::Record)?;
                Ok(Outcome::Done)
            }
            // Done in batches.
            VfAction::SetVf { .. } | VfAction::BindVf { .. } | VfAction::RebindVf { .. } => {
                Err(StepError::NoVf)
            }
        }
    }

    fn report(&mut self, step: &Step<VfAction>, result: StepResult, elapsed: Duration) {
        let (outcome, error) = match result {
            Ok(outcome) => (outcome, None),
            Err(error) => (outcome_of(&error), Some(error)),
        };
        if let Some(error) = &error {
            self.note_failure(&step.action, outcome, error);
        }
        let (action, target) = (step.action.name(), step.action.target());
        tracing::info!(action, %target, reason = %step.reason, %outcome, "step ended");
        let report = StepReport { step: step.clone(), outcome, elapsed, error };
        (self.progress)(&Progress::Ended(&report));
        self.reports.push(report);
    }

    fn note_failure(&mut self, action: &VfAction, outcome: Outcome, error: &StepError) {
        if let StepError::NotReady(late) = error {
            self.failed.extend(late.iter().map(|vf| vf.index));
        } else if let Some(vf) = action.vf() {
            self.failed.insert(vf);
        } else if let StepError::FewerVfs { wanted, enabled } = error {
            // Those that are there get what they should have.
            self.failed.extend(wanted.indexes().filter(|vf| !enabled.contains(*vf)));
        } else if outcome == Outcome::Failed && self.stopped.is_none() {
            self.stopped = Some(format!("{} failed", action.name()));
        }
    }

    pub(super) fn has_failed(&self, vf: VfIndex) -> bool {
        self.failed.contains(&vf)
    }

    /// Refuses a step that would disrupt somebody, as things are now.
    pub(super) fn check_guards(&self, action: &VfAction) -> Result<(), StepError> {
        if action.disruption() == Disruption::None {
            return Ok(());
        }
        let blockers = step_blockers(action, self.usage()?, &self.options.allow);
        if blockers.is_empty() { Ok(()) } else { Err(StepError::Guarded(blockers)) }
    }

    /// Looked at once for the PF, right before its first disruptive step.
    fn usage(&self) -> Result<&PfUsage, StepError> {
        if let Some(usage) = self.usage.get() {
            return Ok(usage);
        }
        let (pf, _) = observe_pf(self.host, self.pf, ObserveOptions::default())?;
        let mut usage = observe_usage(self.host, &[&pf])?;
        let of_pf = usage.pfs.remove(&self.pf).unwrap_or_default();
        Ok(self.usage.get_or_init(|| of_pf))
    }

    /// The wish, or what is left of the time altogether.
    pub(super) fn budget(&self, wish: Duration) -> Duration {
        let left = self.deadline.map(|deadline| deadline.saturating_sub(self.host.now()));
        left.map_or(wish, |left| wish.min(left))
    }

    pub(super) fn vfs(&self) -> Result<BTreeMap<VfIndex, PciAddress>, StepError> {
        Ok(vf_addresses(self.host, self.pf)?.into_iter().collect())
    }

    pub(super) fn vf_address(&self, vf: VfIndex) -> Result<PciAddress, StepError> {
        crate::inventory::vf_address(self.host, self.pf, vf)?.ok_or(StepError::NoVf)
    }

    pub(super) fn netdev(&self, pci: PciAddress) -> Result<IfIndex, StepError> {
        match netdev_of(self.host, pci)? {
            NetdevPlace::Here(path, _) => Ok(ifindex_of(self.host, &path)?),
            NetdevPlace::None | NetdevPlace::Foreign => Err(StepError::NoNetdev(pci)),
        }
    }
}

/// Steps that are done together: settings of many VFs in few requests, binds side by side.
fn together(a: &VfAction, b: &VfAction) -> bool {
    let binds =
        |action: &VfAction| matches!(action, VfAction::BindVf { .. } | VfAction::RebindVf { .. });
    let sets = |action: &VfAction| matches!(action, VfAction::SetVf { .. });
    (binds(a) && binds(b)) || (sets(a) && sets(b))
}

fn outcome_of(error: &StepError) -> Outcome {
    match error {
        StepError::NotTried(_)
        | StepError::Cancelled
        | StepError::OutOfTime
        | StepError::Guarded(_)
        | StepError::Locked(_)
        | StepError::CannotLock(_) => Outcome::NotRun,
        _ => Outcome::Failed,
    }
}

/// The advisory lock of a PF. Other tools may take it as well: `flock /run/sriov/pf-….lock`.
pub(crate) fn lock_path(pf: PciAddress) -> HostPath {
    HostPath::new(format!("run/sriov/pf-{pf}.lock"))
}
