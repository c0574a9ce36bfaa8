//! What happened while a watch was away shows in the list that follows, also what vanished. Without
//! the barrier around that list it would not, and this is where that shows.

use sriov_nad::engine::{Change, Source};
use tokio::time::sleep;

use crate::support::{Running, at, network, secs};

/// A NAD is deleted while its watch is away.
async fn with_a_gap() -> Running {
    let running = Running::new();
    for name in ["gone", "stays"] {
        let key = running.world.put_network(network(name, "shop", 1));
        running.until_ready(&key).await;
    }
    // The caches have caught up, and what is deleted now is no fight.
    sleep(secs(120)).await;
    running.world.mute(&[Source::Nads]);
    running.world.remove_nad(&at("shop", "gone"));
    running.world.mute(&[]);
    running
}

#[tokio::test(start_paused = true)]
async fn what_vanished_in_a_gap_is_there_again_in_a_second() {
    let running = with_a_gap().await;
    running.world.list(Source::Nads);
    let there = |world: &crate::world::World| world.nad_at(&at("shop", "gone")).is_some();
    let took = running.until("there again", there).await;
    assert!(took < secs(1), "{took:?}");
}

/// The defect, put in on purpose: the objects of the list are passed on one by one, as a watch that
/// begins anew might do it.
#[tokio::test(start_paused = true)]
async fn without_the_barrier_it_would_be_missed() {
    let running = with_a_gap().await;
    for nad in running.world.nads() {
        running.handle.nads(Change::Applied(nad));
    }
    sleep(secs(3600)).await;
    assert!(running.world.nad_at(&at("shop", "gone")).is_none());
}
