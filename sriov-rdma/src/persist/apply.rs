//! Carrying a plan out. Nothing is decided here: check, act, read back, report.

use std::time::Duration;

use sriov_host::boot::{Ledger, LedgerError};
use sriov_host::plan::{Outcome, RebootReason, Step};
use sriov_host::seam::{FilesError, Host, HostPath, Lock, RdmaSystem};

use super::SUBJECT;
use super::action::{ModeAction, ModePlan, Restart};
use super::error::ModeStepError;
use super::options::ModeApplyOptions;
use super::report::{ModeApplied, ModeStepReport};
use super::step::Steps;

/// Carries a plan out: first what is about the next boot, then the live mode.
///
/// A kernel that refuses the live change, although nobody was seen to be in the way when it was
/// planned, makes a restart necessary if the plan says that it helps; else it is the step's error.
/// A restart is reported only once it is in the ledger. Nothing to do means that nothing is
/// written, and not even the lock is taken.
///
/// # Disruption
///
/// None. The kernel changes the mode only while nobody could notice.
pub fn apply(
    plan: &ModePlan,
    host: &dyn Host,
    rdma: &dyn RdmaSystem,
    options: &ModeApplyOptions,
) -> ModeApplied {
    let mut run = Run { plan, host, options, applied: ModeApplied::default() };
    let lock = if plan.plan.steps.is_empty() {
        None
    } else {
        match run.lock() {
            Ok(lock) => Some(lock),
            Err(error) => return run.refused(error),
        }
    };
    run.steps(&Steps { host, rdma, options });
    drop(lock);
    if let Err(error) = run.ledger() {
        run.applied.reboot_reasons.clear();
        run.applied.ledger_error = Some(error);
    }
    run.applied
}

struct Run<'a> {
    plan: &'a ModePlan,
    host: &'a dyn Host,
    options: &'a ModeApplyOptions,
    applied: ModeApplied,
}

impl Run<'_> {
    fn lock(&self) -> Result<Box<dyn Lock>, FilesError> {
        self.host.lock(&HostPath::new("run/sriov/rdma.lock"), &self.options.owner)
    }

    fn refused(mut self, error: FilesError) -> ModeApplied {
        let mut error = Some(ModeStepError::Locked(error));
        for step in &self.plan.plan.steps {
            let because = error.take().unwrap_or(ModeStepError::NotTried("the lock is not ours"));
            self.applied.steps.push(report(step, Err(because), Duration::ZERO));
        }
        self.applied
    }

    fn steps(&mut self, steps: &Steps<'_>) {
        let _span = tracing::info_span!("apply", subject = SUBJECT).entered();
        let mut broken = false;
        for step in &self.plan.plan.steps {
            let persists = step.action.persists();
            let begun = self.host.now();
            let result = if broken && persists {
                Err(ModeStepError::NotTried("the step before it failed"))
            } else {
                steps.step(&step.action)
            };
            broken |= persists && result.is_err();
            let elapsed = self.host.now().saturating_sub(begun);
            self.applied.steps.push(report(step, result, elapsed));
        }
        if !broken {
            self.applied.reboot_reasons = self.reboot_reasons();
        }
    }

    /// What the plan says of a restart, and what it says in case the kernel refuses.
    fn reboot_reasons(&self) -> Vec<RebootReason> {
        let refused = self.applied.errors().any(|(_, error)| error.is_busy());
        match &self.plan.restart {
            Restart::Helps { reason, .. } if refused => vec![reason.clone()],
            _ => self.plan.plan.reboot_reasons.clone(),
        }
    }

    /// Records a restart before it is reported, and forgets one that is not needed any more.
    fn ledger(&self) -> Result<(), LedgerError> {
        let owner = &self.options.owner;
        match (&self.plan.restart, self.applied.reboot_reasons.first()) {
            (Restart::Helps { boot, evidence, .. }, Some(reason)) => {
                let mut ledger = Ledger::load(self.host)?;
                if ledger.ask(reason, boot, evidence) {
                    Ledger::update(self.host, owner, |ledger| {
                        ledger.ask(reason, boot, evidence);
                    })?;
                }
            }
            _ if self.is_cured() && self.is_remembered() => {
                Ledger::update(self.host, owner, |ledger| {
                    ledger.settle(SUBJECT);
                })?;
            }
            _ => {}
        }
        Ok(())
    }

    /// A ledger that cannot be read matters only where a restart would be asked for.
    fn is_remembered(&self) -> bool {
        let remembers = |ledger: Ledger| ledger.records().any(|(subject, _)| subject == SUBJECT);
        Ledger::load(self.host).is_ok_and(remembers)
    }

    /// Whether the host runs as wanted.
    fn is_cured(&self) -> bool {
        self.plan.plan.blockers.is_empty()
            && self.applied.reboot_reasons.is_empty()
            && self.applied.errors().next().is_none()
    }
}

fn report(
    step: &Step<ModeAction>,
    result: Result<Outcome, ModeStepError>,
    elapsed: Duration,
) -> ModeStepReport {
    let action = sriov_host::plan::Action::name(&step.action);
    let (outcome, error) = match result {
        Ok(outcome) => (outcome, None),
        Err(error @ (ModeStepError::NotTried(_) | ModeStepError::Locked(_))) => {
            (Outcome::NotRun, Some(error))
        }
        Err(error) => (Outcome::Failed, Some(error)),
    };
    tracing::info!(action, %outcome, reason = %step.reason, "step");
    ModeStepReport { step: step.clone(), outcome, elapsed, error }
}
