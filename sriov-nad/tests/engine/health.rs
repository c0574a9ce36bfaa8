use std::collections::BTreeMap;

use sriov_nad::engine::{Engine, Health, Source, Trouble};
use sriov_nad::names::NetworkKind;
use sriov_nad::plan::{NamespacePhase, Row};

use crate::support::{Running, network, options, secs};
use crate::world::{Fault, World};

const SRIOV: Source = Source::Networks(NetworkKind::Sriov);

fn shop() -> World {
    let world = World::default();
    world.put_namespace("shop", NamespacePhase::Active);
    world
}

/// Signs of life of all watches.
fn alive(running: &Running) {
    let networks = NetworkKind::ALL.into_iter().map(Source::Networks);
    networks
        .chain([Source::Nads, Source::Namespaces])
        .for_each(|it| running.handle.watch_activity(it));
}

#[track_caller]
fn assert_unready(health: &Health, reasons: &[&str]) {
    assert_eq!(health.not_ready, reasons);
    assert_eq!(health.not_live, [] as [&str; 0]);
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_does_not_run_says_so() {
    let (_engine, handle) = Engine::new(World::default(), options());
    assert_eq!(handle.health().not_ready[0], "the engine is not running yet");
    tokio::time::sleep(secs(3600)).await;
    assert!(handle.health().is_live(), "who waits for a lease need not be restarted");
}

#[tokio::test(start_paused = true)]
async fn a_source_that_is_not_complete_holds_everything_up_and_is_named() {
    let running = Running::unfed(shop(), options());
    running.world.put_network(network("net", "shop", 1));
    for kind in NetworkKind::ALL {
        running.world.list(Source::Networks(kind));
    }
    running.world.list(Source::Namespaces);
    tokio::time::sleep(secs(120)).await;
    assert_unready(&running.handle.health(), &["NetworkAttachmentDefinition: not synced yet"]);
    assert_eq!(running.world.calls(), []);
    running.world.list(Source::Nads);
    tokio::time::sleep(secs(1)).await;
    assert_unready(&running.handle.health(), &[]);
    assert_eq!(running.world.writes().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_missing_crd_is_named_and_the_other_kinds_are_served() {
    let running = Running::unfed(shop(), options());
    for source in [NetworkKind::Ib, NetworkKind::Ovs].map(Source::Networks) {
        running.world.list(source);
    }
    running.world.list(Source::Nads);
    running.world.list(Source::Namespaces);
    tokio::time::sleep(secs(1)).await;
    assert_unready(&running.handle.health(), &["SriovNetwork: not synced yet"]);
    for _ in 0..60 {
        running.handle.source_trouble(SRIOV, Trouble::CrdMissing);
        alive(&running);
        tokio::time::sleep(secs(30)).await;
    }
    assert_unready(&running.handle.health(), &["SriovNetwork: the CRD is missing"]);
    let key = network("net", "shop", 1);
    running.world.mute(&[SRIOV]);
    let key = running.world.put_network(key);
    running.world.mute(&[]);
    running.world.list(SRIOV);
    assert!(running.until_ready(&key).await < secs(1));
    assert!(running.handle.health().is_ready());
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_breaks_while_a_crd_is_missing_holds_nobody_up() {
    let running = Running::unfed(shop(), options());
    for source in [NetworkKind::Sriov, NetworkKind::Ib].map(Source::Networks) {
        running.world.list(source);
    }
    running.world.list(Source::Nads);
    running.world.list(Source::Namespaces);
    let ovs = Source::Networks(NetworkKind::Ovs);
    running.handle.source_trouble(ovs, Trouble::CrdMissing);
    tokio::time::sleep(secs(1)).await;
    running.handle.source_trouble(ovs, Trouble::Disconnected("reset".to_owned()));
    let key = running.world.put_network(network("net", "shop", 1));
    assert!(running.until_ready(&key).await < secs(1));
    assert_unready(&running.handle.health(), &["OVSNetwork: not connected: reset"]);
}

#[tokio::test(start_paused = true)]
async fn rights_that_are_missing_are_told() {
    let running = Running::new();
    tokio::time::sleep(secs(1)).await;
    assert!(running.handle.health().is_ready());
    running.handle.source_trouble(SRIOV, Trouble::Disconnected("reset".to_owned()));
    running.handle.source_trouble(Source::Nads, Trouble::Expired);
    assert!(running.handle.health().is_ready(), "the old content goes on serving");
    running.handle.source_trouble(SRIOV, Trouble::Forbidden("cannot watch".to_owned()));
    let why = "SriovNetwork: not allowed to list or watch: cannot watch";
    assert_unready(&running.handle.health(), &[why]);
    running.world.put_network(network("net", "shop", 1));
    tokio::time::sleep(secs(1)).await;
    assert!(running.handle.health().is_ready(), "it delivers again");
}

#[tokio::test(start_paused = true)]
async fn every_network_has_an_outcome_before_the_engine_is_ready() {
    let world = shop();
    for name in ["a", "b", "bad"] {
        world.put_network(network(name, "shop", 1));
    }
    world.faults(|call| call.object.contains("bad").then_some(Fault::Hang));
    let running = Running::over(world, options());
    tokio::time::sleep(secs(5)).await;
    assert_unready(&running.handle.health(), &["1 networks have had no outcome yet"]);
    tokio::time::sleep(secs(6)).await;
    assert!(running.handle.health().is_ready(), "that it timed out is an outcome");
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_is_silent_for_six_minutes_is_dead() {
    let running = Running::new();
    tokio::time::sleep(secs(359)).await;
    assert!(running.handle.health().is_live());
    alive(&running);
    tokio::time::sleep(secs(300)).await;
    for kind in NetworkKind::ALL {
        running.handle.watch_activity(Source::Networks(kind));
    }
    running.handle.watch_activity(Source::Namespaces);
    tokio::time::sleep(secs(61)).await;
    let health = running.handle.health();
    assert_eq!(health.not_live, ["NetworkAttachmentDefinition: nothing was heard for 361 s"]);
    assert_eq!(health.not_ready, health.not_live);
}

#[tokio::test(start_paused = true)]
async fn due_work_that_nobody_completes_is_no_life() {
    let options = sriov_nad::engine::Options {
        workers: 1,
        call_timeout: secs(300),
        reconcile_timeout: secs(300),
        ..options()
    };
    let running = Running::over(shop(), options);
    running.world.faults(|_| Some(Fault::Hang));
    running.world.put_network(network("a", "shop", 1));
    tokio::time::sleep(secs(50)).await;
    assert!(running.handle.health().is_live());
    tokio::time::sleep(secs(30)).await;
    assert!(running.handle.health().is_live(), "one that takes long keeps nobody waiting");
    running.world.put_network(network("b", "shop", 1));
    tokio::time::sleep(secs(59)).await;
    assert!(running.handle.health().is_live());
    tokio::time::sleep(secs(3)).await;
    let why = "1 networks are due, and none was completed for 61 s";
    assert_eq!(running.handle.health().not_live, [why]);
    let metrics = running.handle.metrics();
    assert_eq!((metrics.queue_depth, metrics.in_flight), (1, 1));
    assert!(metrics.in_flight_age > 140.0 && metrics.queue_age > 60.0);
}

#[tokio::test(start_paused = true)]
async fn the_metrics_are_what_prometheus_reads() {
    let running = Running::new();
    let key = running.world.put_network(network("net", "shop", 1));
    running.until_ready(&key).await;
    tokio::time::sleep(secs(10)).await;
    let text = running.handle.metrics().prometheus();
    let mut values = BTreeMap::new();
    let mut described = BTreeMap::new();
    for line in text.lines() {
        if let Some(comment) = line.strip_prefix("# TYPE ") {
            let (name, kind) = comment.split_once(' ').unwrap();
            assert!(described.insert(name, kind).is_none(), "{name} is described once");
        } else if !line.starts_with("# HELP ") {
            let (name, value) = line.rsplit_once(' ').unwrap();
            let family = name.split('{').next().unwrap();
            assert!(described.contains_key(family), "{line}");
            values.insert(name, value.parse::<f64>().unwrap());
        }
    }
    for (name, value) in [
        ("sriov_nad_store_ready{kind=\"SriovNetwork\"}", 1.0),
        ("sriov_nad_objects{kind=\"NetworkAttachmentDefinition\"}", 1.0),
        ("sriov_nad_writes_total{kind=\"applyNad\"}", 1.0),
        ("sriov_nad_writes_total{kind=\"setCondition\"}", 1.0),
        ("sriov_nad_reconciles_total{row=\"12\"}", 1.0),
        ("sriov_nad_panics_total", 0.0),
        ("sriov_nad_queue_depth", 0.0),
    ] {
        assert_eq!(values.get(name), Some(&value), "{name}\n{text}");
    }
    assert!((9.0..11.0).contains(&values["sriov_nad_last_success_age_seconds"]), "{text}");
    assert_eq!(described["sriov_nad_writes_total"], "counter");
}

#[tokio::test(start_paused = true)]
async fn the_last_report_tells_what_happened() {
    let running = Running::new();
    let key = running.world.put_network(network("net", "shop", 1));
    running.until_ready(&key).await;
    tokio::time::sleep(secs(1)).await;
    let report = serde_json::to_value(running.handle.last(&key).unwrap()).unwrap();
    assert_eq!((&report["row"], &report["writes"]), (&13.into(), &0.into()), "{report}");
    assert_eq!(report["error"], serde_json::Value::Null);
    running.world.put_network(network("net", "nowhere", 1));
    tokio::time::sleep(secs(1)).await;
    let report = running.handle.last(&key).unwrap();
    let numbers: Vec<_> = report.passed.iter().copied().map(Row::number).collect();
    assert_eq!(report.row.map(Row::number), Some(8));
    assert!(numbers.is_empty() || numbers == [7], "{numbers:?}");
    assert!(report.next.unwrap() <= secs(37));
}
