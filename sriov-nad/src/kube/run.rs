use std::panic::AssertUnwindSafe;
use std::time::Duration;

use ::kube::Client;
use futures_util::FutureExt;
use serde_json::Value;
use tokio::task::JoinSet;

use super::KubeCluster;
use super::activity::Activity;
use super::watch::{Sink, watch};
use crate::engine::{Change, Engine, Handle, Namespace, Options, Source, Trouble};
use crate::nad::Nad;
use crate::plan::NamespacePhase;
use crate::spec::Network;

/// Keeps a NAD for every network of a cluster, until `shutdown` ends.
///
/// What is in flight then is finished, and finalizers stay. For health and metrics, see
/// [`Controller`].
pub async fn run(client: Client, options: Options, shutdown: impl Future<Output = ()> + Send) {
    Controller::new(client, options).0.run(shutdown).await;
}

/// An engine, its cluster, and the watches it is fed from.
pub struct Controller {
    engine: Engine<KubeCluster>,
    client: Client,
    sources: Vec<Source>,
    handle: Handle,
}

impl Controller {
    /// A controller that has not begun yet, and the handle that tells how it is doing.
    pub fn new(client: Client, options: Options) -> (Self, Handle) {
        let networks = options.kinds.iter().copied().map(Source::Networks);
        let sources = networks.chain([Source::Nads, Source::Namespaces]).collect();
        let cluster = KubeCluster::new(client.clone(), &options.plan);
        let (engine, handle) = Engine::new(cluster, options);
        (Self { engine, client, sources, handle: handle.clone() }, handle)
    }

    /// Works until `shutdown` ends, and then until what is in flight has ended, too.
    pub async fn run(self, shutdown: impl Future<Output = ()> + Send) {
        let mut watches = JoinSet::new();
        for source in self.sources {
            watches.spawn(feed(self.client.clone(), source, self.handle.clone()));
        }
        // The watches go on meanwhile: an answer in flight may concern what they show.
        self.engine.run(shutdown).await;
    }
}

/// Feeds the engine from a source, for ever.
async fn feed(client: Client, source: Source, handle: Handle) {
    loop {
        let watched = AssertUnwindSafe(feed_once(client.clone(), source, &handle)).catch_unwind();
        if watched.await.is_err() {
            // The panic itself is on stderr.
            handle.source_trouble(source, Trouble::Disconnected("the watch panicked".to_owned()));
            tokio::time::sleep(Duration::from_secs(5)).await;
        }
    }
}

async fn feed_once(client: Client, source: Source, handle: &Handle) {
    let alive = handle.clone();
    let activity = Activity::new(move || alive.watch_activity(source));
    match source {
        Source::Networks(kind) => {
            let decode = |value: &Value| Network::from_value(kind, value).ok();
            let sink = Feed { source, handle, pass_on: |change| handle.networks(kind, change) };
            watch(client, source, &activity, decode, &sink).await;
        }
        Source::Nads => {
            let sink = Feed { source, handle, pass_on: |change| handle.nads(change) };
            watch(client, source, &activity, Nad::from_value, &sink).await;
        }
        Source::Namespaces => {
            let sink = Feed { source, handle, pass_on: |change| handle.namespaces(change) };
            watch(client, source, &activity, namespace, &sink).await;
        }
    }
}

/// Where the changes of a source go.
struct Feed<'a, F> {
    source: Source,
    handle: &'a Handle,
    pass_on: F,
}

impl<T, F: Fn(Change<T>)> Sink<T> for Feed<'_, F> {
    fn change(&self, change: Change<T>) {
        (self.pass_on)(change);
    }

    fn trouble(&self, why: Trouble) {
        self.handle.source_trouble(self.source, why);
    }

    fn unreadable(&self, name: &str) {
        self.handle.unreadable(self.source, name);
    }
}

fn namespace(value: &Value) -> Option<Namespace> {
    let name = value.pointer("/metadata/name")?.as_str()?.to_owned();
    let deleting = value.pointer("/metadata/deletionTimestamp").is_some_and(|time| !time.is_null());
    let phase = value.pointer("/status/phase").and_then(Value::as_str);
    let phase = if deleting || phase == Some("Terminating") {
        NamespacePhase::Terminating
    } else {
        NamespacePhase::Active
    };
    Some(Namespace { name, phase })
}
