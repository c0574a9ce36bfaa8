//! Cards in a machine: which PFs are theirs, and what a load of the firmware changes there.

use std::mem;
use std::time::Duration;

use super::card::{SimCard, address};
use super::fwreset::{FwReset, failed};
use super::machine::{CardMachine, ParamMachine, SettingMachine};
use super::tool::{Found, mstconfig};
use super::{CardAnswer, args, vpd, words};
use crate::PciAddress;
use crate::seam::HostPath;
use crate::sim::function::Function;
use crate::sim::job::What;
use crate::sim::kernel::Kernel;
use crate::sim::machine::{Machine, PfMachine};
use crate::sim::machine_error::MachineError;
use crate::sim::model;
use crate::sim::rdma_core::Parent;

/// How long a driver may take to let go of a PF, and to take it again.
const PATIENCE: Duration = Duration::from_mins(1);

pub(in crate::sim) const PROGRAMS: [&str; 2] = ["mstconfig", "mstfwreset"];

/// How a load of the firmware came about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::sim) enum Restart {
    Warm,
    Power,
}

impl Kernel {
    /// Plugs the cards in, and installs the programs for them.
    pub(in crate::sim) fn plug_in_cards(&mut self, machine: &Machine) -> Result<(), MachineError> {
        for card in &machine.cards {
            check(machine, card)?;
            let first = machine.pfs.iter().find(|pf| card.pfs.contains(&pf.pci));
            let card = first.map_or_else(|| card.clone(), |pf| announced(card, pf));
            self.cards.push(SimCard::new(card));
        }
        if machine.mstconfig && !self.cards.is_empty() {
            for program in PROGRAMS {
                self.put_text(&format!("usr/bin/{program}"), "#!/bin/sh\n");
            }
        }
        Ok(())
    }

    /// The VFs that a card's firmware has room for on this PF; `None` if it is on no card.
    pub(in crate::sim) fn card_total(&self, pf: PciAddress) -> Option<u16> {
        self.card_of(pf)?.total_vfs(pf)
    }

    pub(super) fn card_of(&self, pf: PciAddress) -> Option<&SimCard> {
        self.cards.iter().find(|card| card.machine().pfs.contains(&pf))
    }

    /// The description of the card that a PF is on.
    pub(in crate::sim) fn card_machine(&self, pf: PciAddress) -> Option<&CardMachine> {
        self.card_of(pf).map(SimCard::machine)
    }

    pub(super) fn card_of_mut(&mut self, pf: PciAddress) -> Option<&mut SimCard> {
        self.cards.iter_mut().find(|card| card.machine().pfs.contains(&pf))
    }

    /// Every card has gone through a restart of the machine.
    pub(in crate::sim) fn restart_cards(&mut self, how: Restart) {
        for card in &mut self.cards {
            match how {
                Restart::Warm => card.reboot(),
                Restart::Power => card.power_cycle(),
            }
        }
        self.follow_cards();
    }

    /// The PFs announce what the firmware says now.
    fn follow_cards(&mut self) {
        let pfs = self.cards.iter().flat_map(|card| card.machine().pfs.iter().copied());
        let pfs: Vec<PciAddress> = pfs.collect();
        for pf in pfs {
            if let Some(total) = self.card_total(pf)
                && let Some(side) = self.pf_mut(pf)
            {
                (side.hardware_vfs, side.driver_vfs) = (total, total);
            }
        }
    }

    /// The file `vpd` of a PF of a card.
    pub(in crate::sim) fn vpd_file(&self, path: &HostPath) -> Option<Vec<u8>> {
        if path.file_name() != "vpd" || self.cards.is_empty() {
            return None;
        }
        let place = self.resolve(path, true).ok()?;
        let parts: Vec<&str> = place.iter().map(String::as_str).collect();
        let ["sys", "devices", rest @ ..] = parts.as_slice() else { return None };
        let (function, ["vpd"]) = self.split_device(rest)? else { return None };
        self.card_of(function).map(|card| vpd::of_card(card.machine()))
    }

    /// Runs a program of mstflint; `None` if it is not one. The machine is as if the program had
    /// not run if that takes longer than `deadline`, save for what it had written half-way.
    pub(in crate::sim) fn run_card_program(
        &mut self,
        name: &str,
        args: &[String],
        deadline: Duration,
    ) -> Option<CardAnswer> {
        let before = self.cards.clone();
        for card in &mut self.cards {
            card.lock_out(!self.capable, self.lockdown.blocks());
        }
        let (answer, resets) = match name {
            "mstconfig" => (self.mstconfig(args), None),
            "mstfwreset" => self.mstfwreset(args),
            _ => return None,
        };
        if answer.cost > deadline {
            let half_way = |card: &SimCard| card.machine().dies_after.is_some();
            let before = before.into_iter().zip(&self.cards);
            let kept = before.map(|(old, new)| if half_way(new) { new.clone() } else { old });
            self.cards = kept.collect();
            return Some(answer);
        }
        self.advance(crate::sim::kernel::micros(answer.cost));
        if let Some(at) = resets {
            self.reset_card(at);
        }
        if let Some((path, content)) = &answer.wrote {
            let path = path.trim_start_matches('/').to_owned();
            self.files.insert(path, content.as_slice().into());
        }
        Some(answer)
    }

    fn mstconfig(&mut self, args: &[String]) -> CardAnswer {
        let mut cards = mem::take(&mut self.cards);
        let lists: Vec<Vec<PciAddress>> =
            cards.iter().map(|card| card.machine().pfs.clone()).collect();
        let answer = mstconfig(&mut cards, args, |name| self.find_card(&lists, name));
        self.cards = cards;
        answer
    }

    fn mstfwreset(&mut self, args: &[String]) -> (CardAnswer, Option<usize>) {
        let lists: Vec<Vec<PciAddress>> =
            self.cards.iter().map(|card| card.machine().pfs.clone()).collect();
        let named = args::device(args);
        let found = named.map_or(Found::Pf(0, 0), |name| self.find_card(&lists, name));
        let dev = named.unwrap_or_default();
        let Found::Pf(at, _) = found else {
            let words = format!("Failed to Identify Device: {dev}.");
            return (failed(&words, words::SOON), None);
        };
        let pfs = lists.get(at).map(Vec::as_slice).unwrap_or_default();
        let live = |pf: &PciAddress| self.functions.get(pf).and_then(Function::pf);
        let vfs = pfs.iter().filter_map(live).any(|pf| pf.num_vfs > 0);
        let Some(card) = self.cards.get_mut(at) else {
            return (failed(words::NO_DEVICES, words::SOON), None);
        };
        let FwReset { answer, resets } = card.fwreset(args, dev, vfs);
        (answer, resets.then_some(at))
    }

    /// Where a name leads, as the tool takes it: an address, or an RDMA device.
    fn find_card(&self, lists: &[Vec<PciAddress>], name: &str) -> Found {
        let mut devices = self.rdma.visible().map(|(_, device)| device);
        let function =
            devices.find(|device| device.name == name).and_then(|device| match device.parent {
                Parent::Function(address) => Some(address),
                Parent::Soft { .. } => None,
            });
        let Some(function) = function.or_else(|| address(name)) else { return Found::Nothing };
        let place = |function: PciAddress| {
            lists.iter().enumerate().find_map(|(at, pfs)| {
                let pf = pfs.iter().position(|pf| *pf == function)?;
                Some(Found::Pf(at, pf))
            })
        };
        let parent = self.functions.get(&function).and_then(Function::vf).map(|(pf, _)| pf);
        match parent {
            Some(pf) if place(pf).is_some() => Found::Vf,
            _ => place(function).unwrap_or(Found::Nothing),
        }
    }

    /// The firmware of a card restarts: its PFs go, and come back with what it says then.
    fn reset_card(&mut self, at: usize) {
        let Some(pfs) = self.cards.get(at).map(|card| card.machine().pfs.clone()) else { return };
        let bound = |pf: &PciAddress| {
            let driver = self.functions.get(pf)?.driver.clone()?;
            Some((*pf, driver))
        };
        let bound: Vec<(PciAddress, String)> = pfs.iter().filter_map(bound).collect();
        for (function, driver) in bound.iter().cloned() {
            let steps = vec![What::Lock(function).now(), What::Unbind { function, driver }.now()];
            self.run_awaited(steps, PATIENCE);
        }
        if let Some(card) = self.cards.get_mut(at) {
            card.reset();
        }
        self.follow_cards();
        for (function, _) in bound {
            self.run_awaited(vec![What::Probe { function, new: true }.now()], PATIENCE);
        }
    }
}

/// A card with as many VFs as the machine's description gives to its PF, unless its own says.
fn announced(card: &CardMachine, pf: &PfMachine) -> CardMachine {
    let mut card = card.clone();
    let usual = model::of_driver(pf.driver.as_str()).map_or(0, |model| model.hardware_vfs);
    let total = u32::from(pf.total_vfs.unwrap_or(usual));
    let mut says = |name: &str, setting: SettingMachine| {
        let param: &mut ParamMachine = card.params.entry(name.to_owned()).or_default();
        if param.current.is_none() && param.default.is_none() {
            param.current = Some(setting);
        }
    };
    says("NUM_OF_VFS", SettingMachine::Number(total));
    says("SRIOV_EN", SettingMachine::Flag(total > 0));
    card
}

fn check(machine: &Machine, card: &CardMachine) -> Result<(), MachineError> {
    let serial = &card.serial;
    let senseless = |words: &str| Err(MachineError::Senseless(format!("card {serial}: {words}")));
    if machine.cards.iter().filter(|other| other.serial == *serial).count() > 1 {
        return senseless("it is there twice");
    }
    if card.pfs.is_empty() {
        return senseless("it has no PFs");
    }
    for pf in &card.pfs {
        if !machine.pfs.iter().any(|known| known.pci == *pf) {
            return senseless(&format!("there is no PF {pf}"));
        }
        if machine.cards.iter().flat_map(|other| &other.pfs).filter(|other| *other == pf).count()
            > 1
        {
            return senseless(&format!("{pf} is on another card too"));
        }
    }
    match card.nonsense() {
        Some(words) => senseless(&words),
        None => Ok(()),
    }
}
