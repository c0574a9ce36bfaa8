//! Machines with cards, and the commands that were run there.

use std::time::Duration;

use sriov_host::PciAddress;
use sriov_host::decorate::Recorder;
use sriov_host::seam::{Files, HostPath};
use sriov_host::sim::{CardMachine, Machine, SimHost};
use sriov_mlx::apply::FirmwareOptions;
use sriov_mlx::card::{Card, survey};
use sriov_mlx::param::ParamName;
use sriov_mlx::{Access, CardFacts, Policy, Wish, nobody, observe};

/// The first PF of the first card.
pub(crate) const PF: &str = "0000:d8:00.0";

pub(crate) fn serial(number: usize) -> String {
    format!("MT2101X{number:05}")
}

fn bus(number: usize) -> usize {
    0xd8 + number
}

/// A machine with so many cards of two ports, with room for 8 VFs on each; as they are described.
pub(crate) fn machine(cards: usize, describe: impl Fn(&mut CardMachine)) -> Machine {
    let mut machine = Machine { seed: 7, ..Machine::default() };
    for number in 0..cards {
        let addresses: Vec<PciAddress> = (0..2)
            .map(|function| format!("0000:{:02x}:00.{function}", bus(number)).parse().unwrap())
            .collect();
        for pci in &addresses {
            machine.pfs.push(pf(*pci));
        }
        let mut card =
            CardMachine { serial: serial(number), pfs: addresses, ..CardMachine::default() };
        describe(&mut card);
        machine.cards.push(card);
    }
    machine
}

/// A PF of mlx5 with room for 8 VFs.
pub(crate) fn pf(pci: PciAddress) -> sriov_host::sim::PfMachine {
    let text = format!("pfs: [{{ pci: '{pci}', driver: mlx5_core, totalVfs: 8 }}]");
    Machine::from_yaml(&text).unwrap().pfs.remove(0)
}

pub(crate) type World = Recorder<SimHost>;

/// A machine that runs, with everything that is asked of it written down.
pub(crate) fn world(cards: usize, describe: impl Fn(&mut CardMachine)) -> World {
    start(&machine(cards, describe))
}

pub(crate) fn start(machine: &Machine) -> World {
    Recorder::with_reads(SimHost::new(machine).unwrap())
}

/// The arguments of every program that was run so far, behind its name.
pub(crate) fn commands(host: &World) -> Vec<String> {
    let lines = host.lines().into_iter();
    let command = |line: String| {
        let rest = line.strip_prefix("query-tool /").or(line.strip_prefix("run-tool /"))?;
        let (path, rest) = rest.split_once(' ')?;
        let name = path.rsplit('/').next()?;
        Some(format!("{name} {}", rest.rsplit_once(" -> ")?.0))
    };
    lines.filter_map(command).collect()
}

pub(crate) fn cards(host: &World) -> Vec<Card> {
    survey(host).unwrap()
}

pub(crate) fn options() -> FirmwareOptions {
    FirmwareOptions { owner: "test".to_owned(), workers: 1, ..FirmwareOptions::default() }
}

pub(crate) fn wish(card: usize, policy: Policy) -> Wish {
    Wish {
        port: format!("0000:{:02x}:00.0", bus(card)).parse().unwrap(),
        policy,
        link_type: None,
        externally_managed: false,
        source: format!("firmware[{card}]"),
    }
}

/// What is observed of all cards.
pub(crate) fn observed(host: &World, wishes: &[Wish]) -> Vec<CardFacts> {
    let cards = cards(host);
    host.clear();
    observe(&Access::new(host), &cards, wishes, &options(), &nobody)
}

pub(crate) fn names(names: &[&str]) -> Vec<ParamName> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

pub(crate) fn file(host: &World, path: &str) -> Option<String> {
    let bytes = host.host().read_file(&HostPath::new(path)).unwrap()?;
    Some(String::from_utf8(bytes).unwrap())
}

pub(crate) const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}
