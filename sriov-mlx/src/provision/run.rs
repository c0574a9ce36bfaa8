use sriov_host::boot::BootId;
use sriov_host::plan::{RebootReason, chain};
use sriov_host::seam::{Host, HostPath};

use super::desired::{Desired, OnReboot};
use super::error::ProvisionError;
use super::look::{Judged, Seen, Subject, see};
use super::next::Decision;
use super::options::ProvisionOptions;
use super::outcome::{given_up, left_alone, of_write};
use super::report::{CardOutcome, CardReport, ProvisionOutcome, ProvisionReport, RebootRequest};
use super::state::State;
use super::{drivers, notice, switch};
use crate::access::Access;
use crate::apply::{FirmwareApplied, apply};
use crate::card::Card;
use crate::plan::FirmwarePlan;
use crate::progress::OnProgress;

/// Makes the cards of a host as wanted, as far as that is possible without a restart, and tells
/// what is left to do.
///
/// A host that is as wanted, and was found so before, is only read: the firmware is not asked where
/// sysfs tells enough, and nothing is written.
///
/// # Errors
///
/// [`ProvisionError`] if the run could not be begun, or its end not be remembered. What is wrong
/// with a single card is in the report, and keeps no other card from being done.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "sim")] {
/// use sriov_host::seam::HostPath;
/// use sriov_host::sim::SimHost; // or `linux::LinuxHost`
/// use sriov_mlx::provision::{Desired, ProvisionOptions, ProvisionOutcome, provision};
/// use sriov_mlx::{Access, nobody};
///
/// let host = SimHost::with_igb_pair();
/// let desired = Desired::parse("
/// version: 1
/// match: [{ device_id: 101d }]
/// policy: { at_least: 16 }
/// ")?;
/// let folder = HostPath::new("var/lib/sriov-mlx");
/// let report =
///     provision(&Access::new(&host), &desired, &folder, &ProvisionOptions::default(), &nobody)?;
/// assert_eq!(report.outcome, ProvisionOutcome::NoMatchingDevice);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn provision(
    access: &Access<'_>,
    desired: &Desired,
    state_dir: &HostPath,
    options: &ProvisionOptions,
    progress: OnProgress<'_>,
) -> Result<ProvisionReport, ProvisionError> {
    let _span = tracing::info_span!("provision").entered();
    let host = access.host;
    let mut report = empty(desired);
    if switch::is_off(host).map_err(ProvisionError::Boot)? {
        report.outcome = ProvisionOutcome::SwitchedOff;
        return Ok(report);
    }
    // Before anything else is asked: without it nothing may be written.
    State::load(host, state_dir)?;
    let (all, missing) = drivers::cards(host, desired, options.drivers_within)?;
    report.notes.extend(missing);
    let cards: Vec<Card> = all.into_iter().filter(|card| desired.selects(card)).collect();
    let boot = BootId::running(host).map_err(ProvisionError::Boot)?;
    let max = desired.max_attempts;
    let subject = Subject { hash: report.desired.clone(), boot, folder: state_dir, max };
    let seen = see(access, desired, &cards, &options.firmware, progress);
    Run { access, desired, options, progress, subject }.finish(&seen, &mut report)?;
    tracing::info!(outcome = %report.outcome, "provisioned");
    Ok(report)
}

fn empty(desired: &Desired) -> ProvisionReport {
    ProvisionReport {
        desired: desired.hash(),
        outcome: ProvisionOutcome::NoMatchingDevice,
        cards: Vec::new(),
        reboot_reasons: Vec::new(),
        reboot: None,
        notes: Vec::new(),
    }
}

struct Run<'a> {
    access: &'a Access<'a>,
    desired: &'a Desired,
    options: &'a ProvisionOptions,
    progress: OnProgress<'a>,
    subject: Subject<'a>,
}

impl Run<'_> {
    fn finish(&self, seen: &[Seen], report: &mut ProvisionReport) -> Result<(), ProvisionError> {
        let host = self.access.host;
        let (_, judged) = self.subject.judge(self.access, seen)?;
        let idle = judged.iter().all(is_idle) && !self.notice_is_off(&judged)?;
        if idle || self.options.dry_run {
            report.cards = judged.iter().map(left_alone).collect();
        } else {
            let path = HostPath::new("run/sriov/mlx-provision.lock");
            let owner = &self.options.firmware.owner;
            let _lock = host.lock(&path, owner).map_err(ProvisionError::Locked)?;
            // Another run may have been at work until now.
            let (memory, judged) = self.subject.judge(self.access, seen)?;
            self.work(memory, &judged, report)?;
        }
        report.outcome = overall(self.desired, &report.cards);
        report.reboot_reasons = reasons(seen, &report.cards);
        if !idle && !self.options.dry_run {
            self.tell(&report.reboot_reasons).map_err(ProvisionError::Notice)?;
        }
        Ok(())
    }

    /// Writes the cards, and remembers what became of them in one durable write. Only behind that
    /// a restart can be requested.
    fn work(
        &self,
        mut memory: State,
        judged: &[Judged<'_>],
        report: &mut ProvisionReport,
    ) -> Result<(), ProvisionError> {
        let mut applied = self.apply(judged);
        let recorded = applied.ledger_error.is_none();
        report.notes.extend(applied.ledger_error.take().map(|fault| chain(&fault)));
        let mut written = applied.nics.into_iter();
        for judged in judged {
            let (card, state) = match judged.decision {
                _ if is_written(judged) => match written.next() {
                    Some(nic) => of_write(judged, nic, &self.subject.boot, recorded),
                    None => (left_alone(judged), None),
                },
                Decision::GiveUp => (left_alone(judged), Some(given_up(judged))),
                _ => (left_alone(judged), None),
            };
            if let Some(state) = state {
                memory.set(&self.subject.hash, judged.seen.key.clone(), state);
            }
            report.cards.push(card);
        }
        memory.save(self.access.host, self.subject.folder)?;
        let asked = report.cards.iter().any(|card| card.outcome == CardOutcome::RebootRequired);
        if asked && self.desired.on_reboot_required == OnReboot::Reboot {
            report.reboot = Some(RebootRequest::recorded());
        }
        Ok(())
    }

    fn apply(&self, judged: &[Judged<'_>]) -> FirmwareApplied {
        let nics = judged.iter().filter(|judged| is_written(judged));
        let nics = nics.map(|judged| judged.seen.planned.clone()).collect();
        let plan = FirmwarePlan { nics, ..FirmwarePlan::default() };
        apply(&plan, self.access, &self.options.firmware, self.progress)
    }

    fn tell(&self, reasons: &[RebootReason]) -> Result<(), sriov_host::seam::FilesError> {
        let wanted = self.desired.on_reboot_required == OnReboot::Notify;
        notice::tell(self.access.host, if wanted { reasons } else { &[] })
    }

    /// Whether the file that tells of a restart is there and should not be, or the other way round.
    fn notice_is_off(&self, judged: &[Judged<'_>]) -> Result<bool, ProvisionError> {
        let host: &dyn Host = self.access.host;
        let cards: Vec<CardReport> = judged.iter().map(left_alone).collect();
        let pending = cards.iter().any(|card| card.outcome == CardOutcome::RebootPending);
        let wanted = pending && self.desired.on_reboot_required == OnReboot::Notify;
        notice::is_there(host).map(|there| there != wanted).map_err(ProvisionError::Notice)
    }
}

/// Whether nothing is written for it, neither to the card nor to a file.
fn is_idle(judged: &Judged<'_>) -> bool {
    !is_written(judged) && judged.decision != Decision::GiveUp
}

/// Whether it is handed over to be written, or to be taken out of the ledger of restarts.
fn is_written(judged: &Judged<'_>) -> bool {
    matches!(
        judged.decision,
        Decision::Settle
            | Decision::WriteNextBoot { .. }
            | Decision::Attempt { .. }
            | Decision::Await { rewrite: true, .. }
    )
}

/// The most urgent of the cards.
fn overall(desired: &Desired, cards: &[CardReport]) -> ProvisionOutcome {
    let forbidden = desired.on_reboot_required == OnReboot::Fail;
    let of_card = |card: &CardReport| match card.outcome {
        CardOutcome::Satisfied | CardOutcome::Verified | CardOutcome::Written => {
            ProvisionOutcome::Converged
        }
        CardOutcome::Planned => ProvisionOutcome::Planned,
        CardOutcome::RebootPending | CardOutcome::RebootRequired if forbidden => {
            ProvisionOutcome::Failed
        }
        CardOutcome::RebootPending => ProvisionOutcome::RebootPending,
        CardOutcome::RebootRequired => ProvisionOutcome::RebootRequired,
        CardOutcome::PowerCycleRequired => ProvisionOutcome::PowerCycleRequired,
        CardOutcome::Blocked | CardOutcome::Failed | CardOutcome::GivenUp => {
            ProvisionOutcome::Failed
        }
    };
    let worst = cards.iter().map(of_card).max().unwrap_or(ProvisionOutcome::NoMatchingDevice);
    let all_failed = cards.iter().all(|card| of_card(card) == ProvisionOutcome::Failed);
    match worst {
        ProvisionOutcome::Failed if !all_failed => ProvisionOutcome::PartlyFailed,
        worst => worst,
    }
}

/// Why a restart of the host is needed, for the cards that one helps.
fn reasons(seen: &[Seen], cards: &[CardReport]) -> Vec<RebootReason> {
    let waits = |(_, card): &(&Seen, &CardReport)| {
        matches!(card.outcome, CardOutcome::RebootRequired | CardOutcome::RebootPending)
    };
    let waiting = seen.iter().zip(cards).filter(waits);
    waiting.filter_map(|(seen, _)| seen.planned.reboot_reason.clone()).collect()
}
