//! The engine at scale: how fast networks converge, what rest costs, how much memory it keeps.

use std::time::{Duration, Instant};

use kube::Client;
use serde_json::{Value, json};
use sriov_nad::engine::{
    Change, Cluster, ClusterError, Engine, FinalizerChange, Namespace, Options,
};
use sriov_nad::kube::Controller;
use sriov_nad::nad::{Desired, Nad, Owner};
use sriov_nad::names::{NadKey, NetworkKey, NetworkKind};
use sriov_nad::plan::{NamespacePhase, Precondition, Warning};
use sriov_nad::render::{RenderOptions, render};
use sriov_nad::sim::{ApiServer, Fault, Matcher, Rule, Verb};
use sriov_nad::spec::{Condition, Network};
use tokio::sync::oneshot;
use tokio::time::sleep;

const NETWORKS: usize = if cfg!(debug_assertions) { 500 } else { 10_000 };
const NADS: &str = "network-attachment-definitions";

#[expect(clippy::unwrap_used, reason = "helper of tests")]
fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
}

#[expect(clippy::disallowed_methods, reason = "it measures")]
fn now() -> Instant {
    Instant::now()
}

/// As large as networks with an IPAM are.
fn network(number: usize) -> Value {
    let ipam = json!({
        "type": "whereabouts", "range": "10.56.217.0/24", "gateway": "10.56.217.1",
        "routes": [{ "dst": "0.0.0.0/0" }], "exclude": ["10.56.217.0/28"],
    });
    json!({
        "apiVersion": "sriovnetwork.openshift.io/v1", "kind": "SriovNetwork",
        "metadata": { "namespace": "shop", "name": format!("net-{number:05}") },
        "spec": { "resourceName": "cx6", "vlan": number % 4000, "ipam": ipam.to_string() },
    })
}

/// A cluster whose every request takes 3 ms, in real time.
#[expect(clippy::unwrap_used, reason = "helper of tests")]
fn cluster() -> ApiServer {
    let server = ApiServer::new();
    server.create_namespace("shop").unwrap();
    for verb in [Verb::Get, Verb::Apply, Verb::Patch] {
        let rule = Rule::new(Matcher::new().verb(verb), Fault::Delay(Duration::from_millis(3)));
        server.faults().add(rule);
    }
    server
}

/// What disturbs a run only makes it longer, so the best of three counts.
#[test]
fn ten_thousand_networks_converge_at_300_a_second() {
    let promised = if cfg!(debug_assertions) { 30.0 } else { 300.0 };
    let rates = std::iter::repeat_with(converge).take(3);
    let fast = rates.inspect(|rate| println!("{NETWORKS} networks, {rate:.0} a second"));
    assert!(fast.into_iter().any(|rate| rate >= promised), "less than {promised} a second");
}

/// Networks in a second, from the start of a controller until it is ready; and then it rests.
#[expect(clippy::unwrap_used, reason = "helper of tests")]
fn converge() -> f64 {
    runtime().block_on(async {
        let server = cluster();
        for number in 0..NETWORKS {
            server.create(&network(number)).unwrap();
        }
        let options = Options { workers: 16, ..Options::default() };
        let (controller, handle) =
            Controller::new(Client::new(server.service(), "default"), options);
        let (stop, stopped) = oneshot::channel::<()>();
        let start = now();
        let running = tokio::spawn(controller.run(async move {
            let _ = stopped.await;
        }));
        while !handle.health().is_ready() {
            sleep(Duration::from_millis(20)).await;
            assert!(start.elapsed() < Duration::from_mins(5), "{:?}", handle.health());
        }
        let took = start.elapsed();
        assert_eq!(server.list(NADS, "shop").len(), NETWORKS);
        let rate = f64::from(u32::try_from(NETWORKS).unwrap()) / took.as_secs_f64();

        // And then nothing.
        sleep(Duration::from_secs(1)).await;
        let before = server.with(|store| store.revision());
        sleep(Duration::from_secs(2)).await;
        assert_eq!(server.with(|store| store.revision()), before);
        stop.send(()).unwrap();
        running.await.unwrap();
        rate
    })
}

#[test]
fn each_of_a_hundred_at_once_is_there_in_five_seconds() {
    runtime().block_on(async {
        let server = cluster();
        let options = Options { workers: 16, ..Options::default() };
        let (controller, handle) =
            Controller::new(Client::new(server.service(), "default"), options);
        tokio::spawn(controller.run(std::future::pending()));
        while !handle.health().is_ready() {
            sleep(Duration::from_millis(5)).await;
        }
        let start = now();
        for number in 0..100 {
            server.create(&network(number)).unwrap();
        }
        while server.list(NADS, "shop").len() < 100 {
            sleep(Duration::from_millis(5)).await;
        }
        let took = start.elapsed();
        println!("100 NADs in {took:?}");
        assert!(took < Duration::from_secs(5), "{took:?}");
    });
}

/// A cluster where all is as it should be: whoever writes is wrong.
struct AtRest;

#[expect(clippy::panic, reason = "the test fails by it")]
impl Cluster for AtRest {
    async fn network_uid(&self, key: &NetworkKey) -> Result<Option<String>, ClusterError> {
        panic!("a look at {key}")
    }

    async fn nad(&self, key: &NadKey) -> Result<Option<Nad>, ClusterError> {
        panic!("a look at {key}")
    }

    async fn apply_nad(
        &self,
        desired: &Desired,
        _: Option<&Precondition>,
        _: bool,
    ) -> Result<Nad, ClusterError> {
        panic!("a write to {}", desired.key)
    }

    async fn delete_nad(&self, key: &NadKey, _: &Precondition) -> Result<(), ClusterError> {
        panic!("a delete of {key}")
    }

    async fn patch_finalizer(
        &self,
        key: &NetworkKey,
        _: &FinalizerChange,
    ) -> Result<(), ClusterError> {
        panic!("a patch of {key}")
    }

    async fn apply_condition(
        &self,
        key: &NetworkKey,
        _: &str,
        _: &Condition,
    ) -> Result<(), ClusterError> {
        panic!("a write to {key}")
    }

    async fn warn(&self, key: &NetworkKey, _: &Warning) -> Result<(), ClusterError> {
        panic!("an event of {key}")
    }
}

/// A network that is served, as the API server delivers it.
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helper of tests")]
fn served(number: usize) -> (Network, Nad) {
    let mut value = network(number);
    let uid = format!("{number:08x}-0000-4000-8000-{number:012x}");
    value["metadata"]["uid"] = uid.clone().into();
    value["metadata"]["resourceVersion"] = (number + 1_000_000).to_string().into();
    value["metadata"]["generation"] = 1.into();
    value["metadata"]["creationTimestamp"] = "2026-01-01T00:00:00Z".into();
    value["status"] = json!({ "conditions": [{
        "type": "Ready", "status": "True", "reason": "NetworkReady", "observedGeneration": 1,
        "message": "NetworkAttachmentDefinition is provisioned and ready",
        "lastTransitionTime": "2026-01-01T00:00:00Z",
    }] });
    let network = Network::from_value(NetworkKind::Sriov, &value).unwrap();
    let desired = render(&network, &RenderOptions::default()).unwrap();
    let mut stored = desired.to_value();
    stored["metadata"]["uid"] = format!("{number:08x}-1111-4000-8000-{number:012x}").into();
    stored["metadata"]["resourceVersion"] = (number + 2_000_000).to_string().into();
    stored["metadata"]["managedFields"] = json!([{
        "manager": "sriov-nad", "operation": "Apply", "time": "2026-01-01T00:00:00Z",
        "fieldsType": "FieldsV1", "fieldsV1": { "f:spec": { "f:config": {} } },
    }]);
    let nad = Nad::from_value(&stored).unwrap();
    assert!(matches!(&nad.owner, Owner::Network(key) if *key == network.key));
    (network, nad)
}

/// Bytes of this process that are in memory.
#[expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "helper of tests")]
fn resident() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    statm.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 4096
}

#[expect(clippy::print_stdout, reason = "the test that asks for it reads it")]
fn measure_ten_thousand_networks() {
    const MIB: usize = 1 << 20;
    runtime().block_on(async {
        let (engine, handle) = Engine::new(AtRest, Options::default());
        let before = resident();
        for kind in NetworkKind::ALL {
            handle.networks(kind, Change::Restart);
        }
        handle.nads(Change::Restart);
        for number in 0..10_000 {
            let (network, nad) = served(number);
            handle.networks(NetworkKind::Sriov, Change::Listed(network));
            handle.nads(Change::Listed(nad));
        }
        for kind in NetworkKind::ALL {
            handle.networks(kind, Change::Complete);
        }
        handle.nads(Change::Complete);
        handle.namespaces(Change::Restart);
        let shop = Namespace { name: "shop".to_owned(), phase: NamespacePhase::Active };
        handle.namespaces(Change::Listed(shop));
        handle.namespaces(Change::Complete);
        tokio::spawn(engine.run(std::future::pending()));
        while !handle.health().is_ready() {
            sleep(Duration::from_millis(20)).await;
        }
        let grown = resident().saturating_sub(before);
        println!("resident: {grown}");
        assert!(grown <= 40 * MIB, "{} MiB", grown / MIB);
        assert_eq!(handle.metrics().panics, 0, "something was written at rest");
    });
}

/// Alone in a process of its own, so that nobody else's memory counts.
#[test]
#[expect(clippy::disallowed_methods, reason = "its own process is what the test is about")]
fn ten_thousand_networks_fit_in_40_mib() {
    const ALONE: &str = "SRIOV_ALONE";
    if std::env::var(ALONE).is_ok() {
        return measure_ten_thousand_networks();
    }
    let mut alone = std::process::Command::new(std::env::current_exe().unwrap());
    alone.args(["--exact", "ten_thousand_networks_fit_in_40_mib", "--nocapture"]).env(ALONE, "1");
    let output = alone.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    println!("{text}");
    assert!(output.status.success() && text.contains("resident: "), "{text}");
}
