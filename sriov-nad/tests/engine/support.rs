use std::time::Duration;

use sriov_nad::engine::{Engine, Handle, Options};
use sriov_nad::names::{NadKey, NetworkKey};
use sriov_nad::plan::{NamespacePhase, PlanOptions};
use sriov_nad::spec::Network;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::world::World;

pub(crate) const OPERATOR: &str = "operator";

pub(crate) fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

pub(crate) fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

pub(crate) fn options() -> Options {
    let plan = PlanOptions { operator_namespace: OPERATOR.to_owned(), ..PlanOptions::default() };
    Options { plan, ..Options::default() }
}

/// A network of the operator's namespace, with its NAD in another one.
pub(crate) fn network(name: &str, target: &str, vlan: u16) -> Network {
    Network::parse(&format!(
        "{{ apiVersion: sriovnetwork.openshift.io/v1, kind: SriovNetwork,
            metadata: {{ name: {name}, namespace: {OPERATOR} }},
            spec: {{ resourceName: cx6, networkNamespace: {target}, vlan: {vlan} }} }}"
    ))
    .unwrap()
}

/// A network with its NAD beside it.
pub(crate) fn local(namespace: &str, name: &str) -> Network {
    Network::parse(&format!(
        "{{ apiVersion: sriovnetwork.openshift.io/v1, kind: SriovNetwork,
            metadata: {{ name: {name}, namespace: {namespace} }},
            spec: {{ resourceName: cx6 }} }}"
    ))
    .unwrap()
}

pub(crate) fn at(namespace: &str, name: &str) -> NadKey {
    NadKey::new(namespace, name)
}

/// An engine that runs over a world.
pub(crate) struct Running {
    pub(crate) world: World,
    pub(crate) handle: Handle,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Running {
    /// Over this world, fed with its first lists.
    pub(crate) fn over(world: World, options: Options) -> Self {
        let running = Self::unfed(world, options);
        running.world.list_all();
        running
    }

    /// Not fed with anything yet.
    pub(crate) fn unfed(world: World, options: Options) -> Self {
        let (engine, handle) = Engine::new(world.clone(), options);
        world.connect(&handle);
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move {
            let _ = stopped.await;
        };
        let task = tokio::spawn(engine.run(shutdown));
        Self { world, handle, stop: Some(stop), task }
    }

    /// With one active namespace, `shop`.
    pub(crate) fn new() -> Self {
        let world = World::default();
        world.put_namespace("shop", NamespacePhase::Active);
        Self::over(world, options())
    }

    /// Waits until this holds; how long that took.
    pub(crate) async fn until(&self, what: &str, holds: impl Fn(&World) -> bool) -> Duration {
        let start = self.world.now();
        while !holds(&self.world) {
            let waited = self.world.now().saturating_sub(start);
            assert!(waited < secs(1800), "{what}: {:?}", self.world.calls());
            sleep(millis(5)).await;
        }
        self.world.now().saturating_sub(start)
    }

    pub(crate) async fn until_ready(&self, key: &NetworkKey) -> Duration {
        self.until("ready", |world| world.is_ready(key)).await
    }

    /// Lets the engine end; how long that took.
    pub(crate) async fn stop(mut self) -> Duration {
        let start = self.world.now();
        self.stop.take().unwrap().send(()).unwrap();
        (&mut self.task).await.unwrap();
        self.world.now().saturating_sub(start)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}
