//! A run may die at any moment: the next one finishes the same work.

use std::time::Duration;

use proptest::prelude::*;
use sriov_host::decorate::Faulty;
use sriov_host::sim::SimHost;

use super::ends::tell_on;
use super::world::{Fault, Operator, World};
use super::{world, worlds};

proptest! {
    #![proptest_config(worlds(24))]

    #[test]
    fn a_run_that_is_killed_anywhere_is_finished_by_the_next(world in world(), late in any::<bool>()) {
        let gentle = |fault| matches!(fault, Fault::NeedsPower | Fault::RoundsTo(_)) || Fault::is_harmless(fault);
        prop_assume!(world.cards.iter().all(|card| gentle(card.fault)));
        // With one worker the calls of a run are in the same order each time.
        let world = World { workers: 1, ..world };
        let calm = Faulty::new(start(&world, late));
        let _ = world.apply(&calm);
        for nth in 1..=calm.mutations() {
            for during in [false, true] {
                let host = start(&world, late);
                let dying = Faulty::new(host.clone());
                let dying = if during { dying.killed_during(nth) } else { dying.killed_at(nth) };
                let _ = world.apply(&dying);
                prop_assert!(dying.is_killed(), "call {nth} did not happen\n{world:#?}");
                // What was begun comes to its end.
                host.advance(Duration::from_mins(5));
                tell_on(&mut Operator::on(&world, host));
            }
        }
    }
}

/// Before the first run, or behind the restart that the first one asked for.
fn start(world: &World, late: bool) -> SimHost {
    let operator = Operator::new(world);
    if late {
        let outstanding = operator.round().applied.outstanding();
        operator.restart(outstanding);
    }
    operator.host
}
