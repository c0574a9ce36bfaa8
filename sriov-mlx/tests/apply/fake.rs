//! Cards of which a test owns every answer, and plans for them.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use sriov_host::plan::{Reason, RebootReason};
use sriov_host::seam::Host;
use sriov_host::sim::{Machine, SimHost};
use sriov_host::{PciAddress, VfCount};
use sriov_mlx::apply::{FirmwareApplied, FirmwareOptions, Ways, apply_through};
use sriov_mlx::backend::{Backend, BackendKind};
use sriov_mlx::card::{Card, CardId, Port};
use sriov_mlx::output::{Closing, Refusal};
use sriov_mlx::param::{Assignments, Cell, Param, ParamName, Reading, Setting, Value};
use sriov_mlx::plan::{FirmwarePlan, NicAction, NicPlan};
use sriov_mlx::{Access, FirmwareError, FirmwareFault, nobody};

pub(crate) const A: &str = "MT2101X00001";
pub(crate) const B: &str = "MT2101X00002";

/// What a card does when it is written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Manner {
    /// What the tool says after a write that succeeds.
    pub(crate) closing: Option<Closing>,
    /// Parameters that keep their value.
    pub(crate) drops: Vec<&'static str>,
    /// Numbers are rounded up to a multiple of this.
    pub(crate) rounds_to: Option<u64>,
    /// The write fails behind so many parameters.
    pub(crate) dies_after: Option<usize>,
    /// The current values cannot be told.
    pub(crate) no_current: bool,
    /// The n-th query fails, counted from 1.
    pub(crate) silent_at: Option<usize>,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    /// The current and the next value.
    pub(crate) values: BTreeMap<String, (Value, Value)>,
    pub(crate) manner: Manner,
    /// What was asked of it, in order.
    pub(crate) calls: Vec<String>,
}

/// One card.
#[derive(Debug, Default)]
pub(crate) struct FakeCard(Mutex<State>);

impl FakeCard {
    /// A card with so many VFs running and staged.
    pub(crate) fn new(current: u64, next: u64) -> Self {
        let card = Self::default();
        card.put("SRIOV_EN", switch(current > 0), switch(next > 0));
        card.put("NUM_OF_VFS", Value::Number(current), Value::Number(next));
        card
    }

    pub(crate) fn put(&self, name: &str, current: Value, next: Value) {
        self.state().values.insert(name.to_owned(), (current, next));
    }

    pub(crate) fn with(self, change: impl FnOnce(&mut Manner)) -> Self {
        change(&mut self.state().manner);
        self
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    pub(crate) fn calls(&self) -> Vec<String> {
        self.state().calls.clone()
    }

    pub(crate) fn next(&self, name: &str) -> Option<u64> {
        self.state().values.get(name)?.1.number()
    }

    /// Everything staged becomes current.
    pub(crate) fn load(&self) {
        for (current, next) in self.state().values.values_mut() {
            *current = next.clone();
        }
    }
}

pub(crate) fn switch(on: bool) -> Value {
    let text = if on { "True" } else { "False" };
    Value::Named { text: text.to_owned(), value: on.into() }
}

fn value(setting: Setting, rounds_to: Option<u64>) -> Value {
    match setting {
        Setting::Switch(on) => switch(on),
        Setting::Number(number) => {
            Value::Number(rounds_to.map_or(number, |to| number.next_multiple_of(to)))
        }
        Setting::Link(link) => Value::Named { text: link.to_string(), value: link.number() },
    }
}

/// The way to a fake card.
struct Way<'a>(&'a FakeCard);

impl Backend for Way<'_> {
    fn kind(&self) -> BackendKind {
        BackendKind::Json
    }

    fn query(&self, card: &Card, names: &[ParamName]) -> Result<Reading, FirmwareError> {
        let mut state = self.0.state();
        let words: Vec<&str> = names.iter().map(ParamName::as_str).collect();
        state.calls.push(format!("query {}", words.join(" ")));
        let nth = state.calls.iter().filter(|call| call.starts_with("query")).count();
        if state.manner.silent_at == Some(nth) {
            return Err(refused("read", card, "it is busy"));
        }
        let mut reading = Reading::default();
        for name in names {
            if let Some((current, next)) = state.values.get(name.as_str()) {
                let told = !state.manner.no_current;
                let current = if told { Cell::Value(current.clone()) } else { Cell::NoColumn };
                let next = Cell::Value(next.clone());
                reading.params.insert(name.clone(), Param { current, next, ..Param::default() });
            }
        }
        Ok(reading)
    }

    fn set(&self, card: &Card, assignments: &Assignments) -> Result<Closing, FirmwareError> {
        let mut state = self.0.state();
        state.calls.push(format!("set {assignments}"));
        let manner = state.manner.clone();
        let last = manner.dies_after.unwrap_or(usize::MAX);
        for (name, setting) in assignments.iter().take(last) {
            if !manner.drops.iter().any(|dropped| name == dropped) {
                let (_, next) = state.values.get_mut(name.as_str()).unwrap();
                *next = value(setting, manner.rounds_to);
            }
        }
        match manner.dies_after {
            Some(_) => Err(refused("write", card, "register access failed")),
            None => Ok(manner.closing.unwrap_or(Closing::Reboot)),
        }
    }
}

fn refused(operation: &'static str, card: &Card, words: &str) -> FirmwareError {
    let refusal = Refusal::NvAccess(words.to_owned());
    FirmwareError::new(operation, &card.id, FirmwareFault::Refused(refusal))
}

/// All the cards of a test, by their serial number.
#[derive(Debug, Default)]
pub(crate) struct Fakes(pub(crate) BTreeMap<&'static str, FakeCard>);

impl Fakes {
    pub(crate) fn one(card: FakeCard) -> Self {
        Self(BTreeMap::from([(A, card)]))
    }

    pub(crate) fn card(&self, serial: &str) -> &FakeCard {
        &self.0[serial]
    }
}

impl Ways for Fakes {
    fn to<'w>(
        &'w self,
        card: &Card,
        _: &[ParamName],
    ) -> Result<Box<dyn Backend + 'w>, FirmwareError> {
        let found = self.0.get(card.id.to_string().as_str());
        let program = "mstconfig".to_owned();
        let missing =
            || FirmwareError::new("read", &card.id, FirmwareFault::ToolMissing { program });
        Ok(Box::new(Way(found.ok_or_else(missing)?)))
    }
}

/// A host with two cards, the first with two ports and VFs on them as told.
pub(crate) fn host(more: &str) -> SimHost {
    let yaml = format!(
        "pfs:\n\
         - {{ pci: 0000:3b:00.0, driver: mlx5_core, totalVfs: 8 }}\n\
         - {{ pci: 0000:3b:00.1, driver: mlx5_core, totalVfs: 8 }}\n\
         - {{ pci: 0000:d8:00.0, driver: mlx5_core, totalVfs: 8 }}\n{more}\n"
    );
    SimHost::new(&Machine::from_yaml(&yaml).unwrap()).unwrap()
}

fn port(pci: &str, number: u8) -> Port {
    Port {
        pci: address(pci),
        number,
        device: "101d".parse().unwrap(),
        driver: Some("mlx5_core".parse().unwrap()),
        name: None,
        alt_names: Vec::new(),
        mac: None,
        link_type: None,
        total_vfs: Some(VfCount::new(8)),
        num_vfs: Some(VfCount::ZERO),
    }
}

pub(crate) fn address(pci: &str) -> PciAddress {
    pci.parse().unwrap()
}

pub(crate) fn card(serial: &str) -> Card {
    let ports = match serial {
        A => vec![port("0000:3b:00.0", 1), port("0000:3b:00.1", 2)],
        _ => vec![port("0000:d8:00.0", 1)],
    };
    let id = CardId::Serial(serial.to_owned());
    Card { id, ports, part: None, psid: None, firmware: None }
}

pub(crate) fn assignments(settings: &[(&str, Setting)]) -> Assignments {
    settings.iter().map(|(name, setting)| (name.parse().unwrap(), *setting)).collect()
}

/// What a planner would make of a wish for exactly so many VFs.
pub(crate) fn nic(serial: &str, fake: &FakeCard, wanted: u64, action: NicAction) -> NicPlan {
    let wanted = assignments(&[
        ("SRIOV_EN", Setting::Switch(wanted > 0)),
        ("NUM_OF_VFS", Setting::Number(wanted)),
    ]);
    let card = card(serial);
    let state = fake.state();
    let next = |name: &ParamName| state.values[name.as_str()].1.clone();
    let running = |name: &str| state.values[name].0.to_string();
    let open = wanted.iter().filter(|(name, setting)| !setting.is(&next(name)));
    let set: Assignments = open.map(|(name, setting)| (name.clone(), setting)).collect();
    let against = set.names().map(|name| (name.clone(), Cell::Value(next(name)))).collect();
    let found = Some(running("NUM_OF_VFS"));
    let reason = Reason::differs("NUM_OF_VFS", wanted.get("NUM_OF_VFS").unwrap(), found.clone());
    let reboot =
        RebootReason { subject: card.id.subject(), wanted: wanted.to_string(), running: found };
    NicPlan {
        action,
        set,
        planned_against: against,
        wanted,
        wished: true,
        reasons: vec![reason],
        reboot_reason: (action > NicAction::WriteOnly).then_some(reboot),
        ..NicPlan::nothing(card)
    }
}

pub(crate) fn plan(nics: impl IntoIterator<Item = NicPlan>) -> FirmwarePlan {
    FirmwarePlan { nics: nics.into_iter().collect(), ..FirmwarePlan::default() }
}

pub(crate) fn options() -> FirmwareOptions {
    let patience = Duration::from_secs(2);
    FirmwareOptions {
        owner: "a test".to_owned(),
        patience,
        workers: 1,
        ..FirmwareOptions::default()
    }
}

pub(crate) fn apply(plan: &FirmwarePlan, host: &dyn Host, fakes: &Fakes) -> FirmwareApplied {
    apply_through(plan, &Access::new(host), &options(), &nobody, fakes)
}

/// The first card, asked for so many VFs, and what became of it.
pub(crate) fn grow(fake: FakeCard, wanted: u64) -> (FirmwareApplied, Fakes, SimHost) {
    let host = host("");
    let plan = plan([nic(A, &fake, wanted, NicAction::Reboot)]);
    let fakes = Fakes::one(fake);
    (apply(&plan, &host, &fakes), fakes, host)
}
