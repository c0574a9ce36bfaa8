use sriov_host::boot::{BootId, Ledger, LedgerError, Verdict};
use sriov_host::plan::{Outcome, RebootReason};
use sriov_host::seam::{FilesError, Host};

use super::error::{LedgerFault, NicError};
use super::evidence::{needing_power, needs_power};
use super::options::FirmwareOptions;
use super::outstanding::Outstanding;
use super::report::{FirmwareApplied, NicReport};
use crate::patience::Patience;
use crate::plan::{MAX_BOOTS, NicAction};

/// Records the restarts that are needed before they are reported, and forgets those that are not
/// needed any more. Without a difference nothing is written.
pub(super) fn remember(applied: &mut FirmwareApplied, host: &dyn Host, options: &FirmwareOptions) {
    if let Err(fault) = try_to(applied, host, options) {
        for nic in &mut applied.nics {
            if nic.outstanding > Some(Outstanding::Reset) {
                nic.outstanding = None;
                nic.warnings.push("a restart is needed, and is not asked for".to_owned());
            }
        }
        applied.ledger_error = Some(fault);
    }
}

fn try_to(
    applied: &mut FirmwareApplied,
    host: &dyn Host,
    options: &FirmwareOptions,
) -> Result<(), LedgerFault> {
    let asks = applied.nics.iter().any(|nic| nic.outstanding.is_some());
    let ledger = match Ledger::load(host) {
        Ok(ledger) => ledger,
        Err(error) if asks => return Err(error.into()),
        // It matters only where a restart would be asked for.
        Err(_) => return Ok(()),
    };
    let settled = applied.nics.iter().filter(|nic| is_cured(nic)).map(subject).collect();
    let mut changes = Changes { settled, ..Changes::default() };
    if asks {
        let boot = BootId::running(host)?;
        for nic in &mut applied.nics {
            if let Some((reason, evidence)) = ask(nic, &ledger, &boot) {
                changes.asked.push((reason, evidence));
            }
        }
        changes.boot = Some(boot);
    }
    changes.save(&ledger, host, options)?;
    applied.reboot_reasons = changes.asked.into_iter().map(|(reason, _)| reason).collect();
    Ok(())
}

/// What is to be remembered.
#[derive(Default)]
pub(super) struct Changes {
    pub(super) settled: Vec<String>,
    pub(super) asked: Vec<(RebootReason, String)>,
    pub(super) boot: Option<BootId>,
}

impl Changes {
    /// Whether they changed anything.
    pub(super) fn make(&self, ledger: &mut Ledger) -> bool {
        let mut changed = false;
        for subject in &self.settled {
            changed |= ledger.settle(subject);
        }
        for (reason, evidence) in &self.asked {
            changed |= self.boot.as_ref().is_some_and(|boot| ledger.ask(reason, boot, evidence));
        }
        changed
    }

    /// Saves them, if they change anything. Others hold the lock for the time of one write only.
    pub(super) fn save(
        &self,
        ledger: &Ledger,
        host: &dyn Host,
        options: &FirmwareOptions,
    ) -> Result<(), LedgerError> {
        if !self.make(&mut ledger.clone()) {
            return Ok(());
        }
        let mut patience = Patience::new(host, options.patience);
        loop {
            let saved = Ledger::update(host, &options.owner, |ledger| {
                self.make(ledger);
            });
            match saved {
                Err(LedgerError::Files(FilesError::Locked { .. })) if patience.pause() => {}
                other => return other.map(drop),
            }
        }
    }
}

/// Whether it runs as wanted, so that no restart of before is waited for.
fn is_cured(nic: &NicReport) -> bool {
    let open = matches!(nic.outcome, Outcome::Done | Outcome::Skipped);
    nic.planned.wished && open && nic.error.is_none() && nic.outstanding.is_none()
}

fn subject(nic: &NicReport) -> String {
    nic.planned.card.id.subject()
}

/// The restart that a card waits for, unless restarts did not help it.
fn ask(nic: &mut NicReport, ledger: &Ledger, boot: &BootId) -> Option<(RebootReason, String)> {
    let outstanding = nic.outstanding?;
    let reason = nic.planned.reboot_reason.clone()?;
    let record = ledger.record(&reason.subject).filter(|record| record.wanted == reason.wanted);
    // What the tool said when it wrote the values, if that was an earlier run.
    if nic.closing.is_none() && record.is_some_and(|record| needs_power(&record.evidence)) {
        nic.evidence = needing_power(std::mem::take(&mut nic.evidence));
        if outstanding == Outstanding::Reboot {
            (nic.action, nic.outstanding) = (NicAction::PowerCycle, Some(Outstanding::PowerCycle));
        }
    }
    if let Verdict::Failed(record) = ledger.judge(&reason, boot, MAX_BOOTS) {
        if outstanding > Outstanding::Reset {
            (nic.outcome, nic.outstanding) = (Outcome::Failed, None);
            nic.error = Some(NicError::DidNotLoad(record));
        }
        return None;
    }
    Some((reason, nic.evidence.clone()))
}
