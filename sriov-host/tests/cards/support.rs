use std::time::Duration;

use sriov_host::seam::{HostPath, Sysfs, Tool, ToolError, ToolOutput, ToolRun};
use sriov_host::sim::{CardAnswer, CardColumn, CardMachine, Machine, SimCard, SimHost};

pub(crate) const SERIAL: &str = "MT2141X00123";
pub(crate) const LONG: Duration = Duration::from_mins(2);

/// A card with two PFs, and what else its description says.
pub(crate) fn card(yaml: &str) -> SimCard {
    let text = format!("serial: {SERIAL}\npfs: [0000:3b:00.0, 0000:3b:00.1]\n{yaml}\n");
    SimCard::new(CardMachine::from_yaml(&text).unwrap())
}

pub(crate) fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

pub(crate) fn run(card: &mut SimCard, line: &str) -> CardAnswer {
    card.run(&words(line))
}

pub(crate) fn stdout(card: &mut SimCard, line: &str) -> String {
    run(card, line).output.stdout
}

/// The lines of an answer that contain a text.
pub(crate) fn lines(text: &str, part: &str) -> Vec<String> {
    text.lines().filter(|line| line.contains(part)).map(str::to_owned).collect()
}

pub(crate) fn values(card: &SimCard, name: &str) -> [Option<u32>; 3] {
    [CardColumn::Default, CardColumn::Current, CardColumn::Next].map(|at| card.value(name, at))
}

/// A machine with such a card, and 16 VFs for each of its PFs.
pub(crate) fn machine(card: &str, more: &str) -> SimHost {
    let pf = |at| format!("  - {{ pci: 0000:3b:00.{at}, driver: mlx5_core, totalVfs: 16 }}\n");
    let yaml = format!(
        "pfs:\n{}{}cards:\n  - {{ serial: {SERIAL}, pfs: [0000:3b:00.0, 0000:3b:00.1], {card} }}\n{more}",
        pf(0),
        pf(1)
    );
    SimHost::new(&Machine::from_yaml(&yaml).unwrap()).unwrap()
}

pub(crate) fn tool(host: &SimHost, program: &str, line: &str) -> Result<ToolOutput, ToolError> {
    let program = HostPath::new(format!("/usr/bin/{program}"));
    host.run_tool(&ToolRun::change(program, words(line)), LONG)
}

pub(crate) fn attribute(host: &SimHost, pf: u8, name: &str) -> Option<String> {
    let pf = HostPath::pci(format!("0000:3b:00.{pf}").parse().unwrap());
    host.read(&pf.join(name)).ok()
}

pub(crate) fn host_value(host: &SimHost, name: &str, column: CardColumn) -> Option<u32> {
    host.card_value(SERIAL, name, column)
}
