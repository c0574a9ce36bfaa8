//! What stands in the way of a change that is needed, and of nothing else.

use sriov_host::plan::{BlockerKind, Target};

use super::bluefield::BlueFieldMode;
use super::join::{CountWish, Joined};
use super::limits;
use super::need::Need;
use super::obstacle::Obstacle;
use crate::backend::BackendKind;
use crate::codes;
use crate::facts::{CardFacts, Lockdown};
use crate::param::{Reading, Setting, names};

/// A change that a card needs, and who asks for it.
pub(super) struct Change<'a> {
    pub(super) facts: &'a CardFacts,
    pub(super) reading: &'a Reading,
    pub(super) backend: BackendKind,
    pub(super) joined: &'a Joined<'a>,
    pub(super) needs: &'a [Need],
    pub(super) mode: &'a BlueFieldMode,
}

impl Change<'_> {
    /// Everything in the way, in a fixed order.
    pub(super) fn obstacles(&self) -> Vec<Obstacle> {
        let mut found = self.live_vfs();
        found.extend(self.externally_managed());
        if self.writes().next().is_some() {
            found.extend(self.unmanaged());
            found.extend(self.bluefield());
            found.extend(self.way());
            found.extend(self.read_only());
            found.extend(self.limits());
        }
        found
    }

    fn writes(&self) -> impl Iterator<Item = &Need> {
        self.needs.iter().filter(|need| need.write)
    }

    /// A card that somebody else manages is compared, and neither written nor restarted.
    fn externally_managed(&self) -> Option<Obstacle> {
        let first = self.joined.external.first()?;
        let differences = self.needs.iter().filter(|need| need.differs()).map(Need::sentence);
        let differences: Vec<String> = differences.collect();
        if differences.is_empty() {
            return None;
        }
        let message = format!(
            "{} is externally managed ({}), and {}",
            first.port,
            first.source,
            differences.join(", ")
        );
        Some(Obstacle::new(BlockerKind::NotOurs, &codes::EXTERNALLY_MANAGED, message))
    }

    /// A write for one port is a write for all of them.
    fn unmanaged(&self) -> Option<Obstacle> {
        let alone = |wish: &&&crate::wish::Wish| wish.link_type.is_none();
        let other = self.joined.unmanaged.iter().find(alone)?;
        let differences: Vec<String> = self.writes().map(Need::sentence).collect();
        let message = format!(
            "{} of the same card is unmanaged ({}), and {}",
            other.port,
            other.source,
            differences.join(", ")
        );
        Some(Obstacle::new(BlockerKind::NotOurs, &codes::CARD_UNMANAGED, message))
    }

    /// Only an exact number takes VFs away that somebody may use.
    fn live_vfs(&self) -> Vec<Obstacle> {
        let CountWish::Exactly(n) = self.joined.count else { return Vec::new() };
        let above = self.facts.card.ports.iter().filter(|port| port.live_vfs() > n);
        let obstacle = |port: &crate::card::Port| {
            let message =
                format!("{} has {} VFs, and exactly {n} are wanted", port.pci, port.live_vfs());
            Obstacle::new(BlockerKind::NotOurs, &codes::VFS_ABOVE_WISH, message)
                .help("remove the VFs first, when nobody uses them")
                .about(Target::Pf(port.pci))
        };
        above.map(obstacle).collect()
    }

    fn bluefield(&self) -> Option<Obstacle> {
        let message = match self.mode {
            BlueFieldMode::NotBlueField | BlueFieldMode::Nic | BlueFieldMode::SeparatedHost => {
                return None;
            }
            BlueFieldMode::Dpu => "the BlueField is in DPU mode: its processors own the card",
            BlueFieldMode::Restricted => "the BlueField restricts its host, which may only look",
            BlueFieldMode::Unknown { fields } => {
                let message =
                    format!("the mode of the BlueField cannot be told: {}", fields.join(", "));
                let code = &codes::BLUEFIELD_UNKNOWN;
                return Some(Obstacle::new(BlockerKind::Unknown, code, message));
            }
        };
        let code = &codes::BLUEFIELD_REFUSES;
        Some(Obstacle::new(BlockerKind::NotOurs, code, message.to_owned()))
    }

    /// Whether something leads to the firmware that can write.
    fn way(&self) -> Option<Obstacle> {
        match (self.backend, &self.facts.lockdown) {
            (BackendKind::Sysfs, _) => Some(read_only_way()),
            (BackendKind::Json | BackendKind::Text, Lockdown::On(mode)) => {
                Some(locked_down(mode, "the firmware cannot be written"))
            }
            (BackendKind::Devlink, _) | (_, Lockdown::Off | Lockdown::Unknown) => None,
        }
    }

    fn read_only(&self) -> Vec<Obstacle> {
        // The mode of a BlueField says more.
        let restricted = *self.mode == BlueFieldMode::Restricted;
        let fixed = self.writes().filter(|need| need.read_only && !restricted);
        let obstacle = |need: &Need| {
            let message = format!("{}, and the parameter is read-only", need.sentence());
            Obstacle::new(BlockerKind::Unsupported, &codes::PARAM_READ_ONLY, message)
        };
        fixed.map(obstacle).collect()
    }

    fn limits(&self) -> Option<Obstacle> {
        let count = self.needs.iter().find(|need| need.name == names::NUM_OF_VFS)?;
        let Setting::Number(vfs) = count.wanted else { return None };
        limits::check(self.facts, self.reading, vfs).err()
    }
}

/// Nothing but sysfs tells of the card.
pub(super) fn read_only_way() -> Obstacle {
    let message = "only sysfs tells of the card, which knows nothing of the next boot and cannot \
                   be written"
        .to_owned();
    Obstacle::new(BlockerKind::Unsupported, &codes::BACKEND_READ_ONLY, message)
        .help("install the package mstflint")
}

/// The kernel keeps programs from registers.
pub(super) fn locked_down(mode: &str, what: &str) -> Obstacle {
    let message = format!("{what} under kernel lockdown ({mode})");
    Obstacle::new(BlockerKind::Unsupported, &codes::LOCKDOWN, message)
}
