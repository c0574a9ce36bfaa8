//! A host with cards that misbehave, what is wanted of them, and what an operator does with it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sriov_host::PciAddress;
use sriov_host::decorate::Recorder;
use sriov_host::seam::{Host, HostPath, Sysfs};
use sriov_host::sim::{CardColumn, Machine, SimHost};
use sriov_mlx::apply::{FirmwareApplied, FirmwareOptions, Outstanding, apply, prepare};
use sriov_mlx::plan::FirmwarePlan;
use sriov_mlx::wish::{Policy, Wanted, Wish};
use sriov_mlx::{Access, nobody};

/// What is wrong with a card.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fault {
    None,
    RoundsTo(u32),
    Drops(&'static str),
    Loses(&'static str),
    NeedsPower,
    OnlyReset,
    Busy(u32),
    DiesAfter(u32),
    MissingTlv(&'static str),
    Dpu,
    NoCurrent,
    ResetFails,
    Livefish,
    Hangs,
}

impl Fault {
    fn yaml(self) -> String {
        match self {
            Self::None => String::new(),
            Self::RoundsTo(step) => format!(", roundsTo: {step}"),
            Self::Drops(name) => format!(", silentlyDrops: [{name}]"),
            Self::Loses(name) => format!(", losesAtReboot: [{name}]"),
            Self::NeedsPower => ", needsPowerCycle: true".to_owned(),
            Self::OnlyReset => ", loadsOnlyAfterReset: true".to_owned(),
            Self::Busy(calls) => format!(", busyFor: {calls}"),
            Self::DiesAfter(params) => format!(", diesAfter: {params}"),
            Self::MissingTlv(name) => format!(", missingTlvs: [{name}]"),
            Self::Dpu => ", type: BlueField2, bluefieldMode: dpu".to_owned(),
            Self::NoCurrent => ", noCurrentColumn: true".to_owned(),
            Self::ResetFails => ", resetFails: true".to_owned(),
            Self::Livefish => ", livefish: true".to_owned(),
            Self::Hangs => ", hangs: true".to_owned(),
        }
    }

    /// Whether the card can be brought to any wish, with what an operator does when asked. That a
    /// card needs a power cycle is not told of values that somebody else has staged.
    pub(crate) fn is_harmless(self) -> bool {
        use Fault::{Busy, NoCurrent, None, ResetFails};
        matches!(self, None | Busy(_) | NoCurrent | ResetFails)
    }
}

/// One card.
#[derive(Clone, Debug)]
pub(crate) struct Start {
    pub(crate) fault: Fault,
    pub(crate) devlink: bool,
    pub(crate) ports: u8,
    /// `SRIOV_EN`, current and next.
    pub(crate) enabled: (bool, bool),
    /// `NUM_OF_VFS`, current and next.
    pub(crate) vfs: (u32, u32),
    /// VFs that each PF has now, as far as there is room.
    pub(crate) live: u32,
    pub(crate) wish: Option<Policy>,
}

impl Start {
    /// An exact number below the VFs that exist is refused, which is another story.
    fn live(&self) -> u32 {
        let exact = matches!(self.wish, Some(Policy::Exactly(_) | Policy::ResetToZero));
        if self.enabled.0 && !exact { self.live.min(self.vfs.0) } else { 0 }
    }
}

/// A host.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) cards: Vec<Start>,
    /// The release of mstflint.
    pub(crate) tool: &'static str,
    pub(crate) lockdown: bool,
    pub(crate) reset: bool,
    pub(crate) workers: usize,
}

const SLOTS: [&str; 3] = ["0000:3b:00", "0000:5e:00", "0000:d8:00"];

pub(crate) fn serial(card: usize) -> String {
    format!("MT2101X0000{card}")
}

pub(crate) fn pfs(start: &Start, card: usize) -> Vec<PciAddress> {
    let slot = SLOTS[card];
    (0..start.ports).map(|port| format!("{slot}.{port}").parse().unwrap()).collect()
}

impl World {
    pub(crate) fn machine(&self) -> String {
        let (mut functions, mut cards) = (String::new(), String::new());
        for (card, start) in self.cards.iter().enumerate() {
            let addresses = pfs(start, card);
            for (port, pci) in addresses.iter().enumerate() {
                let offset = 8 * (port + 1);
                let _ = writeln!(
                    functions,
                    "- {{ pci: {pci}, driver: mlx5_core, offset: {offset}, numVfs: {} }}",
                    start.live()
                );
            }
            let pfs = addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let tool = self.tool;
            let Start { devlink, enabled, vfs, fault, .. } = start;
            let _ = writeln!(
                cards,
                "- {{ serial: {}, pfs: [{pfs}], tool: {tool}, devlinkParams: {devlink}, params: {{ \
                 SRIOV_EN: {{ current: {}, next: {} }}, NUM_OF_VFS: {{ current: {}, next: {} }} \
                 }}{} }}",
                serial(card),
                enabled.0,
                enabled.1,
                vfs.0,
                vfs.1,
                fault.yaml()
            );
        }
        let lockdown = if self.lockdown { "integrity" } else { "none" };
        format!("lockdown: {lockdown}\npfs:\n{functions}cards:\n{cards}")
    }

    pub(crate) fn host(&self) -> SimHost {
        SimHost::new(&Machine::from_yaml(&self.machine()).unwrap()).unwrap()
    }

    pub(crate) fn options(&self) -> FirmwareOptions {
        FirmwareOptions {
            owner: "a law".to_owned(),
            workers: self.workers,
            reset: self.reset,
            ..FirmwareOptions::default()
        }
    }

    pub(crate) fn wishes(&self) -> Vec<Wish> {
        let wish = |(card, start): (usize, &Start)| {
            Some(Wish {
                port: pfs(start, card)[0],
                policy: start.wish?,
                link_type: None,
                externally_managed: false,
                source: format!("firmware[{card}]"),
            })
        };
        self.cards.iter().enumerate().filter_map(wish).collect()
    }

    pub(crate) fn plan(&self, host: &dyn Host) -> FirmwarePlan {
        let wanted = |_: &[_]| Wanted { wishes: self.wishes(), ..Wanted::default() };
        prepare(&Access::new(host), &self.options(), &nobody, wanted).unwrap()
    }

    pub(crate) fn apply(&self, host: &dyn Host) -> FirmwareApplied {
        apply(&self.plan(host), &Access::new(host), &self.options(), &nobody)
    }
}

/// The four numbers that a card is about, as the simulator itself has them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Values {
    pub(crate) enabled: (u32, u32),
    pub(crate) vfs: (u32, u32),
    /// What sysfs says of the PF with the least.
    pub(crate) room: u16,
}

fn values(host: &SimHost, start: &Start, card: usize) -> Values {
    let both = |name| {
        let value = |column| host.card_value(&serial(card), name, column).unwrap();
        (value(CardColumn::Current), value(CardColumn::Next))
    };
    let room = pfs(start, card).into_iter().map(|pci| {
        let text = host.read(&HostPath::pci(pci).join("sriov_totalvfs"));
        text.map_or(0, |text| text.parse().unwrap())
    });
    Values { enabled: both("SRIOV_EN"), vfs: both("NUM_OF_VFS"), room: room.min().unwrap() }
}

/// Whether a card is as wanted, told without the planner.
pub(crate) fn is_satisfied(start: &Start, is: Values) -> bool {
    match start.wish {
        None | Some(Policy::Unmanaged) => true,
        Some(Policy::AtLeast(n)) => is.room >= n,
        // Through devlink nobody can tell an enabled card without VFs from a disabled one.
        Some(Policy::Exactly(0)) => is.room == 0 && is.enabled.1 == 0,
        Some(Policy::Exactly(n)) => is.enabled.0 == 1 && is.vfs.0 == u32::from(n),
        Some(Policy::ResetToZero) => is.enabled.1 == 0,
    }
}

/// What was written to cards, in order: the PF, and `NAME=value` each.
pub(crate) fn sets<H: Host>(host: &Recorder<H>) -> Vec<(PciAddress, Vec<String>)> {
    let set = |line: &String| {
        if let Some(rest) = line.strip_prefix("set-parameter pci/") {
            let (pci, rest) = rest.split_once('/')?;
            let (name, rest) = rest.split_once(' ')?;
            let value = rest.split(' ').nth(1)?;
            let name = if name == "enable_sriov" { "SRIOV_EN" } else { "NUM_OF_VFS" };
            return Some((pci.parse().unwrap(), vec![format!("{name}={value}")]));
        }
        let (_, rest) = line.split_once("mstconfig -d ")?;
        let (pci, rest) = rest.split_once(' ')?;
        let (_, rest) = rest.split_once(" set ")?;
        let words = rest.split(' ').take_while(|word| *word != "->");
        Some((pci.parse().unwrap(), words.map(str::to_owned).collect()))
    };
    host.lines().iter().filter_map(set).collect()
}

/// An operator who does what he is asked, and nothing else.
pub(crate) struct Operator<'a> {
    pub(crate) world: &'a World,
    pub(crate) host: SimHost,
    /// The boots that each card asked for.
    pub(crate) boots: BTreeMap<String, u32>,
}

/// More rounds than this are a loop: three boots, and one look behind the last.
const ROUNDS: usize = 8;

/// One look, plan and application, and what there was before it.
pub(crate) struct Round<'a> {
    pub(crate) world: &'a World,
    pub(crate) before: Vec<Values>,
    pub(crate) after: Vec<Values>,
    pub(crate) plan: FirmwarePlan,
    pub(crate) applied: FirmwareApplied,
    pub(crate) host: Recorder<SimHost>,
}

impl<'a> Operator<'a> {
    pub(crate) fn new(world: &'a World) -> Self {
        Self::on(world, world.host())
    }

    pub(crate) fn on(world: &'a World, host: SimHost) -> Self {
        Self { world, host, boots: BTreeMap::new() }
    }

    pub(crate) fn round(&self) -> Round<'a> {
        let world = self.world;
        let host = Recorder::new(self.host.clone());
        let before = self.values();
        let plan = world.plan(&host);
        let applied = apply(&plan, &Access::new(&host), &world.options(), &nobody);
        Round { world, before, after: self.values(), plan, applied, host }
    }

    /// Applies and restarts until nothing is asked for any more; what the last run came to.
    pub(crate) fn settle(&mut self, mut look: impl FnMut(&Round<'_>)) -> FirmwareApplied {
        for _ in 0..ROUNDS {
            let round = self.round();
            look(&round);
            let outstanding = round.applied.outstanding();
            if outstanding.is_none() {
                return round.applied;
            }
            for reason in &round.applied.reboot_reasons {
                *self.boots.entry(reason.subject.clone()).or_default() += 1;
            }
            self.restart(outstanding);
        }
        panic!("no end in sight: {:#?}", self.world);
    }

    pub(crate) fn restart(&self, outstanding: Option<Outstanding>) {
        match outstanding {
            None => {}
            Some(Outstanding::Reset | Outstanding::Reboot) => self.host.reboot(),
            Some(Outstanding::PowerCycle) => self.host.power_cycle(),
        }
    }

    /// Card by card.
    pub(crate) fn values(&self) -> Vec<Values> {
        let cards = self.world.cards.iter().enumerate();
        cards.map(|(card, start)| values(&self.host, start, card)).collect()
    }
}
