//! One card: its wishes joined, its needs found, and what is in the way.

use sriov_host::plan::{BlockerKind, Reason};

use super::bluefield::BlueFieldMode;
use super::count::{CountNeeds, count, is_satisfied};
use super::gate::{Change, locked_down, read_only_way};
use super::join::{CountWish, Joined, join};
use super::link::links;
use super::need::Need;
use super::obstacle::Obstacle;
use super::running::Running;
use super::{NicAction, NicPlan, history};
use crate::backend::BackendKind;
use crate::codes;
use crate::facts::{CardFacts, Firmware, Lockdown, ResetAbility};
use crate::param::{ParamName, Reading, Setting, names};
use crate::wish::{Policy, Wish};

/// What a card needs for its wishes. They and its ports are in an order that does not depend on how
/// they came.
pub(super) fn plan_card(facts: &CardFacts, wishes: &[&Wish]) -> NicPlan {
    let mut nic = NicPlan::nothing(facts.card.clone());
    let asks = |wish: &&Wish| wish.policy != Policy::Unmanaged || wish.link_type.is_some();
    nic.wished = wishes.iter().any(asks);
    if !nic.wished {
        return nic;
    }
    let joined = match join(&nic.card, wishes) {
        Ok(joined) => joined,
        Err(contradictions) => return blocked(nic, contradictions, None),
    };
    nic.or_more = matches!(joined.count, CountWish::AtLeast { .. });
    let satisfied = joined.links.is_empty() && is_satisfied(joined.count, Running::of(&nic.card));
    match answer(facts, satisfied) {
        Err(obstacle) => blocked(nic, vec![obstacle], None),
        Ok(None) => nic,
        Ok(Some((reading, backend))) => with_reading(nic, facts, &joined, reading, backend),
    }
}

/// The firmware's answer; `None` if there is none and none is needed.
fn answer(facts: &CardFacts, satisfied: bool) -> Result<Option<(&Reading, BackendKind)>, Obstacle> {
    match (&facts.firmware, &facts.lockdown) {
        (Firmware::Read { backend: BackendKind::Sysfs, .. }, _) if !satisfied => {
            Err(read_only_way())
        }
        (Firmware::Read { backend: BackendKind::Sysfs, .. }, _) => Ok(None),
        (Firmware::Read { backend, reading }, _) => Ok(Some((reading, *backend))),
        _ if satisfied => Ok(None),
        (Firmware::Unreadable { message, code }, Lockdown::On(mode)) if explains(code) => {
            Err(locked_down(mode, &format!("the firmware cannot be read ({message})")))
        }
        (Firmware::Unreadable { message, code }, _) => {
            Err(Obstacle::of(BlockerKind::Unknown, code, message.clone()))
        }
        (Firmware::NotAsked, _) => {
            let message = "sysfs does not tell enough for the wish, and the firmware was not asked";
            Err(Obstacle::new(BlockerKind::Unknown, &codes::NOT_ASKED, message.to_owned()))
        }
    }
}

/// Whether lockdown may be why the firmware could not be read.
fn explains(code: &str) -> bool {
    ![codes::CARD_LOCKED.id, codes::CARD_BUSY.id, codes::DEVLINK_REFUSED.id].contains(&code)
}

fn with_reading(
    mut nic: NicPlan,
    facts: &CardFacts,
    joined: &Joined<'_>,
    reading: &Reading,
    backend: BackendKind,
) -> NicPlan {
    let Found { needs, notes, mut obstacles } = find(facts, joined, reading, backend);
    nic.wanted = needs.iter().filter_map(|need| wish_of(need, joined.count)).collect();
    nic.reasons = needs.iter().filter(|need| need.differs()).map(Need::reason).collect();
    nic.notes = notes;
    let mode = BlueFieldMode::of(&nic.card, reading);
    if needs.iter().any(Need::differs) {
        let change = Change { facts, reading, backend, joined, needs: &needs, mode: &mode };
        obstacles.extend(change.obstacles());
    }
    nic.action = action(facts, &mode, &needs);
    if obstacles.is_empty() && needs.iter().any(|need| need.load) {
        obstacles.extend(restart(&mut nic, facts, &needs).err());
    }
    if !obstacles.is_empty() {
        let reason = nic.reasons.first().cloned();
        return blocked(nic, obstacles, reason.as_ref());
    }
    for need in needs.into_iter().filter(|need| need.write) {
        nic.planned_against.push((need.name.clone(), need.next));
        nic.set.push(need.name, need.wanted);
    }
    nic
}

/// What a wish comes to for one parameter. Boots are counted for it, so that it must not depend on
/// what a card happens to have: what is written may be more.
fn wish_of(need: &Need, count: CountWish) -> Option<(ParamName, Setting)> {
    let wanted = match count {
        CountWish::AtLeast { wanted, .. } if need.name == names::NUM_OF_VFS => {
            Setting::Number(wanted.into())
        }
        // Without SR-IOV the number means nothing.
        CountWish::Exactly(0) if need.name == names::NUM_OF_VFS => return None,
        _ => need.wanted,
    };
    Some((need.name.clone(), wanted))
}

/// What a wish comes to, by what the firmware says.
struct Found {
    needs: Vec<Need>,
    notes: Vec<String>,
    obstacles: Vec<Obstacle>,
}

fn find(facts: &CardFacts, joined: &Joined<'_>, reading: &Reading, backend: BackendKind) -> Found {
    let (count, obstacle) = match count(&facts.card, joined.count, reading, backend) {
        Ok(count) => (count, None),
        Err(obstacle) => (CountNeeds::default(), Some(obstacle)),
    };
    let links = links(facts, &joined.links, reading);
    Found {
        needs: count.needs.into_iter().chain(links.needs).collect(),
        notes: count.notes.into_iter().chain(links.notes).collect(),
        obstacles: obstacle.into_iter().chain(links.obstacles).collect(),
    }
}

/// Asks for a restart, if one may be asked for.
fn restart(nic: &mut NicPlan, facts: &CardFacts, needs: &[Need]) -> Result<(), Obstacle> {
    let reason = history::reboot_reason(&nic.card.id, &nic.wanted, needs);
    nic.notes.extend(history::judge(&facts.history, &reason, needs)?);
    if nic.action == NicAction::Reboot && history::needs_power(&facts.history, &reason) {
        nic.action = NicAction::PowerCycle;
    }
    nic.reboot_reason = Some(reason);
    Ok(())
}

/// How the values come to life.
fn action(facts: &CardFacts, mode: &BlueFieldMode, needs: &[Need]) -> NicAction {
    let write = needs.iter().any(|need| need.write);
    let load = needs.iter().any(|need| need.load);
    match (load, mode, facts.reset) {
        (false, ..) if write => NicAction::WriteOnly,
        (false, ..) => NicAction::None,
        (true, BlueFieldMode::Dpu, _) => NicAction::PowerCycle,
        (true, BlueFieldMode::NotBlueField, ResetAbility::Possible) => NicAction::WriteAndReset,
        (true, ..) => NicAction::Reboot,
    }
}

fn blocked(mut nic: NicPlan, obstacles: Vec<Obstacle>, reason: Option<&Reason>) -> NicPlan {
    nic.action = NicAction::Blocked;
    nic.reboot_reason = None;
    nic.blockers = obstacles.into_iter().map(|obstacle| obstacle.on(&nic.card, reason)).collect();
    nic
}
