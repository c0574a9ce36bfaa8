//! A controller as simple as can be, with the faults that controllers have.

use std::time::Duration;

use serde_json::{Value, json};
use sriov_nad::nad::Nad;
use sriov_nad::names::NetworkKind;
use sriov_nad::render::{RenderOptions, render};
use sriov_nad::sim::{ApiServer, WriteOptions};
use sriov_nad::spec::Network;
use tokio::task::JoinHandle;

use crate::support::{NADS, NETWORKS};

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Manner {
    /// As it should be.
    Good,
    /// Follows no network that it has served once.
    OnceOnly,
    /// Says this in its conditions, and does nothing.
    Refuses(&'static str),
    /// Writes no conditions.
    NoConditions,
}

/// Runs one, and garbage collection, until it is dropped.
pub(crate) fn run(server: &ApiServer, manner: Manner) -> Running {
    let server = server.clone();
    Running(tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_millis(20)).await;
            for object in server.list(NETWORKS, "") {
                reconcile(&server, &object, manner);
            }
            collect(&server);
        }
    }))
}

pub(crate) struct Running(JoinHandle<()>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn reconcile(server: &ApiServer, object: &Value, manner: Manner) {
    let network = Network::from_value(NetworkKind::Sriov, object).unwrap();
    let nad = network.target();
    if network.meta.deleting {
        return;
    }
    if let Manner::Refuses(message) = manner {
        return tell(server, &network, "False", "Refused", message);
    }
    let there = server.get(NADS, &nad.namespace, &nad.name);
    let known = there.as_ref().and_then(Nad::from_value);
    let own = known.is_some_and(|nad| nad.owner_uids.contains(&network.meta.uid));
    if manner == Manner::OnceOnly && own {
        return;
    }
    if server.get("namespaces", "", &nad.namespace).is_none() {
        let message = format!("target namespace {:?} does not exist", nad.namespace);
        return tell(server, &network, "False", "NamespaceNotFound", &message);
    }
    let desired = render(&network, &RenderOptions::default()).unwrap();
    let wanted = desired.to_value();
    let place = (NADS, nad.namespace.as_str(), nad.name.as_str());
    match there {
        Some(_) => server.patch(place, &wanted, "test-controller"),
        None => server.create(&wanted),
    }
    .unwrap();
    if manner != Manner::NoConditions {
        tell(server, &network, "True", "NetworkReady", "ready");
    }
}

fn tell(server: &ApiServer, network: &Network, status: &str, reason: &str, message: &str) {
    let condition = json!({
        "type": "Ready", "status": status, "reason": reason, "message": message,
        "observedGeneration": network.meta.generation,
        "lastTransitionTime": "2026-01-01T00:00:00Z",
    });
    let status = json!({
        "apiVersion": "sriovnetwork.openshift.io/v1",
        "kind": network.key.kind.as_str(),
        "metadata": { "namespace": network.key.namespace, "name": network.key.name },
        "status": { "conditions": [condition] },
    });
    let options = WriteOptions::manager("test-controller").forced();
    server.apply_status(&status, &options).unwrap();
}

/// NADs whose owner is gone.
fn collect(server: &ApiServer) {
    let networks = server.list(NETWORKS, "");
    let alive = |uid: &String| networks.iter().any(|it| it["metadata"]["uid"] == uid.as_str());
    for nad in server.list(NADS, "").iter().filter_map(Nad::from_value) {
        if !nad.owner_uids.is_empty() && !nad.owner_uids.iter().any(alive) {
            server.delete(NADS, &nad.key.namespace, &nad.key.name).unwrap();
        }
    }
}
