use sriov_nad::engine::Source;
use sriov_nad::nad::Owner;
use sriov_nad::names::{NetworkKey, NetworkKind};

use crate::support::{Running, at, local, network, secs};
use crate::world::Fault;

#[tokio::test(start_paused = true)]
async fn two_networks_that_want_one_nad_never_write_it_both() {
    let running = Running::new();
    running.world.faults(|_| Some(Fault::Slow(secs(1))));
    let first = running.world.put_network(local("shop", "net"));
    let second = running.world.put_network(network("net", "shop", 2));
    running.until_ready(&first).await;
    tokio::time::sleep(secs(300)).await;
    let reason = running.world.reason(&second);
    assert_eq!(reason.as_deref(), Some("NetworkAttachmentDefinitionConflict"));
    let applies = running.world.writes().iter().filter(|it| it.verb == "apply nad").count();
    assert_eq!(applies, 1);
    // The loser's deletion leaves the winner's NAD alone; the winner's makes room.
    let nad = running.world.nad_at(&at("shop", "net")).unwrap();
    assert_eq!(nad.owner, Owner::Network(first.clone()));
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_a_nad_gets_it_when_its_owner_is_gone() {
    let running = Running::new();
    let first = running.world.put_network(network("net", "shop", 1));
    running.until_ready(&first).await;
    let second = running.world.put_network(local("shop", "net"));
    running.until("told", |world| world.reason(&second).is_some()).await;
    running.world.delete_network(&first);
    assert!(running.until_ready(&second).await < secs(15));
    running.until("gone", |world| world.network(&first).is_none()).await;
    let nad = running.world.nad_at(&at("shop", "net")).unwrap();
    assert_eq!(nad.owner, Owner::Network(second));
}

#[tokio::test(start_paused = true)]
async fn a_nad_that_the_cache_does_not_show_is_not_taken() {
    let other = NetworkKey::new(NetworkKind::Ib, "ops", "net");
    let foreign = Owner::Foreign("owner-object-not-found".to_owned());
    for owner in [Owner::Network(other), foreign] {
        let running = Running::new();
        running.world.mute(&[Source::Nads]);
        running.world.edit_nad(&at("shop", "net"), |nad| {
            nad.owner = owner.clone();
            // Of our own manager: no conflict of fields would tell.
            nad.managers = vec!["sriov-nad".to_owned()];
        });
        let key = running.world.put_network(network("net", "shop", 1));
        running.until("told", |world| world.reason(&key).is_some()).await;
        let reason = running.world.reason(&key);
        assert_eq!(reason.as_deref(), Some("NetworkAttachmentDefinitionConflict"));
        tokio::time::sleep(secs(300)).await;
        assert_eq!(running.world.nad_at(&at("shop", "net")).unwrap().owner, owner);
    }
}

#[tokio::test(start_paused = true)]
async fn an_unowned_nad_is_adopted_once_it_is_seen() {
    let running = Running::new();
    running.world.mute(&[Source::Nads]);
    running.world.edit_nad(&at("shop", "net"), |nad| nad.config = "{}".to_owned());
    let key = running.world.put_network(network("net", "shop", 1));
    assert!(running.until_ready(&key).await < secs(2));
    assert_eq!(running.world.nad_at(&at("shop", "net")).unwrap().owner, Owner::Network(key));
}
