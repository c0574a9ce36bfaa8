//! Silence: restarts, gaps, dead watches, missing kinds, panics, hangs. It has to end, and to show.

use serde_json::json;
use sriov_nad::names::NetworkKind;
use sriov_nad::sim::{ApiError, Fault, Matcher, Resource, Rule, Verb};
use tokio::time::sleep;

use crate::world::{NADS, OPERATOR, World, central, local, millis, secs};

const NET: (&str, &str, &str) = ("sriovnetworks", OPERATOR, "net");

#[tokio::test(start_paused = true)]
async fn s002a_killed_after_every_write_it_makes() {
    for writes in 0..12 {
        let mut world = World::new().await;
        world.latency(millis(3));
        world.server.create(&central("net", "shop")).unwrap();
        let made = |world: &World| world.writes() >= writes.min(3);
        world.until("so many writes", secs(5), made).await;
        if writes >= 3 {
            // On through the deletion.
            world.quiet().await;
            world.server.delete(NET.0, NET.1, NET.2).unwrap();
            sleep(millis(u64::try_from(writes).unwrap() * 10)).await;
        }
        world.kill().await;
        sleep(secs(5)).await;
        world.start();
        if writes < 3 {
            world.until("ready", secs(10), |world| world.is_ready(NET)).await;
        } else {
            let gone = |world: &World| {
                world.nad("shop", "net").is_none()
                    && world.server.get(NET.0, NET.1, NET.2).is_none()
            };
            world.until("gone", secs(60), gone).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn s002b_a_kind_that_comes_late() {
    let mut world = World::empty();
    world.server.unregister("sriovibnetworks");
    world.server.create(&central("net", "shop")).unwrap();
    world.start();
    let reasons = |world: &World| world.handle().health().not_ready.join("; ");
    let named = |world: &World| reasons(world).contains("SriovIBNetwork: the CRD is missing");
    world.until("named", secs(60), named).await;
    sleep(secs(3600)).await;
    assert!(world.handle().health().is_live(), "{:?}", world.handle().health());
    assert!(named(&world), "{}", reasons(&world));
    world.server.register(Resource::network(NetworkKind::Ib));
    world.until("ready", secs(60), |world| world.is_ready(NET)).await;
    world.until("healthy", secs(60), |world| world.handle().health().is_ready()).await;
}

#[tokio::test(start_paused = true)]
async fn s002c_a_paged_list_with_a_gap() {
    let mut world = World::empty();
    for number in 0..1100 {
        world.server.create(&local("shop", &format!("net-{number:04}"))).unwrap();
    }
    let slow = Rule::new(Matcher::new().later_pages(), Fault::Delay(millis(50)));
    world.server.faults().add(slow);
    world.start();
    let all = |world: &World| world.server.list(NADS, "shop").len() == 1100;
    world.until("all", secs(60), all).await;
    world.quiet().await;

    // All watches break; while they are away, much happens; then everything is listed anew.
    let offline = Rule::new(Matcher::new().verb(Verb::Watch), Fault::Disconnect);
    world.server.faults().add(offline.times(5));
    for resource in ["sriovnetworks", NADS] {
        world.server.faults().drop_watches(resource);
    }
    let last = ("sriovnetworks", "shop", "net-1099");
    world.server.patch(last, &json!({ "spec": { "vlan": 7 } }), "kubectl").unwrap();
    world.server.create(&local("shop", "zz-new")).unwrap();
    world.server.delete(NADS, "shop", "net-0001").unwrap();
    world.server.compact();
    let healed = |world: &World| {
        world.config("shop", "net-1099").is_some_and(|config| config["vlan"] == 7)
            && world.nad("shop", "zz-new").is_some()
            && world.nad("shop", "net-0001").is_some()
    };
    world.until("healed", secs(120), healed).await;
}

#[tokio::test(start_paused = true)]
async fn s002d_a_watch_that_falls_silent() {
    let world = World::new().await;
    world.server.faults().silence_watches("sriovnetworks", true);
    world.server.create(&central("net", "shop")).unwrap();
    world.until("found all the same", secs(600), |world| world.is_ready(NET)).await;
}

#[tokio::test(start_paused = true)]
async fn a_hang_of_one_network_does_not_hold_up_the_others() {
    let world = World::new().await;
    let hang = Rule::new(Matcher::new().name("stuck").writes(), Fault::Hang);
    world.server.faults().add(hang.times(3));
    world.server.create(&central("stuck", "shop")).unwrap();
    for number in 0..50 {
        world.server.create(&central(&format!("net-{number}"), "shop")).unwrap();
    }
    let others = |world: &World| world.server.list(NADS, "shop").len() >= 50;
    let took = world.until("the others", secs(5), others).await;
    assert!(took < secs(1), "{took:?}");
    let stuck = ("sriovnetworks", OPERATOR, "stuck");
    world.until("and in the end itself", secs(300), |world| world.is_ready(stuck)).await;
}

#[tokio::test(start_paused = true)]
async fn too_many_requests_are_waited_out() {
    let world = World::new().await;
    let refused = Fault::Fail(ApiError::too_many(secs(7)));
    world.server.faults().add(Rule::new(Matcher::new().writes(), refused).times(4));
    world.server.create(&central("net", "shop")).unwrap();
    let took = world.until("ready", secs(120), |world| world.is_ready(NET)).await;
    assert!(took >= secs(7), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_day_of_rest_costs_no_write() {
    let world = World::new().await;
    for number in 0..50 {
        world.server.create(&central(&format!("net-{number}"), "shop")).unwrap();
    }
    world.quiet().await;
    let before = world.writes();
    assert_eq!(before, 150);
    sleep(secs(86_400)).await;
    assert_eq!(world.writes(), before, "{}", world.story());
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_strips_no_finalizer_and_ends_what_it_began() {
    let mut world = World::new().await;
    world.latency(millis(200));
    world.server.create(&central("net", "shop")).unwrap();
    sleep(millis(300)).await;
    world.stop().await;
    let network = world.server.get(NET.0, NET.1, NET.2).unwrap();
    let finalizer = "netattdef.finalizers.sriovnetwork.openshift.io";
    assert_eq!(network["metadata"]["finalizers"], json!([finalizer]));
    assert!(world.is_ready(NET), "{}", world.story());
}
