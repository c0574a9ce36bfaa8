//! Which cards a wish is about, and what it wants of their ports. Pure.

use super::desired::{CardMatch, Desired, VfRoom};
use crate::card::Card;
use crate::wish::{Policy, Wish};

impl CardMatch {
    /// Whether it selects this card.
    pub fn selects(&self, card: &Card) -> bool {
        match self {
            Self::Psid(psid) => card.psid.as_ref() == Some(psid),
            Self::Part(part) => card.part.as_ref() == Some(part),
            Self::DeviceId(id) => card.ports.iter().any(|port| port.device == *id),
            Self::Bdf(pci) => card.port(*pci).is_some(),
            Self::Serial(serial) => card.serial() == Some(serial),
        }
    }
}

impl Desired {
    /// Whether it is about this card.
    pub fn selects(&self, card: &Card) -> bool {
        self.matches.iter().any(|entry| entry.selects(card))
    }

    /// What it wants of each port of these cards.
    pub(super) fn wishes(&self, cards: &[Card]) -> Vec<Wish> {
        let of_card = |card: &Card| -> Vec<Wish> {
            let entry = self.matches.iter().position(|entry| entry.selects(card));
            let source = entry.map_or_else(|| "match".to_owned(), |at| format!("match[{at}]"));
            let wish = |port: &crate::card::Port| Wish {
                port: port.pci,
                policy: match self.policy {
                    VfRoom::AtLeast(count) => Policy::AtLeast(count),
                    VfRoom::Exactly(count) => Policy::Exactly(count),
                },
                link_type: self.link_type,
                externally_managed: false,
                source: source.clone(),
            };
            card.ports.iter().map(wish).collect()
        };
        cards.iter().flat_map(of_card).collect()
    }

    /// Why it cannot be told yet which cards it is about, or why they cannot be asked yet.
    pub(super) fn waits_for(&self, cards: &[Card]) -> Option<String> {
        let selected = cards.iter().filter(|card| self.selects(card));
        let mut ports = selected.flat_map(|card| &card.ports);
        if let Some(port) = ports.find(|port| port.driver.is_none()) {
            return Some(format!("{} is not bound to a driver", port.pci));
        }
        let by_psid = self.matches.iter().any(|entry| matches!(entry, CardMatch::Psid(_)));
        let unknown = cards.iter().find(|card| card.psid.is_none() && !self.selects(card));
        let unknown = unknown.filter(|_| by_psid)?;
        Some(format!("the PSID of card {} is not known without its RDMA device", unknown.id))
    }
}
