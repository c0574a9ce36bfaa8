use crate::support::{Running, at, millis, network, secs};
use crate::world::Fault;

#[tokio::test(start_paused = true)]
async fn an_event_between_read_and_write_makes_another_run() {
    let running = Running::new();
    let world = running.world.clone();
    running.world.faults(|call| (call.verb == "apply nad").then_some(Fault::Slow(secs(2))));
    let key = running.world.put_network(network("net", "shop", 1));
    let sent = |world: &crate::world::World| world.calls().iter().any(|it| it.verb == "apply nad");
    running.until("the apply is under way", sent).await;
    running.world.put_network(network("net", "shop", 2));
    let vlan = |text: &'static str| {
        move |world: &crate::world::World| {
            world.nad_at(&at("shop", "net")).is_some_and(|nad| nad.config.contains(text))
        }
    };
    running.until("vlan 1", vlan("\"vlan\": 1")).await;
    assert!(running.until("vlan 2", vlan("\"vlan\": 2")).await < secs(5));
    running.until_ready(&key).await;
    assert_eq!(world.most_in_flight(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_network_is_reconciled_once_at_a_time() {
    let running = Running::new();
    running.world.faults(|_| Some(Fault::Slow(millis(300))));
    let key = running.world.put_network(network("net", "shop", 1));
    for vlan in 2..60 {
        tokio::time::sleep(millis(70)).await;
        running.world.put_network(network("net", "shop", vlan));
    }
    running.until_ready(&key).await;
    assert_eq!(running.world.most_in_flight(), 1);
    let config = running.world.nad_at(&at("shop", "net")).unwrap().config;
    assert!(config.contains("\"vlan\": 59"), "{config}");
}

#[tokio::test(start_paused = true)]
async fn a_burst_of_events_costs_one_write() {
    let running = Running::new();
    let key = running.world.put_network(network("net", "shop", 1));
    running.until_ready(&key).await;
    running.world.forget_calls();
    for vlan in 2..50 {
        running.world.put_network(network("net", "shop", vlan));
    }
    running.until_ready(&key).await;
    let verbs: Vec<_> = running.world.writes().iter().map(|call| call.verb).collect();
    assert_eq!(verbs, ["apply nad", "set condition"]);
}
