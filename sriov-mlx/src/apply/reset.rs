use std::error::Error;

use sriov_host::inventory::{ObserveOptions, PfInventory, observe_pf};
use sriov_host::plan::{Disruption, Outcome, Reason, chain};
use sriov_host::seam::{Host, HostPath, ToolRun};
use sriov_host::vfs::{self, ApplyOptions, VfAction, VfPlan, guard_blockers, observe_usage};
use sriov_host::{PciAddress, VfCount};

use super::error::NicError;
use super::options::FirmwareOptions;
use crate::access::Access;
use crate::card::Port;
use crate::error::{FirmwareError, FirmwareFault};
use crate::facts::Lockdown;
use crate::lockdown::lockdown;
use crate::observe::{RESET_PROGRAM, reset_loads, tool_for_resets};
use crate::output::Refusal;
use crate::plan::{NicAction, NicPlan};

/// A restart of a card's firmware, which stops all of its ports.
pub(super) struct Reset<'a> {
    pub(super) access: &'a Access<'a>,
    pub(super) options: &'a FirmwareOptions,
    pub(super) plan: &'a NicPlan,
}

impl Reset<'_> {
    /// Refuses while somebody uses a port or a VF of the card.
    pub(super) fn check_users(&self) -> Result<(), NicError> {
        self.removals().map(drop)
    }

    /// Whether a reset is known to load what waits: it was planned, or the tool says so.
    pub(super) fn is_possible(&self) -> bool {
        match self.plan.action {
            NicAction::WriteAndReset => true,
            NicAction::Reboot => reset_loads(self.access, &self.plan.card, self.options),
            _ => false,
        }
    }

    /// Removes the VFs of all ports, and then resets the card.
    ///
    /// What keeps the tool from the card is found out before anybody is disturbed.
    pub(super) fn run(&self, removed: &mut u32) -> Result<(), NicError> {
        let (lead, program) = self.program()?;
        if let Lockdown::On(mode) = lockdown(self.access.host) {
            let refusal = Refusal::NotPermitted(format!("kernel lockdown ({mode})"));
            return Err(self.failed(FirmwareFault::Refused(refusal)));
        }
        for (pf, removal) in self.removals()? {
            self.remove(pf, &removal, removed)?;
        }
        let args = ["-d", &lead.to_string(), "--skip_driver", "-l", "3", "-y", "reset"];
        let run = ToolRun::change(program, args);
        let deadline = self.options.reset_deadline;
        let output = self.access.home().run_tool(&run, deadline).map_err(|e| self.failed(e))?;
        if output.succeeded() {
            return Ok(());
        }
        let refusal = Refusal::of(&output).unwrap_or(Refusal::Aborted);
        Err(self.failed(FirmwareFault::Refused(refusal)))
    }

    fn failed(&self, fault: impl Into<FirmwareFault>) -> NicError {
        NicError::Firmware(FirmwareError::new("reset", &self.plan.card.id, fault))
    }

    /// The port that the tool talks to, and the tool.
    fn program(&self) -> Result<(PciAddress, HostPath), NicError> {
        let lead = self.plan.card.lead().ok_or(NicError::NotTried("the card has no port"))?;
        let found = tool_for_resets(self.access).map_err(|error| self.failed(error))?;
        let missing = || FirmwareFault::ToolMissing { program: RESET_PROGRAM.to_owned() };
        Ok((lead.pci, found.ok_or_else(|| self.failed(missing()))?))
    }

    /// How the VFs of each port are removed; refused while somebody uses one of them.
    fn removals(&self) -> Result<Vec<(PciAddress, VfPlan)>, NicError> {
        let host = self.access.host;
        let ports = self.plan.card.ports.iter();
        let pfs = ports.map(|port| look(host, port)).collect::<Result<Vec<_>, _>>()?;
        let usage = observe_usage(host, &pfs.iter().collect::<Vec<_>>()).map_err(unknown)?;
        let plans: Vec<_> = pfs.iter().map(|pf| (pf.pci, removal(pf))).collect();
        let blocked = |(_, plan): &(_, VfPlan)| guard_blockers(plan, &usage, &self.options.allow);
        let blockers: Vec<_> = plans.iter().flat_map(blocked).collect();
        if blockers.is_empty() { Ok(plans) } else { Err(NicError::Guarded(blockers)) }
    }

    fn remove(&self, pf: PciAddress, removal: &VfPlan, removed: &mut u32) -> Result<(), NicError> {
        let options = ApplyOptions {
            allow: self.options.allow.clone(),
            owner: self.options.owner.clone(),
            ..ApplyOptions::default()
        };
        let applied = vfs::apply(removal, self.access.host, &options, &|_| {});
        for step in applied.steps {
            if let (VfAction::DestroyVfs { from, .. }, Outcome::Done) =
                (&step.step.action, step.outcome)
            {
                *removed += u32::from(from.get());
            }
            if let Some(source) = step.error {
                return Err(NicError::VfsNotRemoved { pf, source: source.into() });
            }
        }
        Ok(())
    }
}

/// One port as it is now.
fn look(host: &dyn Host, port: &Port) -> Result<PfInventory, NicError> {
    let (pf, problems) = observe_pf(host, port.pci, ObserveOptions::default()).map_err(unknown)?;
    match problems.into_iter().next() {
        Some(problem) => Err(NicError::UsersUnknown(problem.message)),
        None => Ok(pf),
    }
}

fn unknown(error: impl Error) -> NicError {
    NicError::UsersUnknown(chain(&error))
}

fn removal(pf: &PfInventory) -> VfPlan {
    let mut plan = VfPlan::default();
    let from = pf.num_vfs.unwrap_or(VfCount::ZERO);
    let step = VfAction::DestroyVfs { pf: pf.pci, from, disruption: Disruption::Nic };
    plan.push(step, Reason::needed("the firmware of the card is reset"));
    plan
}
