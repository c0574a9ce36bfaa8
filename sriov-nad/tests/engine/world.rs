//! A small cluster in memory: what it stores, what it refuses, and what it tells the engine.

use std::collections::BTreeMap;
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use sriov_nad::engine::{
    Change, Cluster, ClusterError, FinalizerChange, Handle, Namespace, Source,
};
use sriov_nad::nad::{Desired, Nad, Owner};
use sriov_nad::names::{NadKey, NetworkKey, NetworkKind};
use sriov_nad::plan::{NamespacePhase, Precondition, Warning};
use sriov_nad::spec::{Condition, Network};
use tokio::time::{Instant, sleep};

/// What a call meets instead of an answer.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// It is refused.
    Error(ClusterError),
    /// It happens, but the answer is lost.
    Lost,
    /// It is never answered, and does not happen.
    Hang,
    /// It is answered late.
    Slow(Duration),
    /// The code that sends it panics.
    Panic,
}

type Block = Arc<dyn Fn(&Call) + Send + Sync>;
type Faults = Box<dyn FnMut(&Call) -> Option<Fault> + Send>;

/// A call as the cluster got it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Call {
    pub(crate) at: Duration,
    pub(crate) verb: &'static str,
    pub(crate) object: String,
}

#[derive(Default)]
struct Store {
    networks: BTreeMap<NetworkKey, Network>,
    nads: BTreeMap<NadKey, Nad>,
    namespaces: BTreeMap<String, NamespacePhase>,
    version: u64,
    calls: Vec<Call>,
    faults: Option<Faults>,
    block: Option<Block>,
    /// What should never have been asked for.
    violations: Vec<String>,
    handle: Option<Handle>,
    /// How long the engine's cache is behind.
    lag: Duration,
    /// Sources whose events are lost for now.
    muted: Vec<Source>,
    in_flight: BTreeMap<NetworkKey, u32>,
    most_in_flight: u32,
}

/// The cluster. Clones are the same one.
#[derive(Clone)]
pub(crate) struct World {
    start: Instant,
    store: Arc<Mutex<Store>>,
}

enum Told {
    Network(Change<Network>),
    Nad(Change<Nad>),
    Namespace(Change<Namespace>),
}

impl Default for World {
    fn default() -> Self {
        Self { start: Instant::now(), store: Arc::default() }
    }
}

/// Reads, changes by others, and faults.
impl World {
    fn lock(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap()
    }

    pub(crate) fn now(&self) -> Duration {
        self.start.elapsed()
    }

    /// Faults from now on: whatever it says to a call.
    pub(crate) fn faults(&self, faults: impl FnMut(&Call) -> Option<Fault> + Send + 'static) {
        self.lock().faults = Some(Box::new(faults));
    }

    pub(crate) fn no_faults(&self) {
        self.lock().faults = None;
    }

    /// Runs this on the thread of every call, before anything else.
    pub(crate) fn block(&self, block: impl Fn(&Call) + Send + Sync + 'static) {
        self.lock().block = Some(Arc::new(block));
    }

    pub(crate) fn violations(&self) -> Vec<String> {
        self.lock().violations.clone()
    }

    pub(crate) fn networks(&self) -> Vec<Network> {
        self.lock().networks.values().cloned().collect()
    }

    pub(crate) fn phase(&self, namespace: &str) -> NamespacePhase {
        self.lock().namespaces.get(namespace).copied().unwrap_or(NamespacePhase::Absent)
    }

    pub(crate) fn lag(&self, lag: Duration) {
        self.lock().lag = lag;
    }

    /// The events of these sources are lost from now on.
    pub(crate) fn mute(&self, sources: &[Source]) {
        self.lock().muted = sources.to_vec();
    }

    pub(crate) fn connect(&self, handle: &Handle) {
        self.lock().handle = Some(handle.clone());
    }

    /// The first lists of all sources.
    pub(crate) fn list_all(&self) {
        for kind in NetworkKind::ALL {
            self.list(Source::Networks(kind));
        }
        self.list(Source::Nads);
        self.list(Source::Namespaces);
    }

    pub(crate) fn list(&self, source: Source) {
        let store = self.lock();
        let handle = store.handle.clone().unwrap();
        let (networks, nads) = (store.networks.clone(), store.nads.clone());
        let namespaces = store.namespaces.clone();
        drop(store);
        match source {
            Source::Networks(kind) => {
                let ours = networks.into_values().filter(|network| network.key.kind == kind);
                feed_list(ours, |change| handle.networks(kind, change));
            }
            Source::Nads => feed_list(nads.into_values(), |change| handle.nads(change)),
            Source::Namespaces => {
                let all = namespaces.into_iter().map(|(name, phase)| Namespace { name, phase });
                feed_list(all, |change| handle.namespaces(change));
            }
        }
    }

    pub(crate) fn network(&self, key: &NetworkKey) -> Option<Network> {
        self.lock().networks.get(key).cloned()
    }

    pub(crate) fn nads(&self) -> Vec<Nad> {
        self.lock().nads.values().cloned().collect()
    }

    pub(crate) fn nad_at(&self, key: &NadKey) -> Option<Nad> {
        self.lock().nads.get(key).cloned()
    }

    /// The reason of the condition, and the generation it speaks of.
    pub(crate) fn reason(&self, key: &NetworkKey) -> Option<String> {
        let network = self.network(key)?;
        network.condition("Ready").map(|condition| condition.reason.clone())
    }

    pub(crate) fn is_ready(&self, key: &NetworkKey) -> bool {
        let generation = self.network(key).map(|network| network.meta.generation);
        let condition = self.network(key).and_then(|it| it.condition("Ready").cloned());
        condition.is_some_and(|it| it.status == "True" && it.observed_generation == generation)
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.lock().calls.clone()
    }

    pub(crate) fn writes(&self) -> Vec<Call> {
        let read = |call: &Call| call.verb.starts_with("read");
        self.calls().into_iter().filter(|call| !read(call)).collect()
    }

    pub(crate) fn forget_calls(&self) {
        self.lock().calls.clear();
    }

    /// How many reconciles of one network were seen at a time at most.
    pub(crate) fn most_in_flight(&self) -> u32 {
        self.lock().most_in_flight
    }

    pub(crate) fn put_namespace(&self, name: &str, phase: NamespacePhase) {
        let mut store = self.lock();
        store.namespaces.insert(name.to_owned(), phase);
        let namespace = Namespace { name: name.to_owned(), phase };
        store.tell(Told::Namespace(Change::Applied(namespace)));
    }

    pub(crate) fn drop_namespace(&self, name: &str) {
        let mut store = self.lock();
        let phase = store.namespaces.remove(name).unwrap();
        let there: Vec<_> =
            store.nads.keys().filter(|key| key.namespace == name).cloned().collect();
        for key in there {
            let nad = store.nads.remove(&key).unwrap();
            store.tell(Told::Nad(Change::Deleted(nad)));
        }
        let namespace = Namespace { name: name.to_owned(), phase };
        store.tell(Told::Namespace(Change::Deleted(namespace)));
    }

    /// Creates a network, or changes its spec.
    pub(crate) fn put_network(&self, mut network: Network) -> NetworkKey {
        let mut store = self.lock();
        let version = store.next_version();
        let key = network.key.clone();
        if let Some(known) = store.networks.get(&key) {
            network.meta = known.meta.clone();
            network.conditions.clone_from(&known.conditions);
        } else {
            network.meta.uid = format!("uid-{version}");
            network.meta.created =
                format!("2026-01-01T00:{:02}:{:02}Z", version / 60, version % 60);
        }
        network.meta.generation += 1;
        network.meta.resource_version = version.to_string();
        store.save_network(network);
        key
    }

    pub(crate) fn strip_finalizers(&self, key: &NetworkKey) {
        let mut store = self.lock();
        let mut network = store.networks.get(key).unwrap().clone();
        network.meta.finalizers.clear();
        network.meta.resource_version = store.next_version().to_string();
        store.save_network(network);
    }

    /// Deletes a network; with finalizers it is deleting only.
    pub(crate) fn delete_network(&self, key: &NetworkKey) {
        let mut store = self.lock();
        let mut network = store.networks.get(key).unwrap().clone();
        network.meta.deleting = true;
        network.meta.resource_version = store.next_version().to_string();
        store.save_network(network);
    }

    /// Changes or creates a NAD, as another manager.
    pub(crate) fn edit_nad(&self, key: &NadKey, edit: impl FnOnce(&mut Nad)) {
        let mut store = self.lock();
        let version = store.next_version();
        let mut nad = store.nads.get(key).cloned().unwrap_or_else(|| Nad {
            key: key.clone(),
            uid: format!("uid-{version}"),
            resource_version: String::new(),
            deleting: false,
            owner: Owner::None,
            owner_uids: Vec::new(),
            resource_name: None,
            config: String::new(),
            managers: Vec::new(),
        });
        nad.managers.retain(|manager| manager != "someone");
        nad.managers.insert(0, "someone".to_owned());
        edit(&mut nad);
        nad.resource_version = version.to_string();
        store.save_nad(nad);
    }

    pub(crate) fn remove_nad(&self, key: &NadKey) {
        let mut store = self.lock();
        let nad = store.nads.remove(key).unwrap();
        store.tell(Told::Nad(Change::Deleted(nad)));
    }

    /// What a call meets; it is logged before anything else happens.
    async fn arrive(&self, verb: &'static str, object: &str) -> Result<bool, ClusterError> {
        let call = Call { at: self.now(), verb, object: object.to_owned() };
        let block = self.lock().block.clone();
        if let Some(block) = block {
            block(&call);
        }
        let fault = {
            let mut store = self.lock();
            store.calls.push(call.clone());
            store.faults.as_mut().and_then(|faults| faults(&call))
        };
        match fault {
            None => Ok(false),
            Some(Fault::Error(error)) => Err(error),
            Some(Fault::Lost) => Ok(true),
            Some(Fault::Hang) => pending().await,
            Some(Fault::Slow(time)) => {
                sleep(time).await;
                Ok(false)
            }
            Some(Fault::Panic) => panic!("the call panics"),
        }
    }

    async fn answer<T>(&self, lost: bool, answer: T) -> Result<T, ClusterError> {
        if lost {
            pending::<()>().await;
        }
        Ok(answer)
    }

    fn enter(&self, key: &NetworkKey) -> Entered {
        let mut store = self.lock();
        let count = store.in_flight.entry(key.clone()).or_default();
        *count += 1;
        let count = *count;
        store.most_in_flight = store.most_in_flight.max(count);
        Entered(self.clone(), key.clone())
    }
}

struct Entered(World, NetworkKey);

impl Drop for Entered {
    fn drop(&mut self) {
        if let Ok(mut store) = self.0.store.lock() {
            *store.in_flight.get_mut(&self.1).unwrap() -= 1;
        }
    }
}

fn feed_list<T>(objects: impl Iterator<Item = T>, feed: impl Fn(Change<T>)) {
    feed(Change::Restart);
    objects.for_each(|object| feed(Change::Listed(object)));
    feed(Change::Complete);
}

impl Store {
    fn next_version(&mut self) -> u64 {
        self.version += 1;
        self.version
    }

    fn save_network(&mut self, network: Network) {
        if network.meta.deleting && network.meta.finalizers.is_empty() {
            self.networks.remove(&network.key);
            self.tell(Told::Network(Change::Deleted(network)));
        } else {
            self.networks.insert(network.key.clone(), network.clone());
            self.tell(Told::Network(Change::Applied(network)));
        }
    }

    fn save_nad(&mut self, nad: Nad) {
        self.nads.insert(nad.key.clone(), nad.clone());
        self.tell(Told::Nad(Change::Applied(nad)));
    }

    fn tell(&self, told: Told) {
        let Some(handle) = self.handle.clone() else { return };
        let source = match &told {
            Told::Network(Change::Applied(it) | Change::Deleted(it)) => {
                Source::Networks(it.key.kind)
            }
            Told::Network(_) => return,
            Told::Nad(_) => Source::Nads,
            Told::Namespace(_) => Source::Namespaces,
        };
        if self.muted.contains(&source) {
            return;
        }
        let tell = move || match told {
            Told::Network(change) => {
                let (Change::Applied(it) | Change::Deleted(it)) = &change else { return };
                handle.networks(it.key.kind, change);
            }
            Told::Nad(change) => handle.nads(change),
            Told::Namespace(change) => handle.namespaces(change),
        };
        if self.lag.is_zero() {
            tell();
        } else {
            let lag = self.lag;
            tokio::spawn(async move {
                sleep(lag).await;
                tell();
            });
        }
    }

    fn network_with(&self, key: &NetworkKey, uid: &str) -> Result<Network, ClusterError> {
        let found = self.networks.get(key).filter(|network| network.meta.uid == uid);
        found.cloned().ok_or_else(|| ClusterError::PreconditionFailed(format!("uid of {key}")))
    }

    fn apply(
        &mut self,
        desired: &Desired,
        existing: Option<&Precondition>,
        force: bool,
    ) -> Result<Nad, ClusterError> {
        let key = &desired.key;
        let found = self.nads.get(key).cloned();
        let phase = self.namespaces.get(&key.namespace).copied();
        match (phase, &found) {
            (None | Some(NamespacePhase::Absent), _) => {
                return Err(ClusterError::NotFound(format!("namespace {}", key.namespace)));
            }
            (Some(NamespacePhase::Terminating), None) => {
                return Err(ClusterError::NamespaceTerminating);
            }
            _ => {}
        }
        if let Some(existing) = existing {
            let same = |nad: &Nad| {
                let version = existing.resource_version.as_ref();
                nad.uid == existing.uid && version.is_none_or(|it| *it == nad.resource_version)
            };
            if !found.as_ref().is_some_and(same) {
                return Err(ClusterError::PreconditionFailed(format!("NAD {key}")));
            }
        }
        let others = found.iter().flat_map(|nad| &nad.managers).filter(|it| *it != "sriov-nad");
        let others: Vec<_> = others.cloned().collect();
        if !force && !others.is_empty() {
            return Err(ClusterError::Conflict { managers: others });
        }
        let version = self.next_version();
        let nad = Nad {
            key: key.clone(),
            uid: found.as_ref().map_or_else(|| format!("uid-{version}"), |nad| nad.uid.clone()),
            resource_version: version.to_string(),
            deleting: found.as_ref().is_some_and(|nad| nad.deleting),
            owner: Owner::Network(desired.owner.clone()),
            owner_uids: desired.owner_uid.iter().cloned().collect(),
            resource_name: Some(desired.resource_name.clone()),
            config: desired.config.clone(),
            managers: vec!["sriov-nad".to_owned()],
        };
        self.save_nad(nad.clone());
        Ok(nad)
    }
}

impl Cluster for World {
    async fn network_uid(&self, key: &NetworkKey) -> Result<Option<String>, ClusterError> {
        let lost = self.arrive("read network", &key.to_string()).await?;
        let uid = self.network(key).map(|network| network.meta.uid);
        self.answer(lost, uid).await
    }

    async fn nad(&self, key: &NadKey) -> Result<Option<Nad>, ClusterError> {
        let lost = self.arrive("read nad", &key.to_string()).await?;
        let nad = self.nad_at(key);
        self.answer(lost, nad).await
    }

    async fn apply_nad(
        &self,
        desired: &Desired,
        existing: Option<&Precondition>,
        force: bool,
    ) -> Result<Nad, ClusterError> {
        let _entered = self.enter(&desired.owner);
        let lost = self.arrive("apply nad", &desired.key.to_string()).await?;
        let nad = self.lock().apply(desired, existing, force)?;
        self.answer(lost, nad).await
    }

    async fn delete_nad(
        &self,
        key: &NadKey,
        precondition: &Precondition,
    ) -> Result<(), ClusterError> {
        let lost = self.arrive("delete nad", &key.to_string()).await?;
        {
            let mut store = self.lock();
            if let Some(nad) = store.nads.get(key).cloned() {
                let version = precondition.resource_version.as_ref();
                let same = nad.uid == precondition.uid
                    && version.is_none_or(|it| *it == nad.resource_version);
                if !same {
                    return Err(ClusterError::PreconditionFailed(format!("NAD {key}")));
                }
                if !matches!(nad.owner, Owner::Network(_)) {
                    store.violations.push(format!("deleted {key} of {:?}", nad.owner));
                }
                store.nads.remove(key);
                store.tell(Told::Nad(Change::Deleted(nad)));
            }
        }
        self.answer(lost, ()).await
    }

    async fn patch_finalizer(
        &self,
        key: &NetworkKey,
        change: &FinalizerChange,
    ) -> Result<(), ClusterError> {
        let _entered = self.enter(key);
        let verb = if change.add { "add finalizer" } else { "remove finalizer" };
        let lost = self.arrive(verb, &key.to_string()).await?;
        {
            let mut store = self.lock();
            let mut network = store.network_with(key, &change.uid)?;
            if network.meta.finalizers != change.present {
                return Err(ClusterError::PreconditionFailed(format!("finalizers of {key}")));
            }
            if change.add {
                network.meta.finalizers.push(change.finalizer.clone());
            } else {
                network.meta.finalizers.retain(|it| *it != change.finalizer);
            }
            network.meta.resource_version = store.next_version().to_string();
            store.save_network(network);
        }
        self.answer(lost, ()).await
    }

    async fn apply_condition(
        &self,
        key: &NetworkKey,
        uid: &str,
        condition: &Condition,
    ) -> Result<(), ClusterError> {
        let _entered = self.enter(key);
        let lost = self.arrive("set condition", &key.to_string()).await?;
        {
            let mut store = self.lock();
            let mut network = store.network_with(key, uid)?;
            network.conditions = vec![condition.clone()];
            network.meta.resource_version = store.next_version().to_string();
            store.save_network(network);
        }
        self.answer(lost, ()).await
    }

    async fn warn(&self, key: &NetworkKey, warning: &Warning) -> Result<(), ClusterError> {
        let lost = self.arrive("warn", &format!("{key}: {}", warning.reason)).await?;
        self.answer(lost, ()).await
    }
}
