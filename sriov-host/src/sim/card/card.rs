use serde::{Deserialize, Serialize};

use super::answer::{CardAnswer, CardColumn};
use super::catalogue;
use super::fault_machine::BlueFieldMachine;
use super::machine::CardMachine;
use super::nvram::Nvram;
use super::release::Release;
use super::tool::{self, Found};
use crate::PciAddress;

/// A simulated card with its non-volatile memory, and the tool that reads and writes it.
///
/// It stands on its own: [`SimHost`](crate::sim::SimHost) plugs it into a machine, and a program
/// can keep it in a file, for it is serde.
///
/// ```
/// use sriov_host::sim::{CardColumn, CardMachine, SimCard};
///
/// let machine = CardMachine { pfs: vec!["0000:3b:00.0".parse()?], ..CardMachine::default() };
/// let mut card = SimCard::new(machine);
/// let args = ["-d", "3b:00.0", "-y", "set", "SRIOV_EN=1", "NUM_OF_VFS=16"].map(str::to_owned);
/// let answer = card.run(&args);
/// assert!(answer.output.stdout.contains("Applying... Done!"));
/// assert_eq!(card.value("NUM_OF_VFS", CardColumn::Next), Some(16));
/// assert_eq!(card.value("NUM_OF_VFS", CardColumn::Current), Some(8));
/// card.reboot();
/// assert_eq!(card.value("NUM_OF_VFS", CardColumn::Current), Some(16));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SimCard {
    machine: CardMachine,
    nvram: Nvram,
    /// Why the tool cannot reach it; of a call, not of the card.
    #[serde(skip)]
    barrier: Barrier,
}

/// What stands between the tool and a card.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Barrier {
    #[default]
    None,
    /// The caller is not root.
    Rights,
    Lockdown,
}

impl SimCard {
    /// A card as it was described.
    pub fn new(machine: CardMachine) -> Self {
        Self { nvram: Nvram::new(&machine), machine, barrier: Barrier::None }
    }

    /// The description, with what is wrong with the card.
    pub const fn machine(&self) -> &CardMachine {
        &self.machine
    }

    /// The description, to be changed: what is wrong with the card may change at any time. The
    /// values of parameters are in the memory from [`new`](Self::new) on.
    pub const fn machine_mut(&mut self) -> &mut CardMachine {
        &mut self.machine
    }

    /// Runs `mstconfig` with these arguments, as a privileged user, without a terminal.
    ///
    /// A device is a PF's address, with or without the domain, or `mlx5_0` for the first PF,
    /// `mlx5_1` for the second.
    pub fn run(&mut self, args: &[String]) -> CardAnswer {
        let pfs = self.machine.pfs.clone();
        let find = |name: &str| {
            let number = name.strip_prefix("mlx5_").and_then(|number| number.parse().ok());
            let at = number.filter(|number| *number < pfs.len()).or_else(|| {
                let address = address(name)?;
                pfs.iter().position(|pf| *pf == address)
            });
            at.map_or(Found::Nothing, |pf| Found::Pf(0, pf))
        };
        tool::mstconfig(std::slice::from_mut(self), args, find)
    }

    /// The host was restarted warm: what was written is loaded, where the card takes that.
    pub fn reboot(&mut self) {
        self.lose();
        if !self.machine.needs_power_cycle && !self.machine.loads_only_after_reset && !self.is_dpu()
        {
            self.nvram.load();
        }
    }

    /// The host was without power: what was written is loaded.
    pub fn power_cycle(&mut self) {
        self.lose();
        self.nvram.load();
    }

    /// The firmware was restarted: what was written is loaded, unless the card's own processors
    /// keep it running.
    pub fn reset(&mut self) {
        if !self.is_dpu() {
            self.nvram.load();
        }
    }

    /// The value of a parameter, as `NUM_OF_VFS` or `PCI_DOWNSTREAM_PORT_OWNER[3]`; of the first PF
    /// where each has its own. `None` without such a parameter; `N/A` is [`u32::MAX`].
    pub fn value(&self, name: &str, column: CardColumn) -> Option<u32> {
        self.value_at(0, name, column)
    }

    /// The value of a parameter of one PF.
    pub fn value_of(&self, pf: PciAddress, name: &str, column: CardColumn) -> Option<u32> {
        let pf = self.machine.pfs.iter().position(|known| *known == pf)?;
        self.value_at(pf, name, column)
    }

    fn value_at(&self, pf: usize, name: &str, column: CardColumn) -> Option<u32> {
        let params = catalogue::of_card(&self.machine);
        let (param, index) = catalogue::find(&params, name)?;
        Some(self.nvram.cell(param, pf, index).get(column))
    }

    /// The VFs that the running firmware has room for on a PF; 0 without SR-IOV.
    pub(in crate::sim) fn total_vfs(&self, pf: PciAddress) -> Option<u16> {
        let value = |name| self.value_of(pf, name, CardColumn::Current);
        let count =
            if value("PF_NUM_OF_VF_VALID") == Some(1) { "PF_NUM_OF_VF" } else { "NUM_OF_VFS" };
        let count = value(count)?;
        let enabled = value("SRIOV_EN") != Some(0);
        Some(if enabled { u16::try_from(count).unwrap_or(u16::MAX) } else { 0 })
    }

    fn lose(&mut self) {
        self.machine.loses_at_reboot.iter().for_each(|name| self.nvram.lose(name));
    }

    pub(super) const fn nvram(&self) -> &Nvram {
        &self.nvram
    }

    pub(super) const fn nvram_mut(&mut self) -> &mut Nvram {
        &mut self.nvram
    }

    /// What a host allows its caller, before the tool runs.
    pub(in crate::sim) fn lock_out(&mut self, unprivileged: bool, lockdown: bool) {
        self.barrier = match (unprivileged, lockdown && self.machine.lockdown_blocks) {
            (true, _) => Barrier::Rights,
            (false, true) => Barrier::Lockdown,
            (false, false) => Barrier::None,
        };
    }

    pub(super) fn is_locked_out(&self) -> bool {
        self.barrier != Barrier::None
    }

    pub(super) fn is_locked_down(&self) -> bool {
        self.barrier == Barrier::Lockdown
    }

    pub(super) fn release(&self) -> Release {
        Release::parse(&self.machine.tool)
    }

    /// Whether the host may only read.
    pub(super) fn is_restricted(&self) -> bool {
        self.machine.bluefield_mode == Some(BlueFieldMachine::Restricted)
    }

    /// Whether the card's own processors own it, and keep its firmware running over restarts.
    pub(super) fn is_dpu(&self) -> bool {
        let current = |name| self.value(name, CardColumn::Current);
        self.machine.is_bluefield()
            && current("INTERNAL_CPU_MODEL") == Some(1)
            && current("INTERNAL_CPU_OFFLOAD_ENGINE") == Some(0)
    }

    /// The sentence at the end of a `set`.
    pub(super) fn what_loads_it(&self) -> &'static str {
        if self.is_dpu() {
            "Skipped reset preparation"
        } else if self.machine.needs_power_cycle {
            "Please power cycle machine to load new configurations."
        } else {
            "Please reboot machine to load new configurations."
        }
    }
}

/// An address with or without its domain.
pub(in crate::sim) fn address(name: &str) -> Option<PciAddress> {
    name.parse().or_else(|_| format!("0000:{name}").parse()).ok()
}
