//! A Lease, so that of several replicas one works. It saves requests and keeps logs quiet, no more:
//! every write of the engine is guarded by uid and resource version, so that two holders at a time
//! do no harm.

use std::time::Duration;

use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{MicroTime, ObjectMeta};
use k8s_openapi::jiff::Timestamp;
use kube::api::PostParams;
use kube::{Api, Client, Error};
use tokio::time::{Instant, sleep, timeout};

const NAME: &str = "nad-controller";
/// How long a holder that says nothing is believed; client-go's default.
const DURATION: Duration = Duration::from_secs(15);
/// How long a holder that cannot renew goes on: less than others wait.
const RENEW: Duration = Duration::from_secs(10);
/// Between tries, and for each of them.
const RETRY: Duration = Duration::from_secs(2);

/// The Lease, as this process sees it.
pub(crate) struct Election {
    api: Api<Lease>,
    me: String,
    /// The Lease as it was seen last, and since when: clocks of other machines are not trusted.
    seen: Option<(Lease, Instant)>,
}

impl Election {
    /// `me` has to be different for each process.
    pub(crate) fn new(client: Client, namespace: &str, me: String) -> Self {
        Self { api: Api::namespaced(client, namespace), me, seen: None }
    }

    /// Waits until the Lease is ours.
    pub(crate) async fn acquire(&mut self) {
        tracing::info!(lease = NAME, "waiting for the lease");
        while !self.try_hold().await {
            sleep(RETRY).await;
        }
        tracing::info!(lease = NAME, identity = self.me, "lease acquired");
    }

    /// Renews the Lease; ends when it is lost.
    pub(crate) async fn keep(&mut self) {
        let mut renewed = Instant::now();
        while renewed.elapsed() < RENEW {
            sleep(RETRY).await;
            if self.try_hold().await {
                renewed = Instant::now();
            }
        }
        tracing::error!(lease = NAME, "lease lost");
    }

    /// Lets the next one have it at once.
    pub(crate) async fn release(&mut self) {
        if let Some((mut lease, _)) = self.seen.take()
            && self.is_mine(&lease)
        {
            let spec = lease.spec.get_or_insert_default();
            spec.holder_identity = None;
            let params = PostParams::default();
            let replaced = self.api.replace(NAME, &params, &lease);
            if let Ok(Err(error)) = timeout(RETRY, replaced).await {
                tracing::debug!(%error, "lease not released");
            }
        }
    }

    /// One try to take or renew it, within the time of one.
    async fn try_hold(&mut self) -> bool {
        match timeout(RETRY, self.hold()).await {
            Ok(Ok(held)) => held,
            Ok(Err(error)) => {
                tracing::warn!(%error, "lease not updated");
                false
            }
            Err(_) => {
                tracing::warn!("lease not updated in time");
                false
            }
        }
    }

    async fn hold(&mut self) -> Result<bool, Error> {
        let Some(lease) = self.api.get_opt(NAME).await? else {
            let first = self.taken(None);
            return self.settle(self.api.create(&PostParams::default(), &first).await);
        };
        if !self.is_mine(&lease) && self.is_held(&lease) {
            return Ok(false);
        }
        let next = self.taken(Some(lease));
        self.settle(self.api.replace(NAME, &PostParams::default(), &next).await)
    }

    /// A conflict means that another one was faster.
    fn settle(&mut self, written: Result<Lease, Error>) -> Result<bool, Error> {
        match written {
            Ok(lease) => {
                self.seen = Some((lease, Instant::now()));
                Ok(true)
            }
            Err(Error::Api(status)) if status.code == 409 => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn is_mine(&self, lease: &Lease) -> bool {
        lease.spec.as_ref().is_some_and(|spec| spec.holder_identity.as_ref() == Some(&self.me))
    }

    /// Whether somebody holds it: there is a holder, and the Lease changed not long ago.
    fn is_held(&mut self, lease: &Lease) -> bool {
        let spec = lease.spec.clone().unwrap_or_default();
        if spec.holder_identity.is_none_or(|holder| holder.is_empty()) {
            return false;
        }
        let told = spec.lease_duration_seconds.and_then(|seconds| u64::try_from(seconds).ok());
        let duration = told.map_or(DURATION, Duration::from_secs);
        match &self.seen {
            Some((seen, since)) if seen == lease => since.elapsed() < duration,
            _ => {
                self.seen = Some((lease.clone(), Instant::now()));
                true
            }
        }
    }

    /// The Lease with this process as its holder.
    fn taken(&self, lease: Option<Lease>) -> Lease {
        let mine = lease.as_ref().is_some_and(|lease| self.is_mine(lease));
        let mut lease = lease.unwrap_or_else(|| Lease {
            metadata: ObjectMeta { name: Some(NAME.to_owned()), ..ObjectMeta::default() },
            ..Lease::default()
        });
        let old = lease.spec.take().unwrap_or_default();
        let now = MicroTime(Timestamp::now());
        lease.spec = Some(LeaseSpec {
            holder_identity: Some(self.me.clone()),
            lease_duration_seconds: i32::try_from(DURATION.as_secs()).ok(),
            acquire_time: if mine { old.acquire_time.clone() } else { Some(now.clone()) },
            renew_time: Some(now),
            lease_transitions: Some(old.lease_transitions.unwrap_or(0) + i32::from(!mine)),
            ..old
        });
        lease
    }
}
