//! Staging what was planned. Nothing is decided here: check, stage, read back, remember, report.

mod error;
mod report;

use std::time::Duration;

pub use error::KargsError;
pub use report::{KargStepReport, KargsApplied};

use super::plan::LIMIT;
use super::{
    BootFacts, Bootloader, CommandLine, Edit, KargAction, KargsPlan, KernelArg, Ledger, Presence,
    Staged, Verdict, observe,
};
use crate::plan::{Outcome, RebootReason, chain};
use crate::seam::{Host, HostPath};

/// How to stage kernel arguments.
#[derive(Clone, Debug)]
pub struct KargsOptions {
    /// Who applies, left in the locks for others to read.
    pub owner: String,
    /// How long the boot loader's tools may take: 10 minutes, where nothing else is said.
    /// rpm-ostree builds a whole deployment, grub looks for other systems.
    pub deadline: Duration,
}

impl Default for KargsOptions {
    fn default() -> Self {
        Self { owner: format!("pid {}", std::process::id()), deadline: Duration::from_mins(10) }
    }
}

/// What is locked while arguments are staged.
fn lock_path() -> HostPath {
    HostPath::new("run/sriov/kargs.lock")
}

/// Stages what was planned, reads it back, and tells whether a restart is all that is missing.
///
/// A restart is told of only if everything wanted is proven staged and the ledger could be
/// written before. Where nothing is to be staged or remembered, nothing is written at all, no lock
/// is taken and no program is run; a restart that is outstanding is still told of.
///
/// # Disruption
///
/// None by itself: what is staged takes effect at the next boot.
pub fn apply(
    planned: &KargsPlan,
    host: &dyn Host,
    loader: &dyn Bootloader,
    options: &KargsOptions,
) -> KargsApplied {
    let run = Run { planned, host, loader, options };
    if run.has_work() {
        return run.locked();
    }
    let reboot_reasons =
        if planned.reboot_required { planned.plan.reboot_reasons.clone() } else { Vec::new() };
    KargsApplied { staged: planned.facts.staged.clone(), reboot_reasons, ..KargsApplied::default() }
}

struct Run<'a> {
    planned: &'a KargsPlan,
    host: &'a dyn Host,
    loader: &'a dyn Bootloader,
    options: &'a KargsOptions,
}

impl Run<'_> {
    /// Whether anything has to be written. What blocks a part of the plan withholds all of it.
    fn has_work(&self) -> bool {
        let KargsPlan { facts, plan, settled, .. } = self.planned;
        let asks = |reason: &RebootReason| match &facts.ledger {
            Ok(ledger) => ledger.judge(reason, &facts.boot, LIMIT) != Verdict::Outstanding,
            Err(_) => true,
        };
        let pending = self.planned.reboot_required && plan.reboot_reasons.iter().any(asks);
        plan.blockers.is_empty() && (!plan.steps.is_empty() || !settled.is_empty() || pending)
    }

    fn locked(&self) -> KargsApplied {
        let held = match self.host.lock(&lock_path(), &self.options.owner) {
            Ok(held) => held,
            Err(error) => return self.not_run(KargsError::Lock(error)),
        };
        let staged = match self.fresh() {
            Ok(facts) => facts.staged,
            Err(error) => return self.not_run(error),
        };
        let mut applied = self.stage(staged);
        if applied.is_complete() {
            match self.remember(&applied) {
                Ok(reasons) => applied.reboot_reasons = reasons,
                // Forgetting is tidiness; the next run tries again.
                Err(error) if self.planned.plan.reboot_reasons.is_empty() => {
                    applied.notes.push(chain(&error));
                }
                Err(error) => applied.error = Some(error),
            }
        }
        drop(held);
        applied
    }

    /// The facts as they are now, if they are still those of the plan.
    fn fresh(&self) -> Result<BootFacts, KargsError> {
        let (facts, old) =
            (observe(self.host, self.loader).map_err(KargsError::Look)?, &self.planned.facts);
        let same = [
            ("the boot loader", facts.kind == old.kind),
            ("the boot", facts.boot == old.boot),
            ("the running command line", facts.running == old.running),
            ("what is staged", facts.staged == old.staged),
        ];
        match same.into_iter().find(|(_, same)| !same) {
            Some((what, _)) => Err(KargsError::Stale { what }),
            None => Ok(facts),
        }
    }

    /// One call for all steps: between two of them a boot loader must not be found half-way.
    fn stage(&self, before: Option<Staged>) -> KargsApplied {
        if self.planned.plan.steps.is_empty() {
            return self.judged(before, Duration::ZERO);
        }
        let begun = self.host.now();
        let mut edit = Edit::default();
        for step in &self.planned.plan.steps {
            match &step.action {
                KargAction::Add { arg } => edit.add.push(arg.clone()),
                KargAction::Remove { arg } => edit.remove.push(arg.clone()),
            }
        }
        tracing::info!(action = "stage kernel arguments", add = ?edit.add, remove = ?edit.remove);
        let result = self.loader.stage(self.host, &edit, self.options.deadline);
        let after = self.loader.staged(self.host);
        let elapsed = self.host.now().saturating_sub(begun);
        match (result, after) {
            (Err(error), after) => {
                self.failed(KargsError::Stage(error), after.ok().flatten(), elapsed)
            }
            (Ok(()), Err(error)) => self.failed(KargsError::ReadBack(error), None, elapsed),
            (Ok(()), Ok(after)) => {
                let notes = self.lost(after.as_ref());
                KargsApplied { notes, ..self.judged(after, elapsed) }
            }
        }
    }

    /// What is staged against what was wanted, step by step and then as a whole.
    fn judged(&self, staged: Option<Staged>, elapsed: Duration) -> KargsApplied {
        let Some(after) = &staged else {
            return self.failed(KargsError::NothingStaged, None, elapsed);
        };
        let steps = self.planned.plan.steps.iter().map(|step| {
            let error = match &step.action {
                KargAction::Add { arg } => missing(after, arg),
                KargAction::Remove { arg } => left(after, arg),
            };
            let outcome = if error.is_some() { Outcome::Failed } else { Outcome::Done };
            KargStepReport { step: step.clone(), outcome, elapsed, error }
        });
        let steps: Vec<KargStepReport> = steps.collect();
        let Edit { add, remove } = &self.planned.wanted;
        let mut unmet = add.iter().filter_map(|arg| missing(after, arg));
        let unmet = unmet.next().or_else(|| remove.iter().find_map(|arg| left(after, arg)));
        let told = steps.iter().any(|step| step.error.is_some());
        let error = unmet.filter(|_| !told);
        KargsApplied { steps, staged, error, ..KargsApplied::default() }
    }

    /// Arguments of others that the boot loader's tool dropped on the way.
    fn lost(&self, after: Option<&Staged>) -> Vec<String> {
        let (Some(before), Some(after)) = (&self.planned.facts.staged, after) else {
            return Vec::new();
        };
        let ours =
            |arg: &KernelArg| self.planned.wanted.remove.iter().any(|gone| gone.is_same(arg));
        let there = |arg: &KernelArg| after.line.args().contains(arg);
        let lost = before.line.args().iter().filter(|arg| !ours(arg) && !there(arg));
        lost.map(|arg| {
            format!("{arg} was staged before and is not any more; nobody asked for that")
        })
        .collect()
    }

    /// Writes the ledger first, and only then tells of a restart.
    fn remember(&self, applied: &KargsApplied) -> Result<Vec<RebootReason>, KargsError> {
        let KargsPlan { facts, plan, settled, .. } = self.planned;
        let evidence = applied.staged.as_ref().map_or("", |staged| &staged.source);
        let mut futile = false;
        Ledger::update(self.host, &self.options.owner, |ledger| {
            let judge = |reason| ledger.judge(reason, &facts.boot, LIMIT);
            futile = plan.reboot_reasons.iter().any(|r| matches!(judge(r), Verdict::Failed(_)));
            if futile {
                return;
            }
            for reason in &plan.reboot_reasons {
                ledger.ask(reason, &facts.boot, evidence);
            }
            for subject in settled {
                ledger.settle(subject);
            }
        })
        .map_err(KargsError::Ledger)?;
        if futile {
            return Err(KargsError::Stale { what: "the reboot ledger" });
        }
        Ok(plan.reboot_reasons.clone())
    }

    fn not_run(&self, error: KargsError) -> KargsApplied {
        let steps = self.ended(Outcome::NotRun, Duration::ZERO);
        KargsApplied { steps, error: Some(error), ..KargsApplied::default() }
    }

    fn failed(&self, error: KargsError, staged: Option<Staged>, elapsed: Duration) -> KargsApplied {
        let steps = self.ended(Outcome::Failed, elapsed);
        KargsApplied { steps, staged, error: Some(error), ..KargsApplied::default() }
    }

    fn ended(&self, outcome: Outcome, elapsed: Duration) -> Vec<KargStepReport> {
        let steps = self.planned.plan.steps.iter().cloned();
        steps.map(|step| KargStepReport { step, outcome, elapsed, error: None }).collect()
    }
}

fn missing(staged: &Staged, arg: &KernelArg) -> Option<KargsError> {
    let line: &CommandLine = &staged.line;
    (line.presence(arg) != Presence::Present).then(|| no_effect(staged, arg, true))
}

fn left(staged: &Staged, arg: &KernelArg) -> Option<KargsError> {
    staged.line.holds(arg).then(|| no_effect(staged, arg, false))
}

fn no_effect(staged: &Staged, arg: &KernelArg, wanted: bool) -> KargsError {
    KargsError::NoEffect { arg: arg.clone(), wanted, staged_in: staged.source.clone() }
}
