//! Cards with a memory: what is written waits for a boot, told without the planner.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use sriov_host::LinkType;
use sriov_host::boot::Ledger;
use sriov_mlx::param::{LinkSetting, Setting, names};
use sriov_mlx::plan::NicPlan;
use sriov_mlx::wish::{Policy, Wish};
use sriov_mlx::{CardFacts, History};

use crate::cards::{Seen, boot, pci, switch};

/// What goes wrong with a card at a boot.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fault {
    None,
    /// It never loads what was written.
    Stuck,
    /// It forgets what was written.
    Forgets,
    /// It takes multiples of 8 only, when it is written or when it loads.
    RoundsAtWrite,
    RoundsAtBoot,
}

/// The values that run, and those that the next boot loads.
type Values = BTreeMap<String, u64>;

#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct ModelCard {
    pub(crate) serial: String,
    pub(crate) ports: Vec<String>,
    pub(crate) running: Values,
    pub(crate) next: Values,
    pub(crate) live: Vec<u16>,
    pub(crate) tells_current: bool,
    pub(crate) netdevs: bool,
    pub(crate) resettable: bool,
    pub(crate) locked_down: bool,
    /// The VFs of each PF, if they have counts of their own.
    pub(crate) per_pf: Option<u16>,
    pub(crate) fault: Fault,
}

impl ModelCard {
    /// The VFs that each PF has room for.
    pub(crate) fn total(&self) -> u16 {
        let on = self.running[names::SRIOV_EN] == 1;
        let shared = || u16::try_from(self.running[names::NUM_OF_VFS]).unwrap();
        if on { self.per_pf.unwrap_or_else(shared) } else { 0 }
    }

    pub(crate) fn facts(&self, ledger: &Ledger, now: u32) -> CardFacts {
        let ports: Vec<&str> = self.ports.iter().map(String::as_str).collect();
        let mut seen = Seen::new(&self.serial, &ports).totals(self.total());
        for (name, running) in &self.running {
            let (running, next) = (text(name, *running), text(name, self.next[name]));
            seen = seen.param(name, &running, &next);
        }
        for (port, live) in ports.iter().zip(&self.live) {
            seen = seen.live(port, (*live).min(self.total()));
        }
        for (number, port) in (1..).zip(&ports).filter(|_| self.netdevs) {
            let link = match self.running[&format!("LINK_TYPE_P{number}")] {
                1 => LinkType::Infiniband,
                _ => LinkType::Ether,
            };
            seen = seen.netdev(port, link);
        }
        if self.per_pf.is_some() {
            seen = seen.param(names::PF_NUM_OF_VF_VALID, switch(true), switch(true));
        }
        if !self.tells_current {
            seen = seen.no_current();
        }
        if self.resettable {
            seen = seen.resettable();
        }
        if self.locked_down {
            seen = seen.locked_down();
        }
        let subject = seen.0.card.id.subject();
        if let Some(record) = ledger.record(&subject) {
            let boot = boot(&format!("b{now}"));
            seen.0.history = History::Asked { record: record.clone(), boot };
        }
        seen.0
    }

    /// Writes what was planned, as the card takes it.
    pub(crate) fn write(&mut self, nic: &NicPlan) {
        for (name, setting) in nic.set.iter() {
            let value = match setting {
                Setting::Switch(on) => u64::from(on),
                Setting::Number(number) if self.fault == Fault::RoundsAtWrite => {
                    number.next_multiple_of(8)
                }
                Setting::Number(number) => number,
                Setting::Link(link) => link.number(),
            };
            self.next.insert(name.to_string(), value);
        }
    }

    pub(crate) fn boot(&mut self) {
        self.live.fill(0);
        match self.fault {
            Fault::Stuck => {}
            Fault::Forgets => self.next = self.running.clone(),
            Fault::None | Fault::RoundsAtWrite => self.running = self.next.clone(),
            Fault::RoundsAtBoot => {
                self.running = self.next.clone();
                let count = self.running.get_mut(names::NUM_OF_VFS).unwrap();
                *count = count.next_multiple_of(8);
            }
        }
    }
}

/// A value as the tool prints it.
fn text(name: &str, value: u64) -> String {
    match (name, value) {
        (names::SRIOV_EN, on) => switch(on == 1).to_owned(),
        (names::NUM_OF_VFS, count) => count.to_string(),
        (_, 1) => "IB(1)".to_owned(),
        (_, _) => "ETH(2)".to_owned(),
    }
}

fn values(ports: usize) -> impl Strategy<Value = Values> {
    let links = vec(prop::sample::select(std::vec![1_u64, 2, 2, 2]), ports);
    (0..=1_u64, 0..=24_u64, links).prop_map(|(on, count, links)| {
        let mut values = Values::new();
        values.insert(names::SRIOV_EN.to_owned(), on);
        values.insert(names::NUM_OF_VFS.to_owned(), count);
        for (number, link) in (1..).zip(links) {
            values.insert(format!("LINK_TYPE_P{number}"), link);
        }
        values
    })
}

prop_compose! {
    fn card(index: usize)(ports in 1..=3_usize)(
        (running, next, settled) in (values(ports), values(ports), any::<bool>()),
        live in vec(prop::sample::select(std::vec![0_u16, 0, 0, 3, 9]), ports),
        (tells_current, netdevs, resettable) in
            (prop::bool::weighted(0.7), any::<bool>(), any::<bool>()),
        (locked_down, per_pf) in (prop::bool::weighted(0.1), prop::option::weighted(0.1, 0..24_u16)),
    ) -> ModelCard {
        ModelCard {
            serial: format!("MT{index}"),
            ports: (0..live.len()).map(|f| format!("0000:{:02x}:00.{f}", 0x10 + index)).collect(),
            next: if settled { running.clone() } else { next },
            running, live, tells_current, netdevs, resettable, locked_down, per_pf,
            fault: Fault::None,
        }
    }
}

pub(crate) fn policy() -> impl Strategy<Value = Policy> {
    prop_oneof![
        6 => (0..=24_u16).prop_map(Policy::AtLeast),
        3 => (0..=24_u16).prop_map(Policy::Exactly),
        1 => Just(Policy::Unmanaged),
        1 => Just(Policy::ResetToZero),
    ]
}

prop_compose! {
    fn wish(cards: Vec<ModelCard>)(
        card in 0..cards.len(),
        port in 0..3_usize,
        policy in policy(),
        link in prop::option::weighted(0.3, any::<bool>()),
        externally_managed in prop::bool::weighted(0.05),
        source in 0..9_u8,
    ) -> Wish {
        let ports = &cards[card].ports;
        Wish {
            port: pci(&ports[port % ports.len()]),
            policy,
            link_type: link.map(|ib| if ib { LinkSetting::Ib } else { LinkSetting::Eth }),
            externally_managed,
            source: format!("firmware[{source}]"),
        }
    }
}

/// Cards, and wishes for their ports.
pub(crate) fn node() -> impl Strategy<Value = (Vec<ModelCard>, Vec<Wish>)> {
    let cards = (1..=3_usize).prop_flat_map(|count| (0..count).map(card).collect::<Vec<_>>());
    cards.prop_flat_map(|cards| {
        let wishes = vec(wish(cards.clone()), 0..5);
        (Just(cards), wishes)
    })
}
