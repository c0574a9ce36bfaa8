//! Cards as they are observed, and wishes, in few words.

use sriov_host::boot::{BootId, RebootRecord};
use sriov_host::{LinkType, PciAddress, PciId, VfCount};
use sriov_mlx::backend::BackendKind;
use sriov_mlx::card::{Card, CardId, Port};
use sriov_mlx::param::{
    Cell, Columns, Diagnostic, LinkSetting, Param, ParamName, Reading, Value, names,
};
use sriov_mlx::plan::{FirmwarePlan, NicAction, NicPlan, plan};
use sriov_mlx::wish::{Policy, Wish};
use sriov_mlx::{CardFacts, Firmware, History, Limits, Lockdown, ResetAbility};

pub(crate) const D8: &str = "0000:d8:00.0";
pub(crate) const D8_1: &str = "0000:d8:00.1";
pub(crate) const D9: &str = "0000:d9:00.0";

pub(crate) fn pci(address: &str) -> PciAddress {
    address.parse().unwrap()
}

pub(crate) fn name(name: &str) -> ParamName {
    name.parse().unwrap()
}

/// A value as a card has it: `True(1)`, `ETH(2)`, `16`, or a word alone.
pub(crate) fn value(text: &str) -> Value {
    if let Ok(number) = text.parse() {
        return Value::Number(number);
    }
    let named = text.strip_suffix(')').and_then(|text| text.split_once('('));
    match named.and_then(|(word, number)| Some((word, number.parse().ok()?))) {
        Some((word, value)) => Value::Named { text: word.to_owned(), value },
        None => Value::Text(text.to_owned()),
    }
}

pub(crate) fn cell(text: &str) -> Cell {
    match text {
        "" => Cell::NoColumn,
        "N/A" => Cell::NotAvailable,
        text => Cell::Value(value(text)),
    }
}

pub(crate) fn switch(on: bool) -> &'static str {
    if on { "True(1)" } else { "False(0)" }
}

/// A card that was observed. Two ports with Ethernet, and SR-IOV off, unless that is changed.
#[derive(Clone, Debug)]
pub(crate) struct Seen(pub(crate) CardFacts);

impl Seen {
    pub(crate) fn new(serial: &str, ports: &[&str]) -> Self {
        let port = |(number, address): (u8, &&str)| Port {
            pci: pci(address),
            number,
            device: PciId::new(0x101d),
            driver: None,
            name: None,
            alt_names: Vec::new(),
            mac: None,
            link_type: None,
            total_vfs: None,
            num_vfs: None,
        };
        let ports: Vec<Port> = (1..).zip(ports).map(port).collect();
        let links: Vec<u8> = ports.iter().map(|port| port.number).collect();
        let columns = Columns { default: true, current: true };
        let seen = Self(CardFacts {
            card: Card {
                id: CardId::Serial(serial.to_owned()),
                ports,
                part: None,
                psid: None,
                firmware: None,
            },
            firmware: Firmware::Read {
                backend: BackendKind::Json,
                reading: Reading { columns, ..Reading::default() },
            },
            lockdown: Lockdown::Off,
            reset: ResetAbility::Unknown,
            limits: Limits::default(),
            history: History::Fresh,
        });
        let seen = seen.firmware(0, 0);
        links
            .iter()
            .fold(seen, |seen, n| seen.param(&format!("LINK_TYPE_P{n}"), "ETH(2)", "ETH(2)"))
    }

    /// A card with two ports.
    pub(crate) fn d8() -> Self {
        Self::new("MT1", &[D8, D8_1])
    }

    /// What runs, in firmware and in the kernel, and what the next boot loads: SR-IOV is on if
    /// that is more than 0.
    pub(crate) fn firmware(self, running: u16, next: u16) -> Self {
        let count = |n: u16| n.to_string();
        self.param(names::SRIOV_EN, switch(running > 0), switch(next > 0))
            .param(names::NUM_OF_VFS, &count(running), &count(next))
            .totals(running)
    }

    pub(crate) fn totals(mut self, total: u16) -> Self {
        for port in &mut self.0.card.ports {
            port.total_vfs = (total > 0).then_some(VfCount::new(total));
        }
        self
    }

    pub(crate) fn live(mut self, address: &str, vfs: u16) -> Self {
        self.port(address).num_vfs = Some(VfCount::new(vfs));
        self
    }

    pub(crate) fn netdev(mut self, address: &str, link: LinkType) -> Self {
        self.port(address).link_type = Some(link);
        self
    }

    pub(crate) fn port(&mut self, address: &str) -> &mut Port {
        self.0.card.ports.iter_mut().find(|port| port.pci == pci(address)).unwrap()
    }

    pub(crate) fn reading(&mut self) -> &mut Reading {
        match &mut self.0.firmware {
            Firmware::Read { reading, .. } => reading,
            other => unreachable!("{other:?}"),
        }
    }

    pub(crate) fn param(mut self, param: &str, current: &str, next: &str) -> Self {
        let (current, next) = (cell(current), cell(next));
        let read_only = false;
        let values = Param { default: Cell::NoColumn, current, next, read_only };
        self.reading().params.insert(name(param), values);
        self
    }

    pub(crate) fn read_only(mut self, param: &str) -> Self {
        self.reading().params.get_mut(param).unwrap().read_only = true;
        self
    }

    pub(crate) fn without(mut self, param: &str) -> Self {
        self.reading().params.remove(param);
        self
    }

    /// A row that could not be read.
    pub(crate) fn malformed(mut self, param: Option<&str>) -> Self {
        if let Some(param) = param {
            self.reading().params.remove(param);
        }
        self.reading().diagnostics.push(Diagnostic {
            param: param.map(str::to_owned),
            line: Some(17),
            message: "expected 3 values, found 2".to_owned(),
        });
        self
    }

    /// Old firmware, and devlink: the running values are not told.
    pub(crate) fn no_current(mut self) -> Self {
        let reading = self.reading();
        reading.columns.current = false;
        reading.params.values_mut().for_each(|param| param.current = Cell::NoColumn);
        self
    }

    pub(crate) fn through(mut self, way: BackendKind) -> Self {
        match &mut self.0.firmware {
            Firmware::Read { backend, .. } => *backend = way,
            other => unreachable!("{other:?}"),
        }
        self
    }

    pub(crate) fn unreadable(mut self, code: &'static str) -> Self {
        self.0.firmware = Firmware::Unreadable { message: "it says no".to_owned(), code };
        self
    }

    pub(crate) fn not_asked(mut self) -> Self {
        self.0.firmware = Firmware::NotAsked;
        self
    }

    pub(crate) fn locked_down(mut self) -> Self {
        self.0.lockdown = Lockdown::On("integrity".to_owned());
        self
    }

    pub(crate) fn resettable(mut self) -> Self {
        self.0.reset = ResetAbility::Possible;
        self
    }

    pub(crate) fn limits(mut self, limits: Limits) -> Self {
        self.0.limits = limits;
        self
    }

    /// A restart was asked for in boot `asked`, for the last of so many times.
    pub(crate) fn asked(mut self, wanted: &str, asked: &str, attempts: u32, now: &str) -> Self {
        self.0.history = History::Asked {
            record: RebootRecord {
                wanted: wanted.to_owned(),
                boot_id: boot(asked),
                attempts,
                evidence: "NUM_OF_VFS next 10 current 0".to_owned(),
            },
            boot: boot(now),
        };
        self
    }

    /// Plans for this card alone.
    pub(crate) fn plan(&self, wishes: &[Wish]) -> NicPlan {
        let plan = plan(std::slice::from_ref(&self.0), wishes);
        assert!(plan.blockers.is_empty(), "{:?}", plan.blockers);
        plan.nics.into_iter().next().unwrap()
    }

    /// Plans for this card alone: what is to be done and written, in one line.
    pub(crate) fn line(&self, wishes: &[Wish]) -> String {
        line(&self.plan(wishes))
    }
}

/// `reboot SRIOV_EN=True NUM_OF_VFS=10`, or `blocked SRIOV-M022`.
pub(crate) fn line(nic: &NicPlan) -> String {
    let mut words = vec![nic.action.to_string()];
    words.extend((!nic.set.is_empty()).then(|| nic.set.to_string()));
    words.extend(nic.blockers.iter().map(|blocker| blocker.code.to_owned()));
    assert_eq!(nic.action == NicAction::Blocked, !nic.blockers.is_empty(), "{nic:?}");
    words.join(" ")
}

/// The lines of a plan for several cards.
pub(crate) fn lines(plan: &FirmwarePlan) -> Vec<String> {
    plan.nics.iter().map(line).collect()
}

pub(crate) fn boot(id: &str) -> BootId {
    serde_json::from_value(id.into()).unwrap()
}

pub(crate) fn wish(port: &str, policy: Policy) -> Wish {
    Wish {
        port: pci(port),
        policy,
        link_type: None,
        externally_managed: false,
        source: format!("wish for {port}"),
    }
}

pub(crate) fn at_least(n: u16) -> Wish {
    wish(D8, Policy::AtLeast(n))
}

pub(crate) fn exactly(n: u16) -> Wish {
    wish(D8, Policy::Exactly(n))
}

pub(crate) fn zero() -> Wish {
    wish(D8, Policy::ResetToZero)
}

pub(crate) fn unmanaged(port: &str) -> Wish {
    wish(port, Policy::Unmanaged)
}

/// A wish for a link type, and for nothing else.
pub(crate) fn link(port: &str, link: LinkSetting) -> Wish {
    Wish { link_type: Some(link), ..wish(port, Policy::AtLeast(0)) }
}

pub(crate) fn external(wish: Wish) -> Wish {
    Wish { externally_managed: true, ..wish }
}
