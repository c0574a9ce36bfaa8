use sriov_host::plan::{Action, Disruption, Plan, Reason, Target};

use super::obstacle::target_of;
use super::seen::shown;
use super::{FirmwarePlan, NicAction, NicPlan};
use crate::card::CardId;
use crate::param::Assignments;

/// A write to the firmware of a card, for a plan that has steps of other kinds as well.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FirmwareAction {
    /// The card.
    pub card: CardId,
    /// The PF that stands for it: its first one.
    pub target: Target,
    /// What the next boot would load now, as `SRIOV_EN=False(0) NUM_OF_VFS=0`.
    pub from: String,
    /// What is written.
    pub set: Assignments,
    /// What the card needs, all in all.
    pub action: NicAction,
}

impl Action for FirmwareAction {
    fn name(&self) -> &'static str {
        "setFirmware"
    }

    fn target(&self) -> Target {
        self.target.clone()
    }

    fn from(&self) -> Option<String> {
        Some(self.from.clone())
    }

    fn to(&self) -> Option<String> {
        Some(self.set.to_string())
    }

    fn disruption(&self) -> Disruption {
        self.action.disruption()
    }
}

impl FirmwarePlan {
    /// The plan in steps, one for each card that is written.
    ///
    /// A card whose values are written already, and wait for a restart, is among the reasons to
    /// reboot alone.
    pub fn steps(&self) -> Plan<FirmwareAction> {
        let mut plan = Plan::default();
        for nic in self.nics.iter().filter(|nic| !nic.set.is_empty()) {
            let action = nic.step();
            let reason = match nic.reasons.as_slice() {
                [only] => only.clone(),
                _ => Reason::differs("firmware", &action.set, Some(action.from.clone())),
            };
            plan.push(action, reason);
        }
        plan.blockers = self.all_blockers().cloned().collect();
        let restarts = self.nics.iter().filter(|nic| nic.action >= NicAction::Reboot);
        plan.reboot_reasons = restarts.filter_map(|nic| nic.reboot_reason.clone()).collect();
        let notes = self
            .nics
            .iter()
            .flat_map(|nic| nic.notes.iter().map(|note| format!("card {}: {note}", nic.card.id)));
        plan.notes = notes.chain(self.notes.iter().cloned()).collect();
        plan
    }
}

impl NicPlan {
    fn step(&self) -> FirmwareAction {
        let from =
            self.planned_against.iter().map(|(name, cell)| format!("{name}={}", shown(cell)));
        FirmwareAction {
            card: self.card.id.clone(),
            target: target_of(&self.card),
            from: from.collect::<Vec<_>>().join(" "),
            set: self.set.clone(),
            action: self.action,
        }
    }
}
