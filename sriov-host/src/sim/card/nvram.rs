//! What a card remembers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::answer::CardColumn;
use super::catalogue::{self, Param};
use super::machine::{CardMachine, ParamMachine};

/// The three values of a parameter.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Cell {
    pub(super) default: u32,
    pub(super) current: u32,
    pub(super) next: u32,
}

impl Cell {
    const fn new(value: u32) -> Self {
        Self { default: value, current: value, next: value }
    }

    pub(super) const fn get(self, column: CardColumn) -> u32 {
        match column {
            CardColumn::Default => self.default,
            CardColumn::Current => self.current,
            CardColumn::Next => self.next,
        }
    }
}

/// The cells by name: `NUM_OF_VFS`, `PORT[3]` in an array, `PF_TOTAL_SF@1` for the second PF.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(transparent)]
pub(super) struct Nvram(BTreeMap<String, Cell>);

impl Nvram {
    pub(super) fn new(machine: &CardMachine) -> Self {
        let mut nvram = Self::default();
        let params = catalogue::of_card(machine);
        for param in &params {
            let said = machine.params.get(&param.name);
            for (pf, index) in places(machine, param) {
                let name = index.map(|index| format!("{}[{index}]", param.name));
                let own = name.and_then(|name| machine.params.get(&name)).or(said);
                let usual = machine.bluefield_value(&param.name).unwrap_or(param.default);
                nvram.0.insert(key(param, pf, index), described(param, usual, own));
            }
        }
        nvram
    }

    pub(super) fn cell(&self, param: &Param, pf: usize, index: Option<u32>) -> Cell {
        let first = param.span.map(|(first, _)| first);
        let cell = self.0.get(&key(param, pf, index.or(first)));
        cell.copied().unwrap_or(Cell::new(param.default))
    }

    /// All cells of a parameter, as of one PF.
    pub(super) fn cells(&self, param: &Param, pf: usize) -> Vec<Cell> {
        indexes(param).into_iter().map(|index| self.cell(param, pf, index)).collect()
    }

    /// Writes the next value.
    pub(super) fn write(&mut self, param: &Param, pf: usize, index: Option<u32>, value: u32) {
        let usual = Cell::new(param.default);
        self.0.entry(key(param, pf, index)).or_insert(usual).next = value;
    }

    /// Every next value is the default one again.
    pub(super) fn forget(&mut self) {
        self.0.values_mut().for_each(|cell| cell.next = cell.default);
    }

    /// The firmware starts, and takes the next values.
    pub(super) fn load(&mut self) {
        self.0.values_mut().for_each(|cell| cell.current = cell.next);
    }

    /// The next value of a parameter gives way to the current one.
    pub(super) fn lose(&mut self, name: &str) {
        let lost = self.0.iter_mut().filter(|(key, _)| {
            key.strip_prefix(name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['@', '[']))
        });
        lost.for_each(|(_, cell)| cell.next = cell.current);
    }
}

fn described(param: &Param, usual: u32, said: Option<&ParamMachine>) -> Cell {
    let value = |setting: Option<&_>| setting.and_then(|setting| param.of_setting(setting));
    let default = said.and_then(|said| value(said.default.as_ref())).unwrap_or(usual);
    let current = said.and_then(|said| value(said.current.as_ref())).unwrap_or(default);
    let next = said.and_then(|said| value(said.next.as_ref())).unwrap_or(current);
    Cell { default, current, next }
}

fn key(param: &Param, pf: usize, index: Option<u32>) -> String {
    let index = index.map(|index| format!("[{index}]")).unwrap_or_default();
    let pf = if param.per_pf && pf > 0 { format!("@{pf}") } else { String::new() };
    format!("{}{index}{pf}", param.name)
}

fn indexes(param: &Param) -> Vec<Option<u32>> {
    match param.span {
        None => vec![None],
        Some((first, last)) => (first..=last).map(Some).collect(),
    }
}

fn places(machine: &CardMachine, param: &Param) -> Vec<(usize, Option<u32>)> {
    let pfs = if param.per_pf { machine.pfs.len().max(1) } else { 1 };
    let indexes = indexes(param);
    (0..pfs).flat_map(|pf| indexes.iter().map(move |index| (pf, *index))).collect()
}
