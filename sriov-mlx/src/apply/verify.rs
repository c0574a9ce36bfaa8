use serde::{Serialize, Serializer};
use sriov_host::boot::{BootId, Ledger, RebootRecord, Verdict};
use sriov_host::plan::{Blocker, BlockerKind, Difference, Reason, Target, chain};

use super::error::LedgerFault;
use super::evidence::{needing_power, needs_power};
use super::memory::Changes;
use super::options::FirmwareOptions;
use crate::access::Access;
use crate::codes;
use crate::plan::{FirmwarePlan, MAX_BOOTS, NicAction, NicPlan};

/// Whether a verification takes part in the bookkeeping of restarts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Bookkeeping {
    /// Counts a boot that did not load the values, and forgets restarts that did.
    Keep,
    /// Writes nothing.
    LookOnly,
}

/// How the cards of a host compare with what is wanted of them.
#[derive(Debug)]
#[must_use = "the cards may differ"]
pub struct FirmwareVerification {
    /// What is still to be done.
    pub plan: FirmwarePlan,
    /// What differs.
    pub differences: Vec<Difference>,
    /// What cannot be had or could not be compared, and restarts that did not help.
    pub obstacles: Vec<Blocker>,
    /// The restarts that were asked for, of cards that are not as wanted.
    pub attempts: Vec<Attempt>,
    /// The ledger could not be used: boots are not counted, and none may be asked for.
    pub ledger_error: Option<LedgerFault>,
}

/// A restart that was asked for.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Attempt {
    /// What it was asked for, as `firmware of card MT2141X00123`.
    pub subject: String,
    /// What is remembered of it.
    #[serde(flatten)]
    pub record: RebootRecord,
}

impl FirmwareVerification {
    /// Whether the cards are as wanted: nothing differs, and all could be compared.
    pub fn in_sync(&self) -> bool {
        self.differences.is_empty() && self.obstacles.is_empty()
    }
}

/// Compares the cards with what is wanted of them, once a plan was made from them as they are.
///
/// What differs is what the plan is about, so the two can never disagree. A boot in which values
/// are staged and still not running, although a restart was asked for, is counted; when all boots
/// that one wish may cost have passed, that is an obstacle, and no restart is asked for again. What
/// runs as wanted is forgotten in the ledger.
pub fn verify(
    plan: FirmwarePlan,
    access: &Access<'_>,
    options: &FirmwareOptions,
    bookkeeping: Bookkeeping,
) -> FirmwareVerification {
    let mut found = FirmwareVerification {
        differences: plan.nics.iter().flat_map(differences).collect(),
        obstacles: plan.all_blockers().cloned().collect(),
        plan,
        attempts: Vec::new(),
        ledger_error: None,
    };
    if let Err(fault) = found.look_back(access, options, bookkeeping) {
        found.ledger_error = Some(fault);
    }
    found
}

impl FirmwareVerification {
    fn look_back(
        &mut self,
        access: &Access<'_>,
        options: &FirmwareOptions,
        bookkeeping: Bookkeeping,
    ) -> Result<(), LedgerFault> {
        let waits = self.plan.reboot_reasons().next().is_some();
        let mut ledger = match Ledger::load(access.host) {
            Ok(ledger) => ledger,
            Err(error) if waits => return Err(error.into()),
            Err(_) => return Ok(()),
        };
        let mut changes = Changes::default();
        if waits {
            let boot = BootId::running(access.host)?;
            for nic in &self.plan.nics {
                let (asked, failed) = judge(nic, &ledger, &boot);
                changes.asked.extend(asked);
                let told = nic.action == NicAction::Blocked;
                self.obstacles.extend(failed.filter(|_| !told));
            }
            changes.boot = Some(boot);
        }
        changes.settled = self.plan.nics.iter().filter(|nic| is_cured(nic)).map(subject).collect();
        if bookkeeping == Bookkeeping::Keep {
            changes.save(&ledger, access.host, options)?;
            changes.make(&mut ledger);
        }
        let open = self.plan.nics.iter().filter(|nic| nic.action > NicAction::WriteOnly);
        self.attempts = open.filter_map(|nic| attempt(nic, &ledger)).collect();
        Ok(())
    }
}

/// What a card lacks, in the words of its plan.
fn differences(nic: &NicPlan) -> impl Iterator<Item = Difference> {
    let target = || Target::Host(nic.card.id.subject());
    nic.reasons.iter().filter_map(move |reason| match reason {
        Reason::Differs { field, wanted, found } => {
            let (wanted, found) = (wanted.clone(), found.clone());
            Some(Difference { target: target(), field, wanted, found })
        }
        _ => None,
    })
}

fn subject(nic: &NicPlan) -> String {
    nic.card.id.subject()
}

fn attempt(nic: &NicPlan, ledger: &Ledger) -> Option<Attempt> {
    let subject = subject(nic);
    let record = ledger.record(&subject).cloned()?;
    Some(Attempt { subject, record })
}

/// Whether it runs as wanted.
fn is_cured(nic: &NicPlan) -> bool {
    nic.wished && nic.reboot_reason.is_none() && nic.action <= NicAction::WriteOnly
}

type Asked = (sriov_host::plan::RebootReason, String);

/// A boot that did not load what is staged: one more that is counted, or one too many.
fn judge(nic: &NicPlan, ledger: &Ledger, boot: &BootId) -> (Option<Asked>, Option<Blocker>) {
    let Some(reason) = nic.reboot_reason.as_ref() else { return (None, None) };
    let same = |record: &&RebootRecord| record.wanted == reason.wanted;
    let Some(record) = ledger.record(&reason.subject).filter(same) else { return (None, None) };
    match record.judge(&reason.wanted, boot, MAX_BOOTS) {
        Verdict::Failed(record) => (None, Some(did_not_help(nic, &record))),
        // What is not staged was not loaded for another reason, and is written first.
        Verdict::Ask if nic.set.is_empty() => {
            let seen = nic.reason().unwrap_or_else(|| reason.to_string());
            let evidence = format!("staged, and not loaded by a restart: {seen}");
            let power = needs_power(&record.evidence);
            let evidence = if power { needing_power(evidence) } else { evidence };
            (Some((reason.clone(), evidence)), None)
        }
        Verdict::Ask | Verdict::Outstanding => (None, None),
    }
}

fn did_not_help(nic: &NicPlan, record: &RebootRecord) -> Blocker {
    Blocker {
        target: Target::Host(subject(nic)),
        kind: BlockerKind::Failed,
        message: format!(
            "{} restarts did not load {}: {}",
            record.attempts, record.wanted, record.evidence
        ),
        help: Some("switch the host's power off and on, or reset the card's firmware".to_owned()),
        code: codes::RESTARTS_DID_NOT_HELP.id,
        reason: nic.reasons.first().cloned(),
    }
}

/// The plan's fields, and how it compares.
impl Serialize for FirmwareVerification {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Wire<'a> {
            in_sync: bool,
            differences: &'a [Difference],
            obstacles: &'a [Blocker],
            attempts: &'a [Attempt],
            ledger_error: Option<String>,
            #[serde(flatten)]
            plan: &'a FirmwarePlan,
        }
        let wire = Wire {
            in_sync: self.in_sync(),
            differences: &self.differences,
            obstacles: &self.obstacles,
            attempts: &self.attempts,
            ledger_error: self.ledger_error.as_ref().map(|fault| chain(fault)),
            plan: &self.plan,
        };
        wire.serialize(serializer)
    }
}
