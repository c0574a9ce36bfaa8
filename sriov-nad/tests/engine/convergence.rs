use std::collections::BTreeMap;

use sriov_nad::engine::Source;
use sriov_nad::plan::NamespacePhase;

use crate::support::{Running, at, local, network, options, secs};
use crate::world::World;

#[tokio::test(start_paused = true)]
async fn a_new_network_costs_two_writes_or_three_with_a_finalizer() {
    let running = Running::new();
    let local = running.world.put_network(local("shop", "near"));
    assert!(running.until_ready(&local).await < secs(1));
    let far = running.world.put_network(network("far", "shop", 7));
    assert!(running.until_ready(&far).await < secs(1));
    tokio::time::sleep(secs(3600)).await;
    let mut verbs = BTreeMap::<_, Vec<_>>::new();
    for call in running.world.writes() {
        let name = if call.object.contains("near") { "near" } else { "far" };
        verbs.entry(name).or_default().push(call.verb);
    }
    assert_eq!(verbs["near"], ["apply nad", "set condition"]);
    assert_eq!(verbs["far"], ["add finalizer", "apply nad", "set condition"]);
    assert!(running.world.nad_at(&at("shop", "far")).unwrap().config.contains("\"vlan\": 7"));
}

#[tokio::test(start_paused = true)]
async fn a_thousand_networks_converge() {
    let running = Running::new();
    let keys: Vec<_> = (0..1000)
        .map(|n| running.world.put_network(network(&format!("n{n}"), "shop", 1)))
        .collect();
    running.until("all ready", |world| keys.iter().all(|key| world.is_ready(key))).await;
    assert_eq!(running.world.nads().len(), 1000);
    assert_eq!(running.world.writes().len(), 3000);
}

#[tokio::test(start_paused = true)]
async fn a_namespace_that_comes_late_gets_its_nad_within_a_second() {
    let running = Running::new();
    let key = running.world.put_network(network("net", "later", 1));
    running.until("told", |world| world.reason(&key).as_deref() == Some("NamespaceNotFound")).await;
    tokio::time::sleep(secs(300)).await;
    running.world.put_namespace("later", NamespacePhase::Active);
    assert!(running.until_ready(&key).await < secs(1));
}

#[tokio::test(start_paused = true)]
async fn a_day_at_rest_costs_nothing() {
    let running = Running::new();
    let keys: Vec<_> = (0..20)
        .map(|n| running.world.put_network(network(&format!("n{n}"), "shop", 1)))
        .chain([running.world.put_network(network("waits", "nowhere", 1))])
        .collect();
    running.until("told", |world| keys.iter().all(|key| world.reason(key).is_some())).await;
    tokio::time::sleep(secs(1)).await;
    running.world.forget_calls();
    let before = running.handle.metrics().reconciles[&13];
    tokio::time::sleep(secs(24 * 3600)).await;
    assert_eq!(running.world.calls(), []);
    let looks = running.handle.metrics().reconciles[&13] - before;
    assert!(looks >= 20 * 24 * 5, "everything is looked at every ten minutes: {looks}");
}

#[tokio::test(start_paused = true)]
async fn what_happened_while_nobody_listened_is_found_by_the_next_list() {
    let running = Running::new();
    let key = running.world.put_network(network("net", "shop", 1));
    running.until_ready(&key).await;
    let nads = running.world.clone();
    running.world.mute(&[Source::Nads]);
    running.world.remove_nad(&at("shop", "net"));
    running.world.mute(&[]);
    tokio::time::sleep(secs(60)).await;
    assert!(nads.nads().is_empty(), "nobody knows yet");
    running.world.list(Source::Nads);
    running.until("the NAD is back", |world| !world.nads().is_empty()).await;
}

#[tokio::test(start_paused = true)]
async fn a_change_is_applied_and_a_retarget_moves_the_nad() {
    let running = Running::new();
    running.world.put_namespace("other", NamespacePhase::Active);
    let key = running.world.put_network(network("net", "shop", 1));
    running.until_ready(&key).await;
    running.world.put_network(network("net", "shop", 2));
    let vlan = |world: &World, namespace: &str| {
        world.nad_at(&at(namespace, "net")).is_some_and(|nad| nad.config.contains("\"vlan\": 2"))
    };
    running.until("vlan 2", |world| vlan(world, "shop") && world.is_ready(&key)).await;
    running.world.put_network(network("net", "other", 2));
    running.until("moved", |world| vlan(world, "other") && world.is_ready(&key)).await;
    assert_eq!(running.world.nads().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_restart_of_the_engine_writes_nothing() {
    let running = Running::new();
    let key = running.world.put_network(network("net", "shop", 1));
    running.until_ready(&key).await;
    let world = running.world.clone();
    running.stop().await;
    world.forget_calls();
    let again = Running::over(world, options());
    tokio::time::sleep(secs(1)).await;
    assert!(again.handle.health().is_ready());
    tokio::time::sleep(secs(1800)).await;
    assert_eq!(again.world.calls(), []);
}
