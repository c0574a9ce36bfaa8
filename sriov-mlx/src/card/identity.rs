//! Which functions are one card.

use std::collections::{BTreeMap, BTreeSet};

use sriov_host::PciAddress;

use super::CardId;

/// What the host tells of a function that may tell its card.
#[derive(Clone, Debug)]
pub(super) struct Traits {
    pub(super) pci: PciAddress,
    pub(super) serial: Option<String>,
    pub(super) switch: Option<String>,
}

/// The functions of each card.
///
/// A function without a serial number belongs to the card in whose slot it is, if that is one.
pub(super) fn group(functions: &[Traits]) -> BTreeMap<CardId, Vec<PciAddress>> {
    let mut cards = BTreeMap::<CardId, Vec<PciAddress>>::new();
    for function in functions {
        cards.entry(card_of(function, functions)).or_default().push(function.pci);
    }
    for addresses in cards.values_mut() {
        addresses.sort_unstable();
    }
    cards
}

fn card_of(function: &Traits, all: &[Traits]) -> CardId {
    let slot = slot_of(function.pci);
    let siblings = || all.iter().filter(move |other| slot_of(other.pci) == slot);
    let serial = function.serial.as_deref();
    if let Some(serial) = serial.or_else(|| the_one(siblings().map(|s| s.serial.as_deref()))) {
        return CardId::Serial(serial.to_owned());
    }
    let switch = function.switch.as_deref();
    if let Some(switch) = switch.or_else(|| the_one(siblings().map(|s| s.switch.as_deref()))) {
        return CardId::SwitchId(switch.to_owned());
    }
    CardId::Slot(slot)
}

/// What all that have one agree about.
fn the_one<'a>(values: impl Iterator<Item = Option<&'a str>>) -> Option<&'a str> {
    let mut distinct = values.flatten().collect::<BTreeSet<_>>().into_iter();
    let first = distinct.next();
    first.filter(|_| distinct.next().is_none())
}

/// The first function in the slot.
fn slot_of(pci: PciAddress) -> PciAddress {
    PciAddress::new(pci.domain(), pci.bus(), pci.device(), 0).unwrap_or(pci)
}
