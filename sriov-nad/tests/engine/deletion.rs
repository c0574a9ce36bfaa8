use sriov_nad::engine::Source;
use sriov_nad::nad::Owner;
use sriov_nad::names::{NetworkKey, NetworkKind};
use sriov_nad::plan::NamespacePhase;

use crate::support::{Running, at, network, options, secs};
use crate::world::{Fault, World};

const KIND: Source = Source::Networks(NetworkKind::Sriov);

#[tokio::test(start_paused = true)]
async fn a_deleted_network_takes_its_nad_along() {
    let running = Running::new();
    let key = running.world.put_network(network("net", "shop", 1));
    running.until_ready(&key).await;
    running.world.delete_network(&key);
    let gone = running.until("gone", |world| world.network(&key).is_none()).await;
    assert!(gone < secs(2), "{gone:?}");
    assert_eq!(running.world.nads(), []);
    tokio::time::sleep(secs(700)).await;
    assert_eq!(running.handle.last(&key), None, "nothing is kept of what is gone");
}

#[tokio::test(start_paused = true)]
async fn a_nad_that_the_cache_never_showed_is_not_left_behind() {
    let running = Running::new();
    running.world.mute(&[Source::Nads]);
    let key = running.world.put_network(network("net", "shop", 1));
    running.until_ready(&key).await;
    tokio::time::sleep(secs(3700)).await;
    running.world.delete_network(&key);
    running.until("gone", |world| world.network(&key).is_none()).await;
    assert_eq!(running.world.nads(), []);
}

#[tokio::test(start_paused = true)]
async fn a_retarget_takes_along_what_the_cache_never_showed() {
    let running = Running::new();
    running.world.put_namespace("other", NamespacePhase::Active);
    running.world.mute(&[Source::Nads]);
    let key = running.world.put_network(network("net", "shop", 1));
    running.until_ready(&key).await;
    tokio::time::sleep(secs(20)).await;
    running.world.put_network(network("net", "other", 1));
    running.until_ready(&key).await;
    let places: Vec<_> = running.world.nads().into_iter().map(|nad| nad.key).collect();
    assert_eq!(places, [at("other", "net")]);
}

#[tokio::test(start_paused = true)]
async fn the_finalizer_stays_until_a_live_read_shows_no_nad() {
    let running = Running::new();
    running.world.mute(&[Source::Nads]);
    let key = running.world.put_network(network("net", "shop", 1));
    running.until_ready(&key).await;
    running.world.faults(|call| (call.verb == "delete nad").then_some(Fault::Hang));
    running.world.delete_network(&key);
    tokio::time::sleep(secs(300)).await;
    assert!(!running.world.network(&key).unwrap().meta.finalizers.is_empty());
    running.world.no_faults();
    running.until("gone", |world| world.network(&key).is_none()).await;
    assert_eq!(running.world.nads(), []);
}

/// A NAD whose owner is not there.
fn orphan(world: &World) -> NetworkKey {
    let key = NetworkKey::new(NetworkKind::Sriov, "operator", "net");
    world.edit_nad(&at("shop", "net"), |nad| nad.owner = Owner::Network(key.clone()));
    key
}

#[tokio::test(start_paused = true)]
async fn an_orphan_goes_after_the_grace() {
    let world = World::default();
    world.put_namespace("shop", NamespacePhase::Active);
    orphan(&world);
    let running = Running::over(world, options());
    tokio::time::sleep(secs(25)).await;
    assert_eq!(running.world.nads().len(), 1);
    assert!(running.until("gone", |world| world.nads().is_empty()).await < secs(20));
}

#[tokio::test(start_paused = true)]
async fn a_nad_is_no_orphan_while_its_network_exists_in_the_cluster() {
    let world = World::default();
    world.put_namespace("shop", NamespacePhase::Active);
    orphan(&world);
    let running = Running::over(world, options());
    running.world.mute(&[KIND]);
    running.world.put_network(network("net", "shop", 1));
    tokio::time::sleep(secs(3600)).await;
    assert_eq!(running.world.nads().len(), 1);
    let deletes = running.world.writes();
    assert_eq!(deletes, [], "only read");
}

#[tokio::test(start_paused = true)]
async fn nads_of_a_kind_that_is_missing_are_kept() {
    let world = World::default();
    world.put_namespace("shop", NamespacePhase::Active);
    orphan(&world);
    let running = Running::unfed(world, options());
    for kind in [NetworkKind::Ib, NetworkKind::Ovs] {
        running.world.list(Source::Networks(kind));
    }
    running.world.list(Source::Nads);
    running.world.list(Source::Namespaces);
    running.handle.source_trouble(KIND, sriov_nad::engine::Trouble::CrdMissing);
    let ib = running.world.put_network({
        let mut ib = network("ib", "shop", 1);
        ib.key.kind = NetworkKind::Ib;
        ib.spec = sriov_nad::spec::Network::parse(
            "{ apiVersion: sriovnetwork.openshift.io/v1, kind: SriovIBNetwork,
               metadata: { name: ib, namespace: operator },
               spec: { resourceName: cx6, networkNamespace: shop } }",
        )
        .unwrap()
        .spec;
        ib
    });
    running.until_ready(&ib).await;
    tokio::time::sleep(secs(3600)).await;
    assert_eq!(running.world.nads().len(), 2);
    // The CRD comes back, without the network: now it is an orphan.
    running.world.list(KIND);
    assert!(running.until("gone", |world| world.nads().len() == 1).await < secs(60));
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_ends_what_runs_and_leaves_finalizers() {
    let running = Running::new();
    let world = running.world.clone();
    let done = world.put_network(network("done", "shop", 1));
    running.until_ready(&done).await;
    world.faults(|call| (call.verb == "apply nad").then_some(Fault::Slow(secs(3))));
    let key = world.put_network(network("net", "shop", 1));
    running.until("under way", |world| world.calls().last().unwrap().verb == "apply nad").await;
    let handle = running.handle.clone();
    let took = running.stop().await;
    assert!((secs(2)..secs(4)).contains(&took), "{took:?}");
    assert!(world.is_ready(&key), "what runs is ended in order");
    for key in [&done, &key] {
        assert_eq!(world.network(key).unwrap().meta.finalizers.len(), 1);
    }
    world.put_network(network("after", "shop", 1));
    tokio::time::sleep(secs(60)).await;
    assert_eq!(world.nad_at(&at("shop", "after")), None);
    assert_eq!(handle.health().not_ready[0], "the engine has stopped");
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_does_not_wait_for_ever() {
    let running = Running::new();
    let world = running.world.clone();
    world.faults(|_| Some(Fault::Slow(secs(9))));
    world.put_network(network("net", "shop", 1));
    running.until("under way", |world| !world.calls().is_empty()).await;
    let took = running.stop().await;
    assert!(took <= secs(15), "{took:?}");
    let calls = world.calls().len();
    tokio::time::sleep(secs(60)).await;
    assert_eq!(world.calls().len(), calls);
}
