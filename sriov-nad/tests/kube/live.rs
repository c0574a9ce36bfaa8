//! Engine, cluster and watches together, over the fake API server and tokio's paused clock.

use std::time::Duration;

use kube::Client;
use serde_json::{Value, json};
use sriov_nad::engine::{Handle, Options};
use sriov_nad::kube::Controller;
use sriov_nad::names::{GROUP, NetworkKey, NetworkKind};
use sriov_nad::plan::PlanOptions;
use sriov_nad::sim::{ApiServer, Fault, Matcher, Resource, Rule, Verb};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

const NADS: &str = "network-attachment-definitions";

struct World {
    server: ApiServer,
    handle: Handle,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

fn server() -> ApiServer {
    let server = ApiServer::new();
    for namespace in ["operator", "shop"] {
        server.create_namespace(namespace).unwrap();
    }
    server
}

fn start(server: ApiServer) -> World {
    let client = Client::new(server.service(), "default");
    let plan = PlanOptions { operator_namespace: "operator".to_owned(), ..PlanOptions::default() };
    let (controller, handle) = Controller::new(client, Options { plan, ..Options::default() });
    let (stop, stopped) = oneshot::channel();
    let task = tokio::spawn(controller.run(async move { drop(stopped.await) }));
    World { server, handle, stop, task }
}

impl World {
    fn create(&self, kind: NetworkKind, name: &str) -> Value {
        let network = json!({
            "apiVersion": format!("{GROUP}/v1"), "kind": kind.as_str(),
            "metadata": { "name": name, "namespace": "operator" },
            "spec": { "resourceName": "cx6", "networkNamespace": "shop" },
        });
        self.server.create(&network).unwrap()
    }

    fn nad(&self, name: &str) -> Option<Value> {
        self.server.get(NADS, "shop", name)
    }

    fn condition(&self, kind: NetworkKind, name: &str) -> Value {
        let network = self.server.get(kind.plural(), "operator", name).unwrap();
        network["status"]["conditions"][0].clone()
    }

    /// The time until something holds.
    async fn within(&self, limit: Duration, holds: impl Fn(&Self) -> bool) -> Duration {
        let begin = Instant::now();
        while !holds(self) {
            assert!(begin.elapsed() < limit, "not within {limit:?}: {:?}", self.handle.health());
            sleep(Duration::from_millis(10)).await;
        }
        begin.elapsed()
    }

    async fn ready(&self) {
        self.within(Duration::from_secs(10), |world| world.handle.health().is_ready()).await;
    }
}

#[tokio::test(start_paused = true)]
async fn every_kind_gets_its_nad_and_its_condition() {
    let world = start(server());
    world.ready().await;
    for kind in NetworkKind::ALL {
        let name = kind.plugin();
        let network = world.create(kind, name);
        world.within(Duration::from_secs(1), |world| world.nad(name).is_some()).await;
        let ready = |world: &World| world.condition(kind, name)["status"] == "True";
        world.within(Duration::from_secs(1), ready).await;
        let condition = world.condition(kind, name);
        assert_eq!(condition["observedGeneration"], network["metadata"]["generation"]);
        assert_eq!(condition["reason"], "NetworkReady");
        let config = world.nad(name).unwrap()["spec"]["config"].as_str().unwrap().to_owned();
        assert!(config.contains(&format!("\"type\": \"{}\"", kind.plugin())), "{config}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_nad_beside_its_network_refers_to_it() {
    let world = start(server());
    let network = world.server.create(&json!({
        "apiVersion": format!("{GROUP}/v1"), "kind": "SriovNetwork",
        "metadata": { "name": "fast", "namespace": "shop" }, "spec": { "resourceName": "cx6" },
    }));
    let uid = network.unwrap()["metadata"]["uid"].clone();
    world.within(Duration::from_secs(10), |world| world.nad("fast").is_some()).await;
    sleep(Duration::from_secs(10)).await;
    let nad = world.nad("fast").unwrap();
    assert_eq!(nad["metadata"]["ownerReferences"][0]["uid"], uid, "{nad:#}");
    let key = NetworkKey::new(NetworkKind::Sriov, "shop", "fast");
    let last = world.handle.last(&key).unwrap();
    assert_eq!(last.error, None);
    let applies =
        world.server.faults().requests().count(|it| it.resource == NADS && it.verb == Verb::Apply);
    assert_eq!(applies, 1, "{last:?}");
}

#[tokio::test(start_paused = true)]
async fn a_deleted_network_takes_its_nad_along() {
    let world = start(server());
    world.create(NetworkKind::Sriov, "a");
    world.within(Duration::from_secs(10), |world| world.nad("a").is_some()).await;
    world.server.delete("sriovnetworks", "operator", "a").unwrap();
    let gone = |world: &World| {
        world.nad("a").is_none() && world.server.list("sriovnetworks", "").is_empty()
    };
    world.within(Duration::from_secs(2), gone).await;
}

#[tokio::test(start_paused = true)]
async fn a_kind_that_comes_late_is_found() {
    let server = server();
    server.unregister("ovsnetworks");
    let world = start(server);
    world.create(NetworkKind::Sriov, "a");
    world.within(Duration::from_secs(10), |world| world.nad("a").is_some()).await;
    sleep(Duration::from_mins(10)).await;
    let health = world.handle.health();
    assert!(health.is_live(), "{health:?}");
    assert!(health.not_ready.iter().all(|reason| reason.contains("OVSNetwork")), "{health:?}");
    assert!(!health.is_ready());
    world.server.register(Resource::network(NetworkKind::Ovs));
    world.create(NetworkKind::Ovs, "b");
    world.within(Duration::from_mins(2), |world| world.nad("b").is_some()).await;
    world.ready().await;
}

#[tokio::test(start_paused = true)]
async fn a_silent_watch_is_noticed() {
    let world = start(server());
    world.ready().await;
    for source in ["sriovnetworks", NADS] {
        world.server.faults().silence_watches(source, true);
    }
    world.create(NetworkKind::Sriov, "a");
    sleep(Duration::from_mins(1)).await;
    assert!(world.nad("a").is_none(), "the watch is silent");
    // Watches that are begun anew tell again.
    for source in ["sriovnetworks", NADS] {
        world.server.faults().drop_watches(source);
        world.server.faults().silence_watches(source, false);
    }
    world.within(Duration::from_mins(6), |world| world.nad("a").is_some()).await;
    assert!(world.handle.health().is_live());
}

#[tokio::test(start_paused = true)]
async fn what_is_missed_between_two_watches_is_seen_in_the_next_list() {
    let world = start(server());
    world.create(NetworkKind::Sriov, "a");
    world.within(Duration::from_secs(10), |world| world.nad("a").is_some()).await;
    // Too old a version, and meanwhile the NAD goes.
    world.server.faults().expire_watches(NADS);
    world.server.delete(NADS, "shop", "a").unwrap();
    world.server.compact();
    world.within(Duration::from_mins(1), |world| world.nad("a").is_some()).await;
}

#[tokio::test(start_paused = true)]
async fn forbidden_lists_are_told_by_kind() {
    let server = server();
    let denied = sriov_nad::sim::ApiError::new(403, "Forbidden", "no list for you");
    let lists = Matcher::new().verb(Verb::List).resource("namespaces");
    server.faults().add(Rule::new(lists, Fault::Fail(denied)));
    let world = start(server);
    sleep(Duration::from_secs(20)).await;
    let reasons = world.handle.health().not_ready.join("\n");
    assert!(reasons.contains("Namespace") && reasons.contains("no list for you"), "{reasons}");
    world.server.faults().clear();
    world.within(Duration::from_mins(2), |world| world.handle.health().is_ready()).await;
}

#[tokio::test(start_paused = true)]
async fn the_end_leaves_finalizers_where_they_are() {
    let world = start(server());
    world.create(NetworkKind::Sriov, "a");
    world.within(Duration::from_secs(10), |world| world.nad("a").is_some()).await;
    world.stop.send(()).unwrap();
    timeout(Duration::from_secs(20), world.task).await.unwrap().unwrap();
    let network = world.server.get("sriovnetworks", "operator", "a").unwrap();
    let finalizer = PlanOptions::default().finalizer;
    assert_eq!(network["metadata"]["finalizers"], json!([finalizer]));
}
