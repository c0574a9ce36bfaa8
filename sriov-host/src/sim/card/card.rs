use serde::{Deserialize, Serialize};

use super::answer::{CardAnswer, CardColumn};
use super::machine::CardMachine;
use crate::PciAddress;

/// A simulated card with its non-volatile memory, and the tool that reads and writes it.
///
/// It stands on its own: [`SimHost`](crate::sim::SimHost) plugs it into a machine, and a program
/// can keep it in a file, for it is serde.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SimCard {
    machine: CardMachine,
}

impl SimCard {
    /// A card as it was described.
    pub fn new(machine: CardMachine) -> Self {
        Self { machine }
    }

    /// The description, with what is wrong with the card.
    pub const fn machine(&self) -> &CardMachine {
        &self.machine
    }

    /// The description, to be changed: what is wrong with the card may change at any time. The
    /// parameters are in the memory from [`new`](Self::new) on.
    pub const fn machine_mut(&mut self) -> &mut CardMachine {
        &mut self.machine
    }

    /// Runs `mstconfig` with these arguments, as a privileged user, without a terminal.
    pub fn run(&mut self, _args: &[String]) -> CardAnswer {
        CardAnswer::default()
    }

    /// The host was restarted warm.
    pub fn reboot(&mut self) {}

    /// The host was without power.
    pub fn power_cycle(&mut self) {}

    /// The firmware was restarted.
    pub fn reset(&mut self) {}

    /// The value of a parameter, as `NUM_OF_VFS` or `PCI_DOWNSTREAM_PORT_OWNER[3]`; of the first PF
    /// where each has its own. `None` without such a parameter; `N/A` is [`u32::MAX`].
    pub fn value(&self, _name: &str, _column: CardColumn) -> Option<u32> {
        None
    }

    /// The value of a parameter of one PF.
    pub fn value_of(&self, _pf: PciAddress, _name: &str, _column: CardColumn) -> Option<u32> {
        None
    }
}
