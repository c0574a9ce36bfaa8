use std::collections::BTreeMap;

use crate::support::*;
use sriov_nad::plan::NamespacePhase;

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
