//! The commands that talk to a cluster, against the fake API server on a TCP port.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use sriov_nad::nad::Nad;
use sriov_nad::names::NetworkKind;
use sriov_nad::render::{RenderOptions, render};
use sriov_nad::sim::{self, ApiServer, Resource, WriteOptions};
use sriov_nad::spec::Network;

use crate::support::{Run, command, file, folder, run};

const NETWORKS: &str = "sriovnetworks";
const NADS: &str = "network-attachment-definitions";

/// A cluster on a port of its own, as long as the test runs.
struct Cluster {
    server: ApiServer,
    kubeconfig: String,
    folder: PathBuf,
}

impl Cluster {
    fn start(name: &str, controller: bool) -> Self {
        let (told, heard) = mpsc::channel();
        thread::spawn(move || serve(controller, &told));
        let (server, address): (ApiServer, SocketAddr) = heard.recv().unwrap();
        server.create_namespace("shop").unwrap();
        let folder = folder(name);
        let kubeconfig = file(&folder, "kubeconfig", sim::kubeconfig(address));
        Self { server, kubeconfig, folder }
    }

    fn run(&self, args: &[&str]) -> Run {
        run(&[args, &["--kubeconfig", &self.kubeconfig]].concat())
    }

    fn network(&self, spec: &str) -> String {
        let text = format!(
            "apiVersion: sriovnetwork.openshift.io/v1\nkind: SriovNetwork\n\
             metadata: {{ name: fast, namespace: shop }}\nspec: {{ resourceName: cx6{spec} }}\n"
        );
        file(&self.folder, "network.yaml", text)
    }
}

fn serve(controller: bool, told: &mpsc::Sender<(ApiServer, SocketAddr)>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let server = ApiServer::new();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        told.send((server.clone(), listener.local_addr().unwrap())).unwrap();
        if controller {
            tokio::spawn(follow(server.clone()));
        }
        sim::serve(server, listener).await.unwrap();
    });
}

/// A controller as simple as can be, and garbage collection.
async fn follow(server: ApiServer) {
    loop {
        tokio::time::sleep(Duration::from_millis(10)).await;
        let networks = server.list(NETWORKS, "");
        for object in &networks {
            reconcile(&server, object);
        }
        for nad in server.list(NADS, "").iter().filter_map(Nad::from_value) {
            let uid =
                |it: &Value| it.pointer("/metadata/uid").unwrap().as_str().unwrap().to_owned();
            let alive = networks.iter().any(|it| nad.owner_uids.contains(&uid(it)));
            if !alive {
                server.delete(NADS, &nad.key.namespace, &nad.key.name).unwrap();
            }
        }
    }
}

fn reconcile(server: &ApiServer, object: &Value) {
    let network = Network::from_value(NetworkKind::Sriov, object).unwrap();
    let Ok(desired) = render(&network, &RenderOptions::default()) else { return };
    let (key, wanted) = (&desired.key, desired.to_value());
    let _ = match server.get(NADS, &key.namespace, &key.name) {
        Some(_) => server.patch((NADS, &key.namespace, &key.name), &wanted, "test-controller"),
        None => server.create(&wanted),
    };
    let condition = json!({
        "type": "Ready", "status": "True", "reason": "NetworkReady", "message": "",
        "observedGeneration": network.meta.generation,
        "lastTransitionTime": "2026-01-01T00:00:00Z",
    });
    let status = json!({
        "apiVersion": "sriovnetwork.openshift.io/v1", "kind": "SriovNetwork",
        "metadata": { "namespace": network.key.namespace, "name": network.key.name },
        "status": { "conditions": [condition] },
    });
    // The network may have gone meanwhile.
    let _ = server.apply_status(&status, &WriteOptions::manager("test-controller").forced());
}

#[test]
fn diff_apply_and_wait_for_a_network() {
    let cluster = Cluster::start("cluster-networks", true);
    let network = cluster.network(", vlan: 100");
    let diff = ["nad", "diff", "-f", &network, "--detailed-exitcode", "-o", "json"];
    let changes = cluster.run(&diff).ends(3).json();
    let kinds: Vec<&str> = changes["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["SriovNetwork", "NetworkAttachmentDefinition"]);
    cluster.run(&["nad", "diff", "-f", &network]).ends(0);

    let apply = ["nad", "apply", "-f", &network, "-o", "json"];
    let dry = cluster.run(&[&apply[..], &["--dry-run"]].concat()).ends(0).json();
    assert_eq!(dry["objects"][0]["change"], "created");
    assert!(cluster.server.list(NETWORKS, "").is_empty());
    assert_eq!(cluster.run(&apply).ends(0).json()["objects"][0]["change"], "created");

    let wait = ["nad", "wait", "fast", "-n", "shop", "--timeout", "20s", "-o", "json"];
    let waited = cluster.run(&wait).ends(0).json();
    assert_eq!(
        (&waited["ready"], &waited["networks"][0]["nad"]),
        (&json!(true), &json!("shop/fast"))
    );
    assert_eq!(cluster.run(&diff).ends(0).json(), json!({ "changes": [] }));
    assert_eq!(cluster.run(&apply).ends(0).json()["objects"][0]["change"], "unchanged");

    let network = cluster.network(", vlan: 200");
    let text = cluster.run(&["nad", "diff", "-f", &network, "--color", "never"]).ends(0).stdout;
    assert!(text.contains("-  vlan: 100") && text.contains("+  vlan: 200"), "{text}");
    assert!(text.contains("2 changes pending"), "{text}");
    assert_eq!(cluster.run(&apply).ends(0).json()["objects"][0]["change"], "configured");
}

#[test]
fn a_network_that_nobody_serves_is_late_with_its_stage() {
    let cluster = Cluster::start("cluster-late", false);
    let network = cluster.network("");
    cluster.run(&["nad", "apply", "-f", &network]).ends(0);
    let wait = ["nad", "wait", "-f", &network, "--timeout", "1s", "-o", "json"];
    let waited = cluster.run(&wait).ends(4).says(&["error[SRIOV-N025]", "no-controller"]);
    assert_eq!(waited.json()["networks"][0]["stage"], "no-controller");
    let missing = ["nad", "wait", "OVSNetwork/none", "-n", "shop", "--timeout", "1s", "-o", "json"];
    assert_eq!(cluster.run(&missing).ends(4).json()["networks"][0]["stage"], "missing");
}

#[test]
fn what_is_wrong_with_the_input_is_status_2() {
    let cluster = Cluster::start("cluster-input", false);
    let network = cluster.network(", ipam: none");
    cluster.run(&["nad", "diff", "-f", &network]).ends(2).says(&["SRIOV-N003", "spec.ipam"]);
    cluster.run(&["nad", "wait", "Pod/fast"]).ends(2).says(&["names no network"]);
    let other = file(&cluster.folder, "pod.yaml", "apiVersion: v1\nkind: Pod\n");
    cluster.run(&["nad", "apply", "-f", &other]).ends(2);
    cluster.run(&["cluster", "restore", "-f", &other]).ends(2).says(&["ClusterCapture"]);
}

#[test]
fn without_a_cluster_the_error_says_so() {
    let folder = folder("cluster-none");
    let nowhere = file(&folder, "kubeconfig", sim::kubeconfig("127.0.0.1:1".parse().unwrap()));
    let wait = ["cluster", "capture", "--kubeconfig", &nowhere];
    run(&wait).ends(1).says(&["error[SRIOV-N020]", "refused"]);
    run(&["cluster", "capture", "--kubeconfig", "/nowhere"]).ends(1).says(&["error[SRIOV-N020]"]);
}

#[test]
fn kubeconfig_of_the_environment() {
    let cluster = Cluster::start("cluster-env", false);
    let mut listing = command(&["cluster", "capture", "-o", "json"]);
    let output = listing.env("KUBECONFIG", &cluster.kubeconfig).output().unwrap();
    let captured: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(captured["kind"], "ClusterCapture");
}

#[test]
fn capture_and_restore_around_a_reinstall() {
    let cluster = Cluster::start("cluster-capture", false);
    let out = cluster.folder.join("capture.yaml").to_str().unwrap().to_owned();
    // Without OpenShift there is nothing, and that is said.
    let none = cluster.run(&["cluster", "capture"]).ends(0);
    none.says(&["does not serve operators.coreos.com/v1alpha1/Subscription"]);

    let group = "operators.coreos.com";
    let kinds =
        [("v1alpha1", "subscriptions", "Subscription"), ("v1", "operatorgroups", "OperatorGroup")];
    for (version, plural, kind) in kinds {
        cluster.server.register(Resource::custom(group, version, plural, kind));
    }
    let subscription = json!({
        "apiVersion": "operators.coreos.com/v1alpha1", "kind": "Subscription",
        "metadata": { "namespace": "shop", "name": "sriov" },
        "spec": { "name": "sriov-network-operator", "channel": "stable" },
    });
    let operators = json!({
        "apiVersion": "operators.coreos.com/v1", "kind": "OperatorGroup",
        "metadata": { "namespace": "shop", "name": "group" }, "spec": {},
    });
    cluster.server.create(&subscription).unwrap();
    cluster.server.create(&operators).unwrap();
    cluster.run(&["cluster", "capture", "-n", "shop", "-f", &out]).ends(0);

    cluster.server.delete("subscriptions", "shop", "sriov").unwrap();
    let outcomes = |args: &[&str]| {
        let report = cluster.run(&[args, &["-f", &out, "-o", "json"]].concat()).ends(0).json();
        let objects = report["objects"].as_array().unwrap().clone();
        objects.iter().map(|it| it["outcome"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(outcomes(&["cluster", "restore", "--dry-run"]), ["unchanged", "created"]);
    assert!(cluster.server.get("subscriptions", "shop", "sriov").is_none());
    assert_eq!(outcomes(&["cluster", "restore"]), ["unchanged", "created"]);
    assert_eq!(outcomes(&["cluster", "restore"]), ["unchanged", "unchanged"]);
    let restored = cluster.server.get("subscriptions", "shop", "sriov").unwrap();
    assert_eq!(restored["spec"], subscription["spec"]);
}

#[test]
fn the_controller_is_put_to_the_proof() {
    let good = Cluster::start("cluster-ready", true);
    let ready = ["cluster", "ready", "-n", "shop", "--timeout", "20s", "-o", "json"];
    let report = good.run(&ready).ends(0).json();
    assert_eq!(report["ready"], true, "{report}");
    assert!(report["changeMs"].is_number(), "{report}");
    assert!(good.server.list(NETWORKS, "").is_empty());

    let silent = Cluster::start("cluster-silent", false);
    let ready = ["cluster", "ready", "-n", "shop", "--timeout", "1s", "-o", "json"];
    let run = silent.run(&ready).ends(4).says(&["error[SRIOV-N027]"]);
    assert_eq!(run.json()["cause"], "no-operator-namespace");
    assert!(silent.server.list(NETWORKS, "").is_empty(), "the probe is gone");
}
