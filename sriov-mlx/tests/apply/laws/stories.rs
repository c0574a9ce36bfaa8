//! Single stories, told so that a reader can follow them: what random worlds found, and what they
//! meet too rarely.

use sriov_host::decorate::Recorder;
use sriov_mlx::apply::{Bookkeeping, Outstanding, verify};
use sriov_mlx::wish::Policy;
use sriov_mlx::{Access, apply::NicError};

use super::ends::tell_on;
use super::world::{Fault, Operator, Start, World, sets};

fn card(fault: Fault, vfs: (u32, u32), wish: Policy) -> Start {
    Start { fault, devlink: false, ports: 2, enabled: (true, true), vfs, live: 0, wish: Some(wish) }
}

fn world(cards: impl IntoIterator<Item = Start>) -> World {
    let cards = cards.into_iter().collect();
    World { cards, tool: "4.31.0", lockdown: false, reset: false, workers: 1 }
}

/// The wish in the ledger was once made from what the card had staged, so that losing it looked
/// like another wish, with boots of its own.
#[test]
fn a_value_that_is_lost_at_every_boot_costs_three() {
    let staged = card(Fault::Loses("NUM_OF_VFS"), (4, 16), Policy::AtLeast(8));
    let world = world([staged]);
    let mut operator = Operator::new(&world);
    tell_on(&mut operator);
    assert_eq!(operator.boots.values().copied().collect::<Vec<_>>(), [3]);
}

#[test]
fn a_card_that_loads_by_power_only_is_power_cycled_once() {
    let world = world([card(Fault::NeedsPower, (4, 4), Policy::AtLeast(8))]);
    let mut operator = Operator::new(&world);
    let mut asked = Vec::new();
    let applied = operator.settle(|round| asked.push(round.applied.outstanding()));
    assert!(applied.is_complete(), "{applied:#?}");
    assert_eq!(asked, [Some(Outstanding::PowerCycle), None]);
    assert_eq!(operator.values()[0].room, 8);
}

#[test]
fn that_it_takes_a_power_cycle_outlives_a_warm_restart() {
    let world = world([card(Fault::NeedsPower, (4, 4), Policy::AtLeast(8))]);
    let operator = Operator::new(&world);
    assert_eq!(operator.round().applied.outstanding(), Some(Outstanding::PowerCycle));
    operator.host.reboot();
    let again = operator.round();
    assert_eq!(again.applied.outstanding(), Some(Outstanding::PowerCycle));
    assert_eq!(sets(&again.host), [], "it is staged already");
}

#[test]
fn a_card_that_no_restart_loads_is_reset_where_that_is_allowed() {
    let stubborn = card(Fault::OnlyReset, (4, 4), Policy::AtLeast(8));
    let told = World { tool: "4.36.0", reset: true, ..world([stubborn.clone()]) };
    let mut operator = Operator::new(&told);
    let applied = operator.settle(|_| {});
    assert!(applied.is_complete() && operator.boots.is_empty(), "{applied:#?}");
    assert_eq!(operator.values()[0].room, 8);
    // Without leave three boots are tried, and that is told with the values.
    let untold = World { reset: false, ..told };
    let mut operator = Operator::new(&untold);
    let applied = operator.settle(|_| {});
    assert!(!applied.is_complete());
    let blockers: Vec<_> = applied.all_blockers().map(ToString::to_string).collect();
    assert!(blockers[0].contains("3 boots were tried for"), "{blockers:?}");
    assert!(blockers[0].contains("NUM_OF_VFS is 4 now and 8 from the next boot"), "{blockers:?}");
}

#[test]
fn a_wish_that_only_rounds_is_satisfied_by_at_least_and_refused_by_exactly() {
    let rounding = |wish| world([card(Fault::RoundsTo(16), (4, 4), wish)]);
    let enough = rounding(Policy::AtLeast(10));
    let mut operator = Operator::new(&enough);
    assert!(operator.settle(|_| {}).is_complete());
    assert_eq!(operator.values()[0].room, 16);
    let never = rounding(Policy::Exactly(10));
    let mut operator = Operator::new(&never);
    let applied = operator.settle(|_| {});
    let Some(error @ NicError::DidNotStick { .. }) = &applied.nics[0].error else {
        panic!("{applied:#?}")
    };
    assert!(error.to_string().starts_with("NUM_OF_VFS=10 was accepted, but the card has 16"));
    assert!(operator.boots.is_empty());
}

/// T10 of the operator this learned from: the firmware of a card in DPU mode is not written.
#[test]
fn a_card_in_dpu_mode_is_not_written_and_the_other_one_is() {
    let dpu = card(Fault::Dpu, (4, 4), Policy::AtLeast(8));
    let sound = card(Fault::None, (4, 4), Policy::AtLeast(8));
    let world = world([dpu, sound]);
    let operator = Operator::new(&world);
    let round = operator.round();
    assert_eq!(sets(&round.host).len(), 1, "{:?}", round.host.lines());
    assert!(round.applied.nics[0].is_blocked());
    assert_eq!(round.applied.outstanding(), Some(Outstanding::Reboot));
}

/// T12: one call, with the values in the order of the plan.
#[test]
fn the_tool_is_called_as_a_person_would_call_it() {
    let mut off = card(Fault::None, (0, 0), Policy::AtLeast(10));
    off.enabled = (false, false);
    let world = world([off]);
    let round = Operator::new(&world).round();
    let lines = round.host.lines();
    let calls: Vec<_> = lines.iter().filter(|line| line.starts_with("run-tool")).collect();
    assert_eq!(
        calls,
        ["run-tool /usr/bin/mstconfig -d 0000:3b:00.0 -y set SRIOV_EN=True NUM_OF_VFS=10 -> ok"]
    );
}

#[test]
fn verification_counts_the_boots_that_nobody_applied_in() {
    let world = world([card(Fault::OnlyReset, (4, 4), Policy::AtLeast(8))]);
    let operator = Operator::new(&world);
    assert_eq!(operator.round().applied.reboot_reasons.len(), 1);
    let look = || {
        let access = Access::new(&operator.host);
        verify(world.plan(&operator.host), &access, &world.options(), Bookkeeping::Keep)
    };
    for attempts in 2..=3 {
        operator.host.reboot();
        assert_eq!(look().attempts[0].record.attempts, attempts);
    }
    operator.host.reboot();
    let found = look();
    assert_eq!((found.attempts[0].record.attempts, found.obstacles.len()), (3, 1), "{found:#?}");
    let applied = operator.round().applied;
    assert!(applied.outstanding().is_none() && applied.reboot_reasons.is_empty(), "{applied:#?}");
    let recorder = Recorder::new(operator.host.clone());
    let access = Access::new(&recorder);
    let plan = world.plan(&recorder);
    let _ = verify(plan, &access, &world.options(), Bookkeeping::LookOnly);
    let writes = recorder.lines().into_iter().find(|line| line.contains("reboots."));
    assert_eq!(writes, None);
}
