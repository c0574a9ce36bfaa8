use std::fmt;

use serde::{Serialize, Serializer};
use sriov_host::PciAddress;
use sriov_host::plan::{Blocker, Disruption, Reason, RebootReason};

use super::NicAction;
use crate::card::{Card, CardId};
use crate::param::{Assignments, Cell, ParamName, Setting, Value, names};

/// What the firmware of all cards of a host needs.
///
/// The same facts and wishes give the same plan, in whatever order they come.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[must_use = "a plan does nothing until it is applied"]
pub struct FirmwarePlan {
    /// The cards, in the order of their first PF.
    pub nics: Vec<NicPlan>,
    /// Wishes that no card can be found for.
    pub blockers: Vec<Blocker>,
    /// What a reader should know besides.
    pub notes: Vec<String>,
}

/// What one card needs.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NicPlan {
    /// The card.
    pub card: Card,
    /// What is to be done, all in all.
    pub action: NicAction,
    /// What is written; empty if the next boot has it all already.
    pub set: Assignments,
    /// What each of `set` was planned against: a card that says something else by then is not
    /// written.
    pub planned_against: Vec<(ParamName, Cell)>,
    /// All that the wish comes to, whatever the card has: boots are counted for it. Once a restart
    /// is over, the running values are these, or more VFs where that is as good; empty for a card
    /// that nothing is wanted of, or that nobody had to ask.
    pub wanted: Assignments,
    /// Whether anything is wanted of it at all.
    pub wished: bool,
    /// Whether more VFs than [`wanted`](Self::wanted) are as good, as for a wish of at least so
    /// many: firmware may round up.
    pub or_more: bool,
    /// Why: the values that differ.
    pub reasons: Vec<Reason>,
    /// What stands in the way; empty unless the card is blocked.
    pub blockers: Vec<Blocker>,
    /// What the running firmware lacks until it is restarted.
    pub reboot_reason: Option<RebootReason>,
    /// What a reader should know besides.
    pub notes: Vec<String>,
}

impl FirmwarePlan {
    /// What the node needs: the maximum over its cards that are not blocked.
    pub fn node_action(&self) -> NicAction {
        let open = self.nics.iter().map(|nic| nic.action);
        open.filter(|action| *action != NicAction::Blocked).max().unwrap_or_default()
    }

    /// The worst that carrying it out, and the restart after it, can do.
    pub fn disruption(&self) -> Disruption {
        self.node_action().disruption()
    }

    /// The cards that nothing is done with, although something is wanted of them.
    pub fn blocked(&self) -> impl Iterator<Item = &NicPlan> {
        self.nics.iter().filter(|nic| nic.action == NicAction::Blocked)
    }

    /// Everything in the way: of cards, and of wishes without a card.
    pub fn all_blockers(&self) -> impl Iterator<Item = &Blocker> {
        self.nics.iter().flat_map(|nic| &nic.blockers).chain(&self.blockers)
    }

    /// What will need a restart.
    pub fn reboot_reasons(&self) -> impl Iterator<Item = &RebootReason> {
        self.nics.iter().filter_map(|nic| nic.reboot_reason.as_ref())
    }

    /// Whether nothing is to be done and nothing is in the way.
    pub fn is_empty(&self) -> bool {
        self.blockers.is_empty() && self.nics.iter().all(|nic| nic.action == NicAction::None)
    }
}

impl NicPlan {
    /// A card that needs nothing.
    pub fn nothing(card: Card) -> Self {
        Self {
            card,
            action: NicAction::None,
            set: Assignments::default(),
            planned_against: Vec::new(),
            wanted: Assignments::default(),
            wished: false,
            or_more: false,
            reasons: Vec::new(),
            blockers: Vec::new(),
            reboot_reason: None,
            notes: Vec::new(),
        }
    }

    /// The card.
    pub const fn id(&self) -> &CardId {
        &self.card.id
    }

    /// Whether a value that the card shows is as good as what is wanted of this parameter.
    pub fn is_met(&self, name: &ParamName, wanted: Setting, shown: &Value) -> bool {
        let more = || match (wanted, shown.number()) {
            (Setting::Number(wanted), Some(shown)) => *name == names::NUM_OF_VFS && shown > wanted,
            _ => false,
        };
        wanted.is(shown) || (self.or_more && more())
    }

    /// Its PFs.
    pub fn devices(&self) -> impl Iterator<Item = PciAddress> {
        self.card.ports.iter().map(|port| port.pci)
    }

    /// Why, on one line; `None` if there is nothing to do.
    pub fn reason(&self) -> Option<String> {
        let blockers = self.blockers.iter().map(|blocker| blocker.message.clone());
        let reasons = self.reasons.iter().map(ToString::to_string);
        let all: Vec<String> = blockers.chain(reasons).collect();
        (!all.is_empty()).then(|| all.join("; "))
    }
}

/// As an operator reads it: `MT2101X00001  reboot  NUM_OF_VFS=16  (NUM_OF_VFS: wanted 16, found 8)`.
impl fmt::Display for NicPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<18}  {:<15}", self.card.id, self.action)?;
        if !self.set.is_empty() {
            write!(f, "  {}", self.set)?;
        }
        self.reason().map_or(Ok(()), |reason| write!(f, "  ({reason})"))
    }
}

impl Serialize for NicPlan {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut nic = serializer.serialize_struct("NicPlan", 11)?;
        nic.serialize_field("id", &self.card.id)?;
        nic.serialize_field("serial", &self.card.serial())?;
        nic.serialize_field("devices", &self.devices().collect::<Vec<_>>())?;
        nic.serialize_field("action", &self.action)?;
        nic.serialize_field("set", &self.set)?;
        nic.serialize_field("wanted", &self.wanted)?;
        nic.serialize_field("reason", &self.reason())?;
        nic.serialize_field("reasons", &self.reasons)?;
        nic.serialize_field("disruption", &self.action.disruption())?;
        nic.serialize_field("blockers", &self.blockers)?;
        nic.serialize_field("notes", &self.notes)?;
        nic.end()
    }
}

impl Serialize for FirmwarePlan {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut plan = serializer.serialize_struct("FirmwarePlan", 7)?;
        plan.serialize_field("nics", &self.nics)?;
        plan.serialize_field("nodeAction", &self.node_action())?;
        plan.serialize_field("disruption", &self.disruption())?;
        plan.serialize_field("rebootReasons", &self.reboot_reasons().collect::<Vec<_>>())?;
        plan.serialize_field("blocked", &self.blocked().collect::<Vec<_>>())?;
        plan.serialize_field("blockers", &self.all_blockers().collect::<Vec<_>>())?;
        plan.serialize_field("notes", &self.notes)?;
        plan.end()
    }
}
