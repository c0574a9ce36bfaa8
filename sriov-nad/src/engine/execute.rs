//! One write after the other, each bounded, each remembered.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::time::timeout;

use super::state::{Shared, State};
use super::{Cluster, ClusterError, FinalizerChange};
use crate::nad::{Desired, Nad, Owner};
use crate::names::{NadKey, NetworkKey};
use crate::plan::{Confirm, Precondition, Unowned, Write, drift};
use crate::spec::Condition;

/// Why the rest of a plan is not carried out.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Stop {
    /// The plan was made for another state of things than the cluster has.
    Stale(String),
    /// Something has to go first; the plan says when to look again.
    Wait,
    /// The cluster did not do it.
    Failed(ClusterError),
}

/// Carries out the writes for one network.
pub(super) struct Executor<'a, C> {
    pub(super) cluster: &'a C,
    pub(super) shared: &'a Shared,
    pub(super) key: &'a Arc<NetworkKey>,
}

impl<C: Cluster> Executor<'_, C> {
    /// Carries out one write.
    pub(super) async fn write(&self, write: &Write) -> Result<(), Stop> {
        if self.state(|state, now| state.networks.is_refused(now, self.key, write)) {
            return Err(Stop::Stale("it was refused just now".to_owned()));
        }
        let done = self.send_out(write).await;
        if let (Err(Stop::Stale(_)), Some(uid)) = (&done, network_uid(write)) {
            self.state(|state, now| state.networks.refused(now, self.key, uid, write));
        }
        done
    }

    async fn send_out(&self, write: &Write) -> Result<(), Stop> {
        match write {
            Write::AddFinalizer { uid, present } => self.finalizer(uid, present, true).await,
            Write::RemoveFinalizer { uid, present, confirm_absent } => {
                self.confirm_absent(confirm_absent).await?;
                self.finalizer(uid, present, false).await
            }
            Write::DeleteNad { key, precondition, confirm } => {
                self.confirm(*confirm).await?;
                self.delete(key, precondition).await
            }
            Write::ApplyNad { desired, existing, force } => {
                self.apply(desired, existing.as_ref(), *force).await
            }
            Write::SetCondition { uid, condition } => self.condition(uid, condition).await,
            Write::Warn(warning) => self.call(self.cluster.warn(self.key, warning)).await,
        }
    }

    /// Asks the cluster how a NAD is, and remembers it until the cache has caught up.
    pub(super) async fn read(&self, key: &NadKey) -> Result<Option<Arc<Nad>>, Stop> {
        let found = self.call(self.cluster.nad(key)).await?.map(Arc::new);
        self.state(|state, now| {
            state.counters.live_reads += 1;
            let State { nads, cache, .. } = state;
            match &found {
                Some(nad) => nads.is(now, Arc::clone(nad), cache.at(key)),
                None => nads.is_gone(now, key, cache.at(key)),
            }
        });
        Ok(found)
    }

    async fn finalizer(&self, uid: &str, present: &[String], add: bool) -> Result<(), Stop> {
        let finalizer = &self.shared.options.plan.finalizer;
        let change = FinalizerChange {
            uid: uid.to_owned(),
            present: present.to_vec(),
            finalizer: finalizer.clone(),
            add,
        };
        self.call(self.cluster.patch_finalizer(self.key, &change)).await?;
        self.state(|state, now| state.networks.finalizer_is(now, self.key, uid, finalizer, add));
        Ok(())
    }

    async fn condition(&self, uid: &str, condition: &Condition) -> Result<(), Stop> {
        self.call(self.cluster.apply_condition(self.key, uid, condition)).await?;
        self.state(|state, now| state.networks.condition_is(now, self.key, uid, condition));
        Ok(())
    }

    /// No NAD of the network may be left behind by the removal of its finalizer.
    async fn confirm_absent(&self, places: &BTreeSet<NadKey>) -> Result<(), Stop> {
        let mut left = false;
        for place in places {
            let Some(nad) = self.read(place).await?.filter(|nad| self.owns(nad)) else { continue };
            left = true;
            if !nad.deleting {
                let version = Some(nad.resource_version.clone());
                let seen = Precondition { uid: nad.uid.clone(), resource_version: version };
                self.delete(place, &seen).await?;
            }
        }
        if left { Err(Stop::Wait) } else { Ok(()) }
    }

    async fn confirm(&self, confirm: Confirm) -> Result<(), Stop> {
        match confirm {
            Confirm::Nothing => Ok(()),
            Confirm::NetworkAbsent => match self.call(self.cluster.network_uid(self.key)).await? {
                None => Ok(()),
                Some(_) => Err(Stop::Stale("the network exists".to_owned())),
            },
        }
    }

    async fn delete(&self, key: &NadKey, seen: &Precondition) -> Result<(), Stop> {
        self.state(|state, now| state.nads.is_unknown(now, key));
        self.call(self.cluster.delete_nad(key, seen)).await?;
        self.state(|state, now| {
            let State { nads, cache, .. } = state;
            nads.is_deleting(now, key, &seen.uid, cache.at(key));
        });
        Ok(())
    }

    async fn apply(
        &self,
        desired: &Desired,
        existing: Option<&Precondition>,
        force: bool,
    ) -> Result<(), Stop> {
        let key = &desired.key;
        if existing.is_none() && self.read(key).await?.is_some() {
            return Err(Stop::Stale("a NAD is there that was not seen".to_owned()));
        }
        match self.send(desired, existing, force).await {
            Err(Stop::Failed(ClusterError::Conflict { .. })) if !force => {
                self.state(|state, _| state.counters.conflicts += 1);
                let found = self.read(key).await?;
                let takes = found.filter(|nad| self.may_take(nad, existing));
                let Some(nad) = takes else {
                    return Err(Stop::Stale("the NAD is another's".to_owned()));
                };
                let unowned = nad.owner == Owner::None;
                let version = unowned.then(|| nad.resource_version.clone());
                let seen = Precondition { uid: nad.uid.clone(), resource_version: version };
                self.send(desired, Some(&seen), true).await
            }
            done => done,
        }
    }

    async fn send(
        &self,
        desired: &Desired,
        existing: Option<&Precondition>,
        force: bool,
    ) -> Result<(), Stop> {
        let key = &desired.key;
        self.state(|state, now| {
            state.nads.writing(self.key, key);
            state.nads.is_unknown(now, key);
        });
        let nad = self.call(self.cluster.apply_nad(desired, existing, force)).await?;
        let answer = check(&nad, desired, existing);
        self.state(|state, now| {
            let State { nads, cache, ledger, .. } = state;
            nads.is(now, Arc::new(nad), cache.at(key));
            if cache.owns(self.key, key) {
                nads.found(self.key, key);
            }
            ledger.note_write(now, desired);
        });
        answer
    }

    /// Whether fields of others may be taken over: the NAD is this network's, or to be adopted.
    fn may_take(&self, nad: &Nad, existing: Option<&Precondition>) -> bool {
        let adopts = self.shared.options.plan.unowned == Unowned::Adopt;
        let same = existing.is_none_or(|existing| existing.uid == nad.uid);
        same && !nad.deleting && (self.owns(nad) || (adopts && nad.owner == Owner::None))
    }

    fn owns(&self, nad: &Nad) -> bool {
        matches!(&nad.owner, Owner::Network(owner) if owner == &**self.key)
    }

    async fn call<T>(
        &self,
        call: impl Future<Output = Result<T, ClusterError>>,
    ) -> Result<T, Stop> {
        let limit = self.shared.options.call_timeout;
        let answer = timeout(limit, call).await.unwrap_or_else(|_| {
            self.state(|state, _| state.counters.timeouts += 1);
            Err(ClusterError::Transient(format!("no answer within {limit:?}")))
        });
        answer.map_err(|error| {
            self.state(|state, _| state.counters.error(&error));
            match error {
                ClusterError::PreconditionFailed(why) => Stop::Stale(why),
                error => Stop::Failed(error),
            }
        })
    }

    fn state<T>(&self, with: impl FnOnce(&mut State, std::time::Duration) -> T) -> T {
        let now = self.shared.now();
        with(&mut self.shared.lock(), now)
    }
}

/// Whether the answer to an apply is what was asked for: the same object, this network's, as
/// wanted. Admission may have changed it.
fn check(nad: &Nad, desired: &Desired, existing: Option<&Precondition>) -> Result<(), Stop> {
    if existing.is_some_and(|existing| existing.uid != nad.uid) {
        return Err(Stop::Stale("another NAD was changed than was seen".to_owned()));
    }
    if nad.deleting {
        return Err(Stop::Stale("the NAD is being deleted".to_owned()));
    }
    match drift(desired, nad).as_slice() {
        [] => Ok(()),
        differs => {
            let why = format!("the API server stored another NAD than was applied: {differs:?}");
            Err(Stop::Failed(ClusterError::Transient(why)))
        }
    }
}

/// The network a write is for, if it is a write to the network.
fn network_uid(write: &Write) -> Option<&str> {
    match write {
        Write::AddFinalizer { uid, .. }
        | Write::RemoveFinalizer { uid, .. }
        | Write::SetCondition { uid, .. } => Some(uid),
        Write::DeleteNad { .. } | Write::ApplyNad { .. } | Write::Warn(_) => None,
    }
}
