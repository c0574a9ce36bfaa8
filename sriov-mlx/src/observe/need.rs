//! Whether a card's firmware has to be asked, and for what.

use sriov_host::VfCount;

use crate::card::{Card, Port};
use crate::param::{Identity, ParamName, names};
use crate::wish::{Policy, Wish};

/// What a plan is made of.
const ALWAYS: [&str; 9] = [
    names::SRIOV_EN,
    names::NUM_OF_VFS,
    names::PF_NUM_OF_VF_VALID,
    names::PF_NUM_OF_VF,
    names::NUM_OF_PF,
    names::NUM_PF_MSIX,
    names::NUM_VF_MSIX,
    names::PF_LOG_BAR_SIZE,
    names::VF_LOG_BAR_SIZE,
];

/// What tells the mode of a `BlueField`.
const OF_BLUEFIELD: [&str; 5] = [
    names::INTERNAL_CPU_MODEL,
    names::INTERNAL_CPU_PAGE_SUPPLIER,
    names::INTERNAL_CPU_ESWITCH_MANAGER,
    names::INTERNAL_CPU_IB_VPORT0,
    names::INTERNAL_CPU_OFFLOAD_ENGINE,
];

/// The parameters that a plan for these wishes needs; `None` if sysfs answers them all.
pub(super) fn needed(card: &Card, wishes: &[&Wish]) -> Option<Vec<ParamName>> {
    if wishes.iter().all(|wish| is_answered(card, wish)) {
        return None;
    }
    let mut needed: Vec<ParamName> = ALWAYS.into_iter().map(ParamName::known).collect();
    for wish in wishes.iter().filter(|wish| wish.link_type.is_some()) {
        let port = card.port(wish.port);
        needed.extend(port.map(|port| ParamName::link_type(port.number)));
    }
    if card.ports.iter().any(Port::is_bluefield) {
        needed.extend(of_bluefield());
    }
    Some(in_order(needed))
}

/// What was not asked for, as the device id did not tell that it is a `BlueField`.
pub(super) fn forgotten(identity: &Identity, asked: &[ParamName]) -> Vec<ParamName> {
    let kind = identity.device_type.as_deref().unwrap_or_default();
    if !kind.starts_with("BlueField") {
        return Vec::new();
    }
    of_bluefield().filter(|name| !asked.contains(name)).collect()
}

fn of_bluefield() -> impl Iterator<Item = ParamName> {
    OF_BLUEFIELD.into_iter().map(ParamName::known)
}

/// Whether what runs satisfies the wish, and nothing of the firmware can be better.
fn is_answered(card: &Card, wish: &Wish) -> bool {
    let enough = match wish.policy {
        Policy::Unmanaged => true,
        Policy::AtLeast(count) => card.ports.iter().all(|port| has_room(port, count)),
        Policy::Exactly(_) | Policy::ResetToZero => false,
    };
    enough && wish.link_type.is_none()
}

fn has_room(port: &Port, count: u16) -> bool {
    port.total_vfs.map_or(0, VfCount::get) >= count.max(port.live_vfs())
}

/// Each once. The first two come first: they are what it is about.
fn in_order(names: Vec<ParamName>) -> Vec<ParamName> {
    let mut once: Vec<ParamName> = Vec::with_capacity(names.len());
    for name in names {
        if !once.contains(&name) {
            once.push(name);
        }
    }
    once
}
