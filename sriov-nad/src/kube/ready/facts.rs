use kube::Client;
use serde_json::Value;

use crate::kube::objects::{Objects, meta, resource};
use crate::kube::request::RequestError;
use crate::kube::view::namespace_phase;
use crate::names::{GROUP, NetworkKind};
use crate::plan::NamespacePhase;

/// What can be seen of a controller from outside. What may not be read counts as unremarkable, and
/// stands in `unread`.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    pub(super) namespace_absent: bool,
    /// `None` if they may not be read.
    pub(super) deployments: Option<Vec<Deployment>>,
    pub(super) pods: Vec<Pod>,
    pub(super) leases: Vec<Lease>,
    /// When the CRD was created.
    pub(super) crd_created: Option<String>,
    pub(super) unread: Vec<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Deployment {
    pub(super) name: String,
    pub(super) available: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Pod {
    pub(super) name: String,
    /// When its youngest container began to run.
    pub(super) started: String,
    /// Why a container does not run, as `CrashLoopBackOff`.
    pub(super) waiting: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Lease {
    pub(super) name: String,
    pub(super) holder: String,
}

impl Facts {
    /// Asks the API server; it is no reason to fail if that does not answer.
    pub(super) async fn gather(client: &Client, namespace: &str, kind: NetworkKind) -> Self {
        let mut facts = Self::default();
        let phase = namespace_phase(client, namespace).await;
        facts.namespace_absent = matches!(phase, Ok(Some(NamespacePhase::Absent)));
        let list = |group: &str, version: &str, kind: &str, plural: &str| {
            let resource = resource(group, version, kind, plural);
            let objects = Objects::new(client, resource, Some(namespace));
            async move { objects.list().await }
        };
        let found = list("apps", "v1", "Deployment", "deployments").await;
        facts.deployments = facts.read(found).map(|all| all.iter().map(deployment).collect());
        let found = list("", "v1", "Pod", "pods").await;
        facts.pods = facts.read(found).unwrap_or_default().iter().map(pod).collect();
        let found = list("coordination.k8s.io", "v1", "Lease", "leases").await;
        facts.leases = facts.read(found).unwrap_or_default().iter().filter_map(lease).collect();
        let crds = resource(
            "apiextensions.k8s.io",
            "v1",
            "CustomResourceDefinition",
            "customresourcedefinitions",
        );
        let crd = Objects::new(client, crds, None).get(&format!("{}.{GROUP}", kind.plural())).await;
        let crd = facts.read(crd).flatten();
        facts.crd_created = crd.map(|crd| meta(&crd, "creationTimestamp").to_owned());
        facts
    }

    /// What is worth telling people.
    pub(super) fn evidence(&self) -> Vec<String> {
        let deployments = self.deployments.iter().flatten().map(|deployment| {
            let state = if deployment.available { "available" } else { "not available" };
            format!("Deployment {} is {state}", deployment.name)
        });
        let pods = self.pods.iter().filter_map(|pod| {
            let reason = pod.waiting.as_ref()?;
            Some(format!("pod {} waits: {reason}", pod.name))
        });
        let leases = self
            .leases
            .iter()
            .map(|lease| format!("lease {} is held by {}", lease.name, lease.holder));
        deployments.chain(pods).chain(leases).chain(self.unread.iter().cloned()).collect()
    }

    fn read<T>(&mut self, found: Result<T, RequestError>) -> Option<T> {
        found.map_err(|error| self.unread.push(format!("{error}: {}", error.answer()))).ok()
    }
}

fn deployment(object: &Value) -> Deployment {
    let number = |path: &str| object.pointer(path).and_then(Value::as_u64);
    let wanted = number("/spec/replicas").unwrap_or(1);
    let available = number("/status/availableReplicas").unwrap_or(0);
    Deployment {
        name: meta(object, "name").to_owned(),
        available: available >= 1 && available >= wanted.min(1),
    }
}

fn pod(object: &Value) -> Pod {
    let statuses = object.pointer("/status/containerStatuses").and_then(Value::as_array);
    let statuses: Vec<&Value> = statuses.into_iter().flatten().collect();
    let text = |status: &&Value, path: &str| {
        status.pointer(path).and_then(Value::as_str).map(str::to_owned)
    };
    // A pod that is being created says so; that passes.
    let waiting = statuses
        .iter()
        .filter_map(|status| text(status, "/state/waiting/reason"))
        .find(|reason| reason != "ContainerCreating" && reason != "PodInitializing");
    let started = statuses.iter().filter_map(|status| text(status, "/state/running/startedAt"));
    Pod {
        name: meta(object, "name").to_owned(),
        started: started.max().unwrap_or_default(),
        waiting,
    }
}

fn lease(object: &Value) -> Option<Lease> {
    let holder = object.pointer("/spec/holderIdentity").and_then(Value::as_str)?;
    Some(Lease { name: meta(object, "name").to_owned(), holder: holder.to_owned() })
        .filter(|lease| !lease.holder.is_empty())
}
