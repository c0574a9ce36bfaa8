//! What an engine at rest holds: 10 000 networks with their NADs in 40 MiB, the process included.
#![cfg(feature = "engine")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what is not as expected fails the test"
)]

use serde_json::{Value, json};
use sriov_nad::engine::{
    Change, Cluster, ClusterError, Engine, FinalizerChange, Handle, Namespace, Options,
};
use sriov_nad::nad::{Desired, Nad};
use sriov_nad::names::{NadKey, NetworkKey, NetworkKind};
use sriov_nad::plan::{NamespacePhase, Precondition, Warning};
use sriov_nad::render::{RenderOptions, render};
use sriov_nad::spec::{Condition, Network};

const COUNT: usize = 10_000;

/// What cache and bookkeeping may take; the rest is for the program, its runtime and its client.
const MOST: i64 = 28 << 20;

/// A cluster where nothing is to be done.
struct Quiet;

fn unexpected<T>() -> Result<T, ClusterError> {
    Err(ClusterError::Invalid("nothing is to be done".to_owned()))
}

impl Cluster for Quiet {
    async fn network_uid(&self, _: &NetworkKey) -> Result<Option<String>, ClusterError> {
        unexpected()
    }
    async fn nad(&self, _: &NadKey) -> Result<Option<Nad>, ClusterError> {
        unexpected()
    }
    async fn apply_nad(
        &self,
        _: &Desired,
        _: Option<&Precondition>,
        _: bool,
    ) -> Result<Nad, ClusterError> {
        unexpected()
    }
    async fn delete_nad(&self, _: &NadKey, _: &Precondition) -> Result<(), ClusterError> {
        unexpected()
    }
    async fn patch_finalizer(
        &self,
        _: &NetworkKey,
        _: &FinalizerChange,
    ) -> Result<(), ClusterError> {
        unexpected()
    }
    async fn apply_condition(
        &self,
        _: &NetworkKey,
        _: &str,
        _: &Condition,
    ) -> Result<(), ClusterError> {
        unexpected()
    }
    async fn warn(&self, _: &NetworkKey, _: &Warning) -> Result<(), ClusterError> {
        unexpected()
    }
}

fn network(n: usize) -> Network {
    let ipam = format!(
        r#"{{"type":"host-local","subnet":"10.{}.{}.0/24","rangeStart":"10.56.217.171","routes":[{{"dst":"0.0.0.0/0"}}],"gateway":"10.56.217.1"}}"#,
        n / 256,
        n % 256
    );
    let value = json!({
        "metadata": {
            "name": format!("tenant-network-{n}"),
            "namespace": "openshift-sriov-network-operator",
            "uid": format!("8f14e45f-ceea-467f-9575-{n:012}"),
            "resourceVersion": format!("{}", 1_000_000 + n),
            "generation": 1,
            "creationTimestamp": "2026-01-01T00:00:00Z",
            "finalizers": ["netattdef.finalizers.sriovnetwork.openshift.io"],
        },
        "spec": {
            "resourceName": "intelnics", "networkNamespace": format!("tenant-{}", n % 500),
            "vlan": 100, "vlanQoS": 3, "spoofChk": "on", "trust": "off", "linkState": "auto",
            "maxTxRate": 1000, "logLevel": "info", "ipam": ipam,
            "capabilities": r#"{"mac":true,"ips":true}"#,
        },
        "status": { "conditions": [{
            "type": "Ready", "status": "True", "reason": "NetworkReady",
            "message": "NetworkAttachmentDefinition is provisioned and ready",
            "observedGeneration": 1, "lastTransitionTime": "2026-01-01T00:00:00Z",
        }] },
    });
    Network::from_value(NetworkKind::Sriov, &value).unwrap()
}

fn nad(network: &Network, n: usize) -> Nad {
    let mut object = render(network, &RenderOptions::default()).unwrap().to_value();
    object["metadata"]["uid"] = format!("45c48cce-2e2d-4fbd-aa1a-{n:012}").into();
    object["metadata"]["resourceVersion"] = format!("{}", 2_000_000 + n).into();
    let owned = json!({ "f:spec": { "f:config": {} } });
    let entry: Value = json!([{ "manager": "sriov-nad", "fieldsV1": owned }]);
    object["metadata"]["managedFields"] = entry;
    Nad::from_value(&object).unwrap()
}

fn feed(handle: &Handle) {
    for kind in NetworkKind::ALL {
        handle.networks(kind, Change::Restart);
        let networks = (0..COUNT).filter(|_| kind == NetworkKind::Sriov).map(network);
        networks.for_each(|network| handle.networks(kind, Change::Listed(network)));
        handle.networks(kind, Change::Complete);
    }
    handle.nads(Change::Restart);
    (0..COUNT).for_each(|n| handle.nads(Change::Listed(nad(&network(n), n))));
    handle.nads(Change::Complete);
    handle.namespaces(Change::Restart);
    for n in 0..500 {
        let (name, phase) = (format!("tenant-{n}"), NamespacePhase::Active);
        handle.namespaces(Change::Listed(Namespace { name, phase }));
    }
    handle.namespaces(Change::Complete);
}

#[test]
fn ten_thousand_networks_and_nads_fit() {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build().unwrap();
    let mut kept = None;
    let used = allocation_counter::measure(|| {
        let (engine, handle) = Engine::new(Quiet, Options::default());
        runtime.block_on(async {
            feed(&handle);
            runtime.spawn(engine.run(std::future::pending()));
            while !handle.health().is_ready() {
                tokio::time::sleep(std::time::Duration::from_secs(1)).await;
            }
        });
        kept = Some(handle);
    });
    let handle = kept.unwrap();
    let metrics = handle.metrics();
    assert_eq!(metrics.reconciles.get(&13), Some(&(COUNT as u64)), "{metrics:?}");
    assert!(used.bytes_current <= MOST, "{} KiB", used.bytes_current >> 10);
    assert!(used.bytes_current >= 4 << 20, "it was measured: {} B", used.bytes_current);
    // A new list of the same objects doubles nothing.
    let again = allocation_counter::measure(|| runtime.block_on(async { feed(&handle) }));
    assert!(again.bytes_current < 1 << 20, "{} KiB", again.bytes_current >> 10);
    println!("{} KiB", used.bytes_current >> 10);
}
