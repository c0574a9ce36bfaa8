//! One reconcile: look, plan, write.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;
use tracing::{Instrument, debug, info, info_span, warn};

use super::counters::kind;
use super::execute::{Executor, Stop};
use super::report::{Report, Trigger};
use super::snapshot::{Begin, complete};
use super::state::Shared;
use super::{Cluster, ClusterError, failure};
use crate::names::NetworkKey;
use crate::plan::{Observed, Plan, Wake, Write, plan};

/// How a reconcile ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum End {
    /// Everything was done that was to be done now.
    Settled(Wake),
    /// Another network has the NAD; the key is woken when that is done.
    Busy,
    /// The plan was made for another state of things.
    Stale(String),
    /// The cluster did not do something.
    Failed(ClusterError),
}

/// What a reconcile came to.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) end: End,
    pub(super) report: Report,
    /// Until when something other than the cache was believed, if anything was.
    pub(super) until: Option<Duration>,
}

/// Reconciles one network, within the time for it.
pub(super) async fn reconcile<C: Cluster>(
    cluster: Arc<C>,
    shared: Arc<Shared>,
    key: Arc<NetworkKey>,
    trigger: Trigger,
) -> Run {
    let span = info_span!("reconcile", network = %key, ?trigger);
    let mut run = Run { end: End::Busy, report: Report::new(trigger), until: None };
    let limit = shared.options.reconcile_timeout;
    let executor = Executor { cluster: &*cluster, shared: &shared, key: &key };
    let work = timeout(limit, work(&executor, &mut run)).instrument(span).await;
    run.end = work.unwrap_or_else(|_| {
        shared.lock().counters.timeouts += 1;
        End::Failed(ClusterError::Transient(format!("not done within {limit:?}")))
    });
    run
}

async fn work<C: Cluster>(executor: &Executor<'_, C>, run: &mut Run) -> End {
    match observe(executor, run).await {
        Err(end) => end,
        Ok(observed) => {
            let plan = plan(&observed, &executor.shared.options.plan);
            debug!(row = plan.row.number(), writes = plan.writes.len(), "planned");
            run.report.planned(plan.row, &plan.passed);
            let end = carry_out(executor, &plan, run).await;
            if let End::Failed(error) = &end {
                tell(executor, &observed, error, run).await;
            }
            end
        }
    }
}

/// Looks at the network until all is known that a plan depends on.
async fn observe<C: Cluster>(executor: &Executor<'_, C>, run: &mut Run) -> Result<Observed, End> {
    let shared = executor.shared;
    loop {
        let now = shared.now();
        let begin = shared.lock().begin(now, executor.key);
        let snapshot = match begin {
            Begin::Unserved => return Err(End::Settled(Wake::Events)),
            Begin::Busy => return Err(End::Busy),
            Begin::Read(nad) => {
                executor.read(&nad).await.map_err(End::from)?;
                continue;
            }
            Begin::Plan(snapshot) => snapshot,
        };
        let mut observed = snapshot.observe(&shared.options);
        let mut state = shared.lock();
        let until = complete(&mut state, now, &mut observed);
        run.until = snapshot.until.into_iter().chain(until).min();
        run.report.note_contest(&observed.contest);
        return Ok(observed);
    }
}

/// A failed delete does not stop what follows, since it concerns another NAD, except for the
/// removal of the finalizer; any other failure does.
async fn carry_out<C: Cluster>(executor: &Executor<'_, C>, plan: &Plan, run: &mut Run) -> End {
    let mut end = End::Settled(plan.wake);
    for write in &plan.writes {
        let failed = !matches!(end, End::Settled(_));
        if failed && matches!(write, Write::RemoveFinalizer { .. }) {
            break;
        }
        match executor.write(write).await {
            Ok(()) => done(executor, write, run),
            Err(Stop::Wait) => break,
            Err(stop) => match write {
                Write::Warn(_) => warn!(?stop, "no event was recorded"),
                Write::DeleteNad { .. } => end = stop.into(),
                _ => return stop.into(),
            },
        }
    }
    end
}

fn done<C: Cluster>(executor: &Executor<'_, C>, write: &Write, run: &mut Run) {
    run.report.writes += 1;
    executor.shared.lock().counters.write(write);
    match write {
        Write::DeleteNad { key, .. } => info!(write = kind(write), nad = %key, "written"),
        Write::ApplyNad { desired, .. } => {
            info!(write = kind(write), nad = %desired.key, "written");
        }
        Write::SetCondition { condition, .. } => {
            let reason = &condition.reason;
            info!(write = kind(write), status = %condition.status, %reason, "written");
        }
        Write::AddFinalizer { .. } | Write::RemoveFinalizer { .. } | Write::Warn(_) => {
            info!(write = kind(write), "written");
        }
    }
}

/// Lets the condition tell of a failure that people have to know of.
async fn tell<C: Cluster>(
    executor: &Executor<'_, C>,
    observed: &Observed,
    error: &ClusterError,
    run: &mut Run,
) {
    let shared = executor.shared;
    let before = shared.lock().backoffs.get(executor.key).map_or(0, |backoff| backoff.attempts);
    let condition =
        failure::condition(observed, &shared.options.plan, error, before.saturating_add(1));
    if let Some(write) = condition {
        match executor.write(&write).await {
            Ok(()) => done(executor, &write, run),
            Err(stop) => debug!(?stop, "the condition was not written"),
        }
    }
}

impl From<Stop> for End {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Stale(why) => Self::Stale(why),
            // Who waits is woken by the event.
            Stop::Wait => Self::Settled(Wake::Events),
            Stop::Failed(error) => Self::Failed(error),
        }
    }
}
