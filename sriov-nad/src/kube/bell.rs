use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::{BoxStream, SelectAll};
use kube::runtime::WatchStreamExt;
use kube::runtime::watcher::watch_object;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::objects::Objects;

/// Rings when one of the watched objects may have changed, and from time to time in case a watch
/// has died. What changed is read live afterwards: a watch tells when to look, not what is there.
pub(super) struct Bell {
    changes: SelectAll<BoxStream<'static, ()>>,
    recheck: Interval,
}

impl Bell {
    pub(super) fn new(recheck: Duration) -> Self {
        let mut recheck = interval_at(Instant::now() + recheck, recheck);
        recheck.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { changes: SelectAll::new(), recheck }
    }

    /// Watches one more object, whether or not it exists.
    pub(super) fn watch(&mut self, objects: &Objects, name: &str) {
        let changes = watch_object(objects.api(), name).default_backoff();
        self.changes.push(changes.map(|_| ()).boxed());
    }

    pub(super) async fn ring(&mut self) {
        tokio::select! {
            Some(()) = self.changes.next() => {}
            _ = self.recheck.tick() => {}
        }
    }
}
