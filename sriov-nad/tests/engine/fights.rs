use std::time::Duration;

use sriov_nad::engine::{FightPolicy, Options};
use sriov_nad::plan::NamespacePhase;

use crate::support::{Running, at, millis, network, options, secs};
use crate::world::World;

/// Reverts every write to `shop/net`, 18 ms after it, until it is aborted.
fn reverter(world: &World) -> tokio::task::JoinHandle<()> {
    let world = world.clone();
    tokio::spawn(async move {
        let key = at("shop", "net");
        loop {
            tokio::time::sleep(millis(18)).await;
            if world.nad_at(&key).is_some_and(|nad| nad.config != "{}") {
                world.edit_nad(&key, |nad| "{}".clone_into(&mut nad.config));
            }
        }
    })
}

fn applies(world: &World) -> Vec<Duration> {
    world.writes().iter().filter(|it| it.verb == "apply nad").map(|it| it.at).collect()
}

#[tokio::test(start_paused = true)]
async fn a_fight_is_slow_named_and_over_when_the_other_stops() {
    let running = Running::new();
    let key = running.world.put_network(network("net", "shop", 1));
    running.until_ready(&key).await;
    let other = reverter(&running.world);
    tokio::time::sleep(secs(600)).await;
    let reason = running.world.reason(&key);
    assert_eq!(reason.as_deref(), Some("NetworkAttachmentDefinitionContested"));
    assert_eq!(running.handle.metrics().fights["someone"], 1);
    assert_eq!(running.handle.last(&key).unwrap().fight.as_deref(), Some("someone"));
    let warnings = running.world.writes().iter().filter(|it| it.verb == "warn").count();
    assert_eq!(warnings, 1);
    let times = applies(&running.world);
    let dense =
        |from: Duration| times.iter().filter(|at| (from..from + secs(10)).contains(at)).count();
    assert!(times.iter().all(|from| dense(*from) <= 5), "{times:?}");
    assert!(times.len() >= 8, "it insists, without an event: {times:?}");
    other.abort();
    assert!(running.until_ready(&key).await < secs(1200));
}

#[tokio::test(start_paused = true)]
async fn who_is_suspended_goes_on_when_told() {
    let world = World::default();
    world.put_namespace("shop", NamespacePhase::Active);
    let options = Options { fights: FightPolicy::Suspend, ..options() };
    let running = Running::over(world, options);
    let key = running.world.put_network(network("net", "shop", 1));
    running.until_ready(&key).await;
    let other = reverter(&running.world);
    tokio::time::sleep(secs(600)).await;
    other.abort();
    let before = applies(&running.world).len();
    tokio::time::sleep(secs(7200)).await;
    assert_eq!(applies(&running.world).len(), before);
    running.handle.reset_fight(&at("shop", "net"));
    assert!(running.until_ready(&key).await < secs(1));
}

#[tokio::test(start_paused = true)]
async fn a_single_edit_is_repaired_at_once_and_foreign_fields_are_no_edit() {
    let running = Running::new();
    let key = running.world.put_network(network("net", "shop", 1));
    running.until_ready(&key).await;
    running.world.forget_calls();
    running.world.edit_nad(&at("shop", "net"), |nad| {
        nad.config = nad.config.replace(": ", " :   ");
    });
    tokio::time::sleep(secs(60)).await;
    assert_eq!(running.world.calls(), [], "other formatting is no drift");
    running.world.edit_nad(&at("shop", "net"), |nad| nad.config = "{}".to_owned());
    let repaired = |world: &World| world.nad_at(&at("shop", "net")).unwrap().config != "{}";
    assert!(running.until("repaired", repaired).await < secs(1));
}
