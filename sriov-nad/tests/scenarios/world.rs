//! A cluster with a controller in it, on a paused clock.

use std::time::Duration;

use kube::Client;
use serde_json::{Value, json};
use sriov_nad::engine::{Handle, Options};
use sriov_nad::kube::Controller;
use sriov_nad::names::NetworkKind;
use sriov_nad::plan::PlanOptions;
use sriov_nad::sim::actors::{Actor, run};
use sriov_nad::sim::{ApiServer, Fault, Matcher, Rule};
use sriov_nad::spec::Network;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep};

pub(crate) const OPERATOR: &str = "operator";
pub(crate) const NADS: &str = "network-attachment-definitions";
pub(crate) const OWNER: &str = "sriovnetwork.openshift.io/owner-ref";
pub(crate) const RESOURCE: &str = "k8s.v1.cni.cncf.io/resourceName";

pub(crate) fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

pub(crate) fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

pub(crate) struct World {
    pub(crate) server: ApiServer,
    pub(crate) options: Options,
    controller: Option<Running>,
    actors: JoinSet<()>,
}

struct Running {
    handle: Handle,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl World {
    /// An empty cluster with the namespaces `operator` and `shop`, and nobody in it.
    pub(crate) fn empty() -> Self {
        let plan =
            PlanOptions { operator_namespace: OPERATOR.to_owned(), ..PlanOptions::default() };
        let options = Options { plan, ..Options::default() };
        let server = ApiServer::new();
        for namespace in [OPERATOR, "shop"] {
            server.create_namespace(namespace).unwrap();
        }
        Self { server, options, controller: None, actors: JoinSet::new() }
    }

    /// The same with a controller that has synced.
    pub(crate) async fn new() -> Self {
        let mut world = Self::empty();
        world.start();
        world.until("ready", secs(5), |world| world.handle().health().is_ready()).await;
        world
    }

    /// Every request takes this long.
    pub(crate) fn latency(&self, latency: Duration) {
        self.server.faults().add(Rule::new(Matcher::new(), Fault::Delay(latency)));
    }

    /// Every write takes this long.
    pub(crate) fn latency_of_writes(&self, latency: Duration) {
        let writes = Matcher::new().writes();
        self.server.faults().add(Rule::new(writes, Fault::Delay(latency)));
    }

    pub(crate) fn start(&mut self) {
        let client = Client::new(self.server.service(), "default");
        let (controller, handle) = Controller::new(client, self.options.clone());
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(controller.run(async move {
            let _ = stopped.await;
        }));
        self.controller = Some(Running { handle, stop, task });
    }

    /// Ends the controller as SIGKILL does: wherever it is.
    pub(crate) async fn kill(&mut self) {
        if let Some(running) = self.controller.take() {
            running.task.abort();
            let _ = running.task.await;
        }
    }

    /// Ends the controller as SIGTERM does.
    pub(crate) async fn stop(&mut self) {
        if let Some(running) = self.controller.take() {
            let _ = running.stop.send(());
            running.task.await.unwrap();
        }
    }

    pub(crate) fn handle(&self) -> &Handle {
        &self.controller.as_ref().expect("a controller runs").handle
    }

    /// Lets somebody else act in the cluster from now on.
    pub(crate) fn join(&mut self, actor: impl Actor + 'static, reaction: Duration) {
        self.actors.spawn(run(actor, self.server.clone(), reaction));
    }

    /// Waits until this holds, and says how long that took.
    pub(crate) async fn until(
        &self,
        what: &str,
        limit: Duration,
        holds: impl Fn(&Self) -> bool,
    ) -> Duration {
        let start = Instant::now();
        while !holds(self) {
            assert!(start.elapsed() < limit, "{what}: not within {limit:?}\n{}", self.story());
            sleep(millis(5)).await;
        }
        start.elapsed()
    }

    /// What a reader of a failure wants to see.
    pub(crate) fn story(&self) -> String {
        let kinds = ["sriovnetworks", "sriovibnetworks", "ovsnetworks", NADS];
        let objects = kinds.iter().flat_map(|kind| self.server.list(kind, ""));
        let mut story: Vec<String> = objects.map(|object| object.to_string()).collect();
        for network in self.server.list("sriovnetworks", "") {
            let key = Network::from_value(NetworkKind::Sriov, &network).unwrap().key;
            let last = self.controller.as_ref().and_then(|running| running.handle.last(&key));
            story.push(format!("{key}: {last:?}"));
        }
        let requests = self.server.faults().requests();
        let writes: Vec<_> = requests.iter().filter(|request| request.verb.is_write()).collect();
        let last = writes.iter().skip(writes.len().saturating_sub(25));
        story.extend(last.map(|request| {
            let object = format!("{} {}/{}", request.resource, request.namespace, request.name);
            format!("{:?} {:?} {object} by {}", request.at, request.verb, request.manager)
        }));
        story.join("\n")
    }

    pub(crate) fn nad(&self, namespace: &str, name: &str) -> Option<Value> {
        self.server.get(NADS, namespace, name)
    }

    pub(crate) fn config(&self, namespace: &str, name: &str) -> Option<Value> {
        let nad = self.nad(namespace, name)?;
        serde_json::from_str(nad["spec"]["config"].as_str()?).ok()
    }

    /// The condition `Ready` of a network.
    pub(crate) fn ready(&self, kind: &str, namespace: &str, name: &str) -> Option<Value> {
        let network = self.server.get(kind, namespace, name)?;
        let conditions = network.pointer("/status/conditions")?.as_array()?;
        conditions.iter().find(|condition| condition["type"] == "Ready").cloned()
    }

    /// Whether the condition speaks of the network as it is now, and is this one.
    pub(crate) fn says(&self, key: (&str, &str, &str), status: &str, reason: &str) -> bool {
        let (kind, namespace, name) = key;
        let Some(network) = self.server.get(kind, namespace, name) else { return false };
        self.ready(kind, namespace, name).is_some_and(|ready| {
            ready["status"] == status
                && ready["reason"] == reason
                && ready["observedGeneration"] == network["metadata"]["generation"]
        })
    }

    pub(crate) fn is_ready(&self, key: (&str, &str, &str)) -> bool {
        self.says(key, "True", "NetworkReady")
    }

    /// Writes by the controller, Events apart.
    pub(crate) fn writes(&self) -> usize {
        self.server.faults().requests().writes_by("sriov-nad")
    }

    /// Writes until it is quiet for a while.
    pub(crate) async fn quiet(&self) {
        let mut before = self.server.with(|store| store.revision());
        loop {
            sleep(secs(40)).await;
            let now = self.server.with(|store| store.revision());
            if now == before {
                return;
            }
            before = now;
        }
    }
}

/// A network of any kind; `target` may be empty.
pub(crate) fn network(kind: &str, namespace: &str, name: &str, target: &str) -> Value {
    let mut network = json!({
        "apiVersion": "sriovnetwork.openshift.io/v1", "kind": kind,
        "metadata": { "namespace": namespace, "name": name },
        "spec": { "resourceName": "cx6" },
    });
    if !target.is_empty() {
        network["spec"]["networkNamespace"] = target.into();
    }
    network
}

/// A SriovNetwork of the operator's namespace.
pub(crate) fn central(name: &str, target: &str) -> Value {
    network("SriovNetwork", OPERATOR, name, target)
}

/// A SriovNetwork of an application's namespace.
pub(crate) fn local(namespace: &str, name: &str) -> Value {
    network("SriovNetwork", namespace, name, "")
}
