use std::time::Duration;

use sriov_host::plan::{Outcome, chain};

use super::Ways;
use super::error::NicError;
use super::evidence::{evidence, needing_power};
use super::options::FirmwareOptions;
use super::outstanding::Outstanding;
use super::report::NicReport;
use super::reset::Reset;
use super::seen::{Seen, room};
use super::write::{Staged, names, stage};
use crate::access::Access;
use crate::backend::Backend;
use crate::lock::{self, Use};
use crate::output::Closing;
use crate::param::Reading;
use crate::plan::{NicAction, NicPlan};
use crate::progress::{OnProgress, Stage};

/// What all cards of a run have in common.
#[derive(Clone, Copy)]
pub(super) struct Job<'a> {
    pub(super) access: &'a Access<'a>,
    pub(super) options: &'a FirmwareOptions,
    pub(super) progress: OnProgress<'a>,
    pub(super) ways: &'a dyn Ways,
}

impl Job<'_> {
    /// Brings one card to what was planned for it.
    pub(super) fn run(&self, plan: &NicPlan) -> NicReport {
        if plan.action == NicAction::Blocked {
            return NicReport::untouched(plan, Outcome::NotRun);
        }
        if plan.set.is_empty() && plan.reboot_reason.is_none() {
            return NicReport::untouched(plan, Outcome::Skipped);
        }
        let _span = tracing::info_span!("apply", card = %plan.card.id).entered();
        let begun = self.access.host.now();
        let mut report = NicReport::untouched(plan, Outcome::Skipped);
        if let Err(error) = self.work(plan, &mut report) {
            report.outcome = error.outcome();
            report.error = Some(error);
        }
        let failed = report.error.is_some();
        self.tell(plan, if failed { Stage::Failed } else { Stage::Done });
        report.elapsed = self.elapsed(begun);
        tracing::info!(outcome = %report.outcome, action = %report.action, "card ended");
        report
    }

    fn elapsed(&self, begun: Duration) -> Duration {
        self.access.host.now().saturating_sub(begun)
    }

    fn tell(&self, plan: &NicPlan, stage: Stage) {
        (self.progress)(&plan.card.id, stage);
    }

    fn work(&self, plan: &NicPlan, report: &mut NicReport) -> Result<(), NicError> {
        let host = self.access.host;
        let _lock = lock::take(host, &plan.card.id, Use::Write, self.options, self.progress)?;
        let reset = Reset { access: self.access, options: self.options, plan };
        if self.options.reset && plan.action == NicAction::WriteAndReset {
            reset.check_users()?;
        }
        let backend = self.ways.to(&plan.card, &names(plan))?;
        let staged = stage(plan, &*backend, &|stage| self.tell(plan, stage))?;
        let restart = take_in(&staged, report);
        self.look(&staged.reading, &*backend, restart, report);
        // Whether a reset helps is told by some tools only once something waits for it.
        if self.options.reset && report.outstanding.is_some() && reset.is_possible() {
            self.reset(&reset, &*backend, restart, report);
        }
        Ok(())
    }

    /// What is still needed, now that the values for the next boot are in place.
    fn look(
        &self,
        reading: &Reading,
        backend: &dyn Backend,
        restart: NicAction,
        report: &mut NicReport,
    ) {
        let plan = &report.planned;
        if plan.reboot_reason.is_none() {
            return;
        }
        let seen = Seen { plan, reading, room: room(self.access.host, &plan.card) };
        if seen.not_running().next().is_none() {
            // Somebody loaded them meanwhile, or a reset did.
            report.outstanding = None;
            return;
        }
        let power = restart == NicAction::PowerCycle;
        let evidence = evidence(&seen, backend.kind());
        report.evidence = if power { needing_power(evidence) } else { evidence };
        // A firmware reset needs no help of the tool that wrote.
        if report.action != NicAction::WriteAndReset {
            report.action = report.action.max(restart);
        }
        report.outstanding = Outstanding::after(report.action);
    }

    /// Loads the values by a reset. What goes wrong leaves them to a restart.
    fn reset(
        &self,
        reset: &Reset<'_>,
        backend: &dyn Backend,
        restart: NicAction,
        report: &mut NicReport,
    ) {
        self.tell(reset.plan, Stage::Resetting);
        report.action = NicAction::WriteAndReset;
        let done = reset.run(&mut report.removed_vfs);
        let failed = match done {
            Ok(()) => self.loaded(reset.plan, backend, restart, report),
            Err(NicError::Firmware(error)) => Some(format!("the reset failed: {}", chain(&error))),
            Err(error) if reset.plan.action != NicAction::WriteAndReset => {
                Some(format!("the card was not reset: {}", chain(&error)))
            }
            Err(error) => {
                report.outcome = Outcome::Failed;
                report.error = Some(error);
                Some("the card was not reset".to_owned())
            }
        };
        if let Some(words) = failed {
            report.warnings.push(words);
            report.action = restart;
            report.outstanding = Outstanding::after(restart);
        }
        if report.removed_vfs > 0 {
            let words = format!("{} VFs were removed for the reset", report.removed_vfs);
            report.warnings.push(words);
        }
    }

    /// Whether the reset did its work; else why not.
    fn loaded(
        &self,
        plan: &NicPlan,
        backend: &dyn Backend,
        restart: NicAction,
        report: &mut NicReport,
    ) -> Option<String> {
        self.tell(plan, Stage::ReadingBack);
        let reading = match backend.query(&plan.card, &names(plan)) {
            Ok(reading) => reading,
            Err(error) => return Some(format!("not seen behind the reset: {}", chain(&error))),
        };
        self.look(&reading, backend, restart, report);
        report.outstanding.map(|_| "the reset did not load the values".to_owned())
    }
}

/// Notes what the write came to. What a restart has to be, if it takes one.
fn take_in(staged: &Staged, report: &mut NicReport) -> NicAction {
    report.outcome = staged.outcome;
    report.closing = staged.closing;
    report.warnings.extend(staged.warning.clone());
    let words = match staged.closing {
        Some(Closing::PowerCycle) => "the tool says that only a power cycle loads the values",
        Some(Closing::NothingArmed) => {
            "the tool prepared nothing to load the values: a warm restart may not do"
        }
        Some(Closing::Reboot | Closing::Silent) | None => return NicAction::Reboot,
    };
    report.warnings.push(words.to_owned());
    NicAction::PowerCycle
}
