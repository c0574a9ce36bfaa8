//! What follows from the end of a reconcile: when the next one is.

use std::sync::Arc;
use std::time::Duration;

use tracing::{debug, warn};

use super::backoff::{CAP, CAP_TERMINATING};
use super::reconcile::{End, Run};
use super::report::{Report, Trigger};
use super::state::State;
use super::{ClusterError, Source};
use crate::names::NetworkKey;
use crate::plan::Wake;

/// A key that waits for its turn is looked at again after this, should nobody tell it.
const TURN: Duration = Duration::from_secs(5);
/// What the API server does not accept is tried again rarely: the network has to change.
const INVALID: Duration = Duration::from_mins(10);
/// A time shorter than this is never cut short: what is waited for takes that long.
const SHORT: Duration = Duration::from_mins(1);

/// When a key is looked at again, and why.
type Again = Option<(Duration, Trigger)>;

impl State {
    /// A reconcile ended by itself.
    pub(super) fn finish(&mut self, now: Duration, key: &Arc<NetworkKey>, run: Run) {
        let Run { end, mut report, until } = run;
        let mut hold = None;
        let again = match end {
            End::Busy => Some((now + TURN, Trigger::Turn)),
            End::Settled(wake) => {
                self.backoffs.remove(key);
                self.counters.success = Some(now);
                self.settled(now, wake, until)
            }
            End::Stale(why) => {
                debug!(network = %key, why, "planned for another state");
                report.trouble().error = Some(format!("the plan was out of date: {why}"));
                Some((now + self.back_off(key, CAP), Trigger::Retry))
            }
            End::Failed(error) => {
                warn!(network = %key, %error, "not reconciled");
                report.trouble().error = Some(error.to_string());
                let wait = self.wait_after(key, &error);
                hold = matches!(error, ClusterError::TooMany { .. }).then_some(now + wait);
                Some((now + wait, Trigger::Retry))
            }
        };
        if let Some(row) = report.row {
            *self.counters.reconciles.entry(row).or_default() += 1;
        }
        self.end(now, key, report, again);
        if let Some(until) = hold {
            self.queue.hold(key, until);
        }
    }

    /// A reconcile panicked or was aborted.
    pub(super) fn crash(&mut self, now: Duration, key: &Arc<NetworkKey>, why: &str) {
        warn!(network = %key, why, "reconcile ended from outside");
        let mut report = Report::new(Trigger::Retry);
        report.trouble().error = Some(why.to_owned());
        let again = now + self.back_off(key, CAP);
        self.end(now, key, report, Some((again, Trigger::Retry)));
    }

    fn settled(&mut self, now: Duration, wake: Wake, until: Option<Duration>) -> Again {
        let planned = match wake {
            Wake::Events => None,
            Wake::Within(time) if time < SHORT => {
                Some(now + self.rng.between(time, time.saturating_add(time / 5)))
            }
            Wake::Within(time) => Some(now + self.rng.about(time)),
        };
        planned.into_iter().chain(until).min().map(|due| (due, Trigger::Recheck))
    }

    fn wait_after(&mut self, key: &Arc<NetworkKey>, error: &ClusterError) -> Duration {
        match error {
            ClusterError::Invalid(_) => {
                self.back_off(key, CAP);
                self.rng.about(INVALID)
            }
            ClusterError::NamespaceTerminating => self.back_off(key, CAP_TERMINATING),
            ClusterError::TooMany { retry_after } => {
                let asked = retry_after.unwrap_or_default();
                self.back_off(key, CAP).max(self.rng.between(asked, asked + asked / 5))
            }
            _ => self.back_off(key, CAP),
        }
    }

    fn back_off(&mut self, key: &Arc<NetworkKey>, cap: Duration) -> Duration {
        self.backoffs.entry(Arc::clone(key)).or_default().fail(cap, &mut self.rng)
    }

    fn end(&mut self, now: Duration, key: &Arc<NetworkKey>, mut report: Report, again: Again) {
        self.counters.completion = Some(now);
        self.queue.done(key, again);
        let next: Vec<_> = self.turns.end(key).into_iter().collect();
        self.wake(next, now, Trigger::Turn);
        if let Some(first) = &mut self.first {
            first.remove(key);
        }
        if let Some(backoff) = self.backoffs.get(key) {
            report.trouble().attempts = backoff.attempts;
        }
        let known = self.reports.get(key).and_then(Report::fight);
        if let Some(manager) = report.fight().filter(|now| Some(*now) != known) {
            warn!(network = %key, manager, "every write is reverted");
            self.counters.fight(manager);
        }
        if self.is_over(key, again) {
            self.forget(key);
        } else {
            self.reports.insert(Arc::clone(key), report);
        }
    }

    /// Whether the network is gone, and everything of it.
    fn is_over(&self, key: &NetworkKey, again: Again) -> bool {
        let known = self.cache.is_complete(Source::Networks(key.kind));
        known && again.is_none() && self.cache.network_at(key).is_none()
    }

    fn forget(&mut self, key: &NetworkKey) {
        self.backoffs.remove(key);
        self.reports.remove(key);
        self.absent.remove(key);
        self.nads.forget(key);
    }
}
