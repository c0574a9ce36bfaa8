use sriov_nad::engine::Source;

use crate::support::{Running, at, network, secs};
use crate::world::World;

fn verbs(world: &World) -> Vec<&'static str> {
    world.writes().iter().map(|call| call.verb).collect()
}

#[tokio::test(start_paused = true)]
async fn a_cache_that_is_behind_repeats_no_write() {
    for lag in [1, 3, 9] {
        let running = Running::new();
        running.world.lag(secs(lag));
        let key = running.world.put_network(network("net", "shop", 1));
        running.until_ready(&key).await;
        for _ in 0..20 {
            tokio::time::sleep(secs(1)).await;
            running.handle.look_at(&key);
        }
        tokio::time::sleep(secs(100)).await;
        assert_eq!(verbs(&running.world), ["add finalizer", "apply nad", "set condition"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_that_the_cache_does_not_show_is_not_written_twice() {
    let running = Running::new();
    let key = running.world.put_network(network("net", "shop", 1));
    running.until_ready(&key).await;
    running.world.forget_calls();
    running.world.mute(&[Source::Nads]);
    running.world.put_network(network("net", "shop", 2));
    running.until_ready(&key).await;
    for _ in 0..60 {
        tokio::time::sleep(secs(1)).await;
        running.handle.look_at(&key);
    }
    assert_eq!(verbs(&running.world), ["apply nad", "set condition"]);
    let reads = running.world.calls().len() - running.world.writes().len();
    assert!((1..=7).contains(&reads), "a live read decides, now and then: {reads}");
}

#[tokio::test(start_paused = true)]
async fn a_nad_that_was_replaced_unseen_is_looked_up_and_not_written_blindly() {
    let running = Running::new();
    let key = running.world.put_network(network("net", "shop", 1));
    running.until_ready(&key).await;
    running.world.mute(&[Source::Nads]);
    // Another object of that name, with another uid.
    let old = running.world.nad_at(&at("shop", "net")).unwrap();
    running.world.remove_nad(&at("shop", "net"));
    running.world.edit_nad(&at("shop", "net"), |nad| nad.owner = old.owner.clone());
    running.world.forget_calls();
    running.world.put_network(network("net", "shop", 2));
    running.until_ready(&key).await;
    assert_eq!(verbs(&running.world), ["apply nad", "apply nad", "set condition"]);
    assert_eq!(running.world.calls()[1].verb, "read nad");
    assert!(running.world.nad_at(&at("shop", "net")).unwrap().config.contains("\"vlan\": 2"));
}

#[tokio::test(start_paused = true)]
async fn a_refused_write_to_the_network_is_not_repeated_from_the_same_cache() {
    let running = Running::new();
    let kind = Source::Networks(sriov_nad::names::NetworkKind::Sriov);
    running.world.put_network(network("net", "nowhere", 1));
    running.until("told", |world| !world.writes().is_empty()).await;
    tokio::time::sleep(secs(1)).await;
    // Deleted and created anew, unseen.
    let key = running.world.put_network(network("net", "nowhere", 1));
    running.world.mute(&[kind]);
    running.world.strip_finalizers(&key);
    running.world.delete_network(&key);
    running.world.put_network(network("net", "nowhere", 1));
    running.world.forget_calls();
    running.world.put_namespace("nowhere", sriov_nad::plan::NamespacePhase::Active);
    tokio::time::sleep(secs(8)).await;
    let refused = verbs(&running.world).iter().filter(|verb| **verb == "set condition").count();
    assert_eq!(refused, 1, "{:?}", running.world.calls());
    running.world.mute(&[]);
    running.world.list(kind);
    running.until_ready(&key).await;
}
