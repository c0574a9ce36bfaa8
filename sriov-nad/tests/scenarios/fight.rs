//! Another writer that puts its own content back, 18 ms after each of ours.

use std::time::Duration;

use sriov_nad::engine::FightPolicy;
use sriov_nad::names::NadKey;
use sriov_nad::sim::actors::UserPatcher;
use tokio::time::sleep;

use crate::world::{NADS, OPERATOR, World, central, millis, secs};

const NET: (&str, &str, &str) = ("sriovnetworks", OPERATOR, "net");

async fn fought_over(policy: FightPolicy) -> World {
    let mut world = World::empty();
    world.options.fights = policy;
    world.start();
    world.server.create(&central("net", "shop")).unwrap();
    world.until("ready", secs(5), |world| world.is_ready(NET)).await;
    world.quiet().await;
    world.server.faults().forget_requests();
    let patcher = UserPatcher::new(NadKey::new("shop", "net"), r#"{"type":"theirs"}"#);
    world.join(patcher.manager("helm"), millis(18));
    world
}

fn applies(world: &World) -> usize {
    let requests = world.server.faults().requests();
    requests.count(|request| {
        request.resource == NADS && request.manager == "sriov-nad" && request.verb.is_write()
    })
}

fn contested(world: &World) -> bool {
    let ready = world.ready(NET.0, NET.1, NET.2).unwrap_or_default();
    ready["status"] == "False"
        && ready["reason"].as_str().is_some_and(|reason| reason.contains("Contested"))
        && ready["message"].as_str().is_some_and(|message| message.contains("helm"))
}

#[tokio::test(start_paused = true)]
async fn s001_costs_three_writes_before_it_is_told() {
    let world = fought_over(FightPolicy::Insist).await;
    world.until("contested", secs(60), contested).await;
    assert!(applies(&world) <= 3, "{}", world.story());
    let events = world.server.list("events.events.k8s.io", "");
    let told = events.iter().filter(|event| event.to_string().contains("helm")).count();
    assert_eq!(told, 1, "{events:?}");
    // From then on, rarely: no more than one write in 5 minutes once the pace is found.
    sleep(secs(1800)).await;
    let before = applies(&world);
    sleep(secs(3600)).await;
    let rate = applies(&world) - before;
    assert!((1..=13).contains(&rate), "{rate}");
}

#[tokio::test(start_paused = true)]
async fn s001_never_more_than_five_writes_in_ten_seconds() {
    let world = fought_over(FightPolicy::Insist).await;
    sleep(secs(600)).await;
    let requests = world.server.faults().requests();
    let ours = requests.iter().filter(|request| {
        request.resource == NADS && request.manager == "sriov-nad" && request.verb.is_write()
    });
    let times: Vec<Duration> = ours.map(|request| request.at).collect();
    assert!(times.len() > 5, "{times:?}");
    assert!(times.windows(6).all(|six| six[5] - six[0] > secs(10)), "{times:?}");
}

#[tokio::test(start_paused = true)]
async fn s001_yields_until_the_network_changes() {
    let world = fought_over(FightPolicy::Yield).await;
    world.until("contested", secs(60), contested).await;
    let before = applies(&world);
    sleep(secs(7200)).await;
    assert_eq!(applies(&world), before, "{}", world.story());
    assert!(contested(&world));
}
