use sriov_host::seam::{HostPath, Sysfs};

use crate::card::Card;
use crate::param::{Cell, ParamName, Reading, Setting, names};
use crate::plan::NicPlan;

/// A card as its firmware answers, next to what is wanted of it.
pub(super) struct Seen<'a> {
    pub(super) plan: &'a NicPlan,
    pub(super) reading: &'a Reading,
    /// The VFs that each PF has room for now; `None` if nobody can tell.
    pub(super) room: Option<u16>,
}

/// A parameter that is not as wanted.
pub(super) struct Lack<'a> {
    pub(super) name: &'a ParamName,
    pub(super) wanted: Setting,
    pub(super) found: Cell,
}

impl<'a> Seen<'a> {
    /// What of these settings the next boot does not load.
    pub(super) fn not_staged(
        &self,
        settings: impl Iterator<Item = (&'a ParamName, Setting)>,
    ) -> impl Iterator<Item = Lack<'a>> {
        settings.filter_map(|(name, wanted)| {
            let found = next(self.reading, name);
            let met = found.value().is_some_and(|shown| self.plan.is_met(name, wanted, shown));
            (!met).then_some(Lack { name, wanted, found })
        })
    }

    /// What of the wish the running firmware does not have, or cannot be proven to have.
    pub(super) fn not_running(&self) -> impl Iterator<Item = Lack<'a>> {
        self.plan.wanted.iter().filter_map(|(name, wanted)| {
            let found = self.reading.param(name.as_str());
            let found = found.map_or(Cell::NoColumn, |param| param.current.clone());
            let met = match found.value() {
                Some(shown) => self.plan.is_met(name, wanted, shown),
                None => self.has_room(name, wanted),
            };
            (!met).then_some(Lack { name, wanted, found })
        })
    }

    /// What sysfs says, where the firmware cannot tell its running values.
    fn has_room(&self, name: &ParamName, wanted: Setting) -> bool {
        let Some(room) = self.room else { return false };
        match wanted {
            Setting::Switch(on) => *name == names::SRIOV_EN && on == (room > 0),
            Setting::Number(wanted) if *name == names::NUM_OF_VFS => {
                let room = u64::from(room);
                room == wanted || (self.plan.or_more && room > wanted)
            }
            Setting::Number(_) | Setting::Link(_) => false,
        }
    }
}

/// What a card says of the next boot.
pub(super) fn next(reading: &Reading, name: &ParamName) -> Cell {
    reading.param(name.as_str()).map_or(Cell::NoColumn, |param| param.next.clone())
}

/// The VFs that every PF of the card has room for now: 0 if one of them has no SR-IOV, `None` if
/// nobody can tell.
pub(super) fn room(host: &dyn Sysfs, card: &Card) -> Option<u16> {
    let of_port = |pci| match host.read(&HostPath::pci(pci).join("sriov_totalvfs")) {
        Ok(text) => text.trim().parse().ok(),
        Err(error) => error.is_not_found().then_some(0),
    };
    card.ports.iter().map(|port| of_port(port.pci)).min().flatten()
}

/// As a person reads it.
pub(super) fn words(cell: &Cell) -> String {
    match cell {
        Cell::Value(value) => value.to_string(),
        Cell::NotAvailable => "N/A".to_owned(),
        Cell::NoColumn => "no such value".to_owned(),
    }
}
