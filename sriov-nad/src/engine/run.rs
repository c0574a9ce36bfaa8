//! The run loop: starts what is due, takes in what ended, keeps watch.

use std::collections::BTreeSet;
use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{AbortHandle, Id, JoinError, JoinSet};
use tokio::time::{sleep_until, timeout_at};
use tracing::{error, info};

use super::handle::Handle;
use super::reconcile::{Run, reconcile};
use super::report::Trigger;
use super::state::{Life, Shared, State};
use super::{Cluster, Options};
use crate::names::{NetworkKey, NetworkKind};

/// The run loop looks at least so often.
const BEAT: Duration = Duration::from_secs(10);
/// How often what is over is forgotten.
const TIDY: Duration = Duration::from_mins(1);

/// Reconciles the networks of a cluster for as long as it [runs](Self::run).
pub struct Engine<C> {
    cluster: Arc<C>,
    shared: Arc<Shared>,
}

impl<C: Cluster> Engine<C> {
    /// An engine over a cluster, and the handle by which it is fed.
    pub fn new(cluster: C, options: Options) -> (Self, Handle) {
        let shared = Arc::new(Shared::new(options));
        let handle = Handle::new(Arc::clone(&shared));
        (Self { cluster: Arc::new(cluster), shared }, handle)
    }

    /// Reconciles until `shutdown` is ready, then lets what is in flight end within
    /// [`Options::shutdown_grace`]. Finalizers stay as they are: the next engine goes on.
    ///
    /// Nothing is begun before every source has completed its first list. A panic, of a reconcile
    /// or of the loop itself, is counted and survived.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime with its time enabled.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let mut shutdown = pin!(shutdown);
        self.shared.set_life(Life::Running);
        let mut stopping = false;
        loop {
            let mut driver = JoinSet::new();
            driver.spawn(drive(Arc::clone(&self.cluster), Arc::clone(&self.shared)));
            let ended = loop {
                tokio::select! {
                    ended = driver.join_next() => break ended,
                    () = &mut shutdown, if !stopping => {
                        stopping = true;
                        self.shared.set_life(Life::Stopping);
                    }
                }
            };
            match ended {
                Some(Err(panic)) if panic.is_panic() => self.shared.recover(),
                _ => break,
            }
        }
        self.shared.set_life(Life::Stopped);
    }
}

impl Shared {
    fn set_life(&self, life: Life) {
        info!(?life, "engine");
        self.feed(|state, now, _| {
            state.life = life;
            state.beat = now;
        });
    }

    /// The run loop looks. Returns whether it is to go on.
    fn beats(&self, now: Duration) -> bool {
        let mut state = self.lock();
        state.beat = now;
        state.life == Life::Running
    }

    /// The run loop panicked, and its workers ended with it.
    fn recover(&self) {
        error!("the run loop panicked and begins anew");
        self.feed(|state, now, _| {
            state.counters.panics += 1;
            let lost: Vec<_> = state.queue.in_flight().map(|(key, _)| Arc::clone(key)).collect();
            for key in lost {
                state.crash(now, &key, "the run loop panicked");
            }
        });
    }
}

/// What runs now.
#[derive(Default)]
struct Workers {
    tasks: JoinSet<Run>,
    keys: HashMap<Id, Worker>,
}

struct Worker {
    key: Arc<NetworkKey>,
    since: Duration,
    task: AbortHandle,
    aborted: bool,
}

/// When things are done that nobody asks for.
struct Chores {
    resync: Duration,
    tidy: Duration,
}

async fn drive<C: Cluster>(cluster: Arc<C>, shared: Arc<Shared>) {
    let mut workers = Workers::default();
    let mut chores = Chores { resync: Duration::MAX, tidy: shared.now() + TIDY };
    loop {
        let now = shared.now();
        if !shared.beats(now) {
            break;
        }
        workers.watch(&shared, now);
        chores.run(&mut shared.lock(), now, &shared.options);
        workers.start(&cluster, &shared, now);
        let next = workers.next_look(&shared, now).min(chores.next());
        tokio::select! {
            () = shared.changed.notified() => {}
            () = sleep_until(shared.instant(next)) => {}
            Some(ended) = workers.tasks.join_next_with_id() => workers.take_in(&shared, ended),
        }
    }
    workers.drain(&shared).await;
}

impl Workers {
    /// Begins what is due, as far as there is room.
    fn start<C: Cluster>(&mut self, cluster: &Arc<C>, shared: &Arc<Shared>, now: Duration) {
        let mut state = shared.lock();
        if !state.may_begin(now) {
            return;
        }
        while state.queue.running() < shared.options.workers.max(1) {
            let Some((key, trigger)) = state.queue.pop(now) else { return };
            let (cluster, shared) = (Arc::clone(cluster), Arc::clone(shared));
            let work = reconcile(cluster, shared, Arc::clone(&key), trigger);
            let task = self.tasks.spawn(work);
            self.keys.insert(task.id(), Worker { key, since: now, task, aborted: false });
        }
    }

    fn take_in(&mut self, shared: &Shared, ended: Result<(Id, Run), JoinError>) {
        let now = shared.now();
        let id = ended.as_ref().map_or_else(JoinError::id, |(id, _)| *id);
        let Some(worker) = self.keys.remove(&id) else { return };
        let mut state = shared.lock();
        match ended {
            Ok((_, run)) => state.finish(now, &worker.key, run),
            Err(error) if error.is_panic() => {
                state.counters.panics += 1;
                let why = panic_text(error);
                state.crash(now, &worker.key, &format!("the reconcile panicked: {why}"));
            }
            Err(_) => state.crash(now, &worker.key, "the reconcile was aborted by the watchdog"),
        }
    }

    /// Aborts what runs for too long. It keeps its place until it has ended: a key never runs twice
    /// at a time.
    fn watch(&mut self, shared: &Shared, now: Duration) {
        let limit = shared.options.reconcile_timeout * 2;
        let late = |worker: &&mut Worker| !worker.aborted && now >= worker.since + limit;
        for worker in self.keys.values_mut().filter(late) {
            error!(network = %worker.key, "reconcile runs for too long and is aborted");
            worker.task.abort();
            worker.aborted = true;
            shared.lock().counters.aborts += 1;
        }
    }

    fn next_look(&self, shared: &Shared, now: Duration) -> Duration {
        let state = shared.lock();
        let room = state.first.is_some() && state.queue.running() < shared.options.workers.max(1);
        let due = state.queue.next_due().filter(|_| room);
        let limit = shared.options.reconcile_timeout * 2;
        let running = self.keys.values().filter(|worker| !worker.aborted);
        let late = running.map(|worker| worker.since + limit).min();
        due.into_iter().chain(late).chain([now + BEAT]).min().unwrap_or(now + BEAT)
    }

    /// Lets what runs end, within a bound.
    async fn drain(&mut self, shared: &Shared) {
        let end = shared.instant(shared.now() + shared.options.shutdown_grace);
        while let Ok(Some(ended)) = timeout_at(end, self.tasks.join_next_with_id()).await {
            self.take_in(shared, ended);
        }
        if !self.keys.is_empty() {
            info!(left = self.keys.len(), "reconciles are cut off by the shutdown");
            self.tasks.shutdown().await;
        }
    }
}

impl Chores {
    fn run(&mut self, state: &mut State, now: Duration, options: &Options) {
        if self.resync == Duration::MAX && state.first.is_some() {
            self.resync = now + state.rng.about(options.resync);
        }
        if now >= self.resync {
            state.resync(now, options.resync / 10);
            self.resync = now + state.rng.about(options.resync);
        }
        if now >= self.tidy {
            state.tidy(now);
            self.tidy = now + TIDY;
        }
    }

    fn next(&self) -> Duration {
        self.resync.min(self.tidy)
    }
}

impl State {
    /// Whether planning may begin: all sources are known. It goes on whatever becomes of them. When
    /// it begins, it is noted which networks there are to be looked at before the engine is ready.
    fn may_begin(&mut self, now: Duration) -> bool {
        if self.first.is_none() && self.sources.are_known(&self.cache) {
            info!("all sources are known, planning begins");
            self.began = Some(now);
            self.first = Some(self.cache.networks().cloned().collect::<BTreeSet<_>>());
        }
        self.first.is_some()
    }

    /// Wakes everything, spread over a while.
    fn resync(&mut self, now: Duration, spread: Duration) {
        let mut all: Vec<_> = self.cache.networks().cloned().collect();
        all.extend(NetworkKind::ALL.into_iter().flat_map(|kind| self.cache.orphans(kind)));
        for key in all {
            let due = now + self.rng.between(Duration::ZERO, spread);
            self.queue.wake(&key, due, Trigger::Resync);
        }
    }

    /// Forgets what is over.
    fn tidy(&mut self, now: Duration) {
        self.ledger.settle(now);
        self.networks.expire(now);
        self.nads.expire(now);
    }
}

fn panic_text(error: JoinError) -> String {
    let payload = error.into_panic();
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default()
}
