//! Whether a controller processes events, proven by a network that it has to follow.

mod cause;
mod diagnose;
mod facts;
mod probe;

use std::future::{Future, pending};
use std::time::Duration;

use kube::Client;
use tokio::time::Instant;

pub use cause::{NotReady, NotReadyCause, Step};

use self::diagnose::{Trouble, diagnose};
use self::facts::Facts;
use self::probe::Probe;
use super::bell::Bell;
use super::discovery::served;
use super::objects::{Objects, finalizers};
use super::request::RequestError;
use super::settled::{Lack, SettledOptions, lack};
use super::view::view_network;
use crate::names::{GROUP, NetworkKey, NetworkKind, VERSION};
use crate::plan::PlanOptions;

/// How a controller is put to the proof.
#[derive(Clone, Debug)]
pub struct ReadyOptions {
    /// The namespace of the probe; unset makes one, and deletes it.
    pub namespace: Option<String>,
    /// Where the controller runs, and is looked at if it does not follow.
    pub operator_namespace: String,
    /// The kind of the probe.
    pub kind: NetworkKind,
    /// The resource the probe names. No pod uses it.
    pub resource_name: String,
    /// The time altogether; removing the probe comes on top.
    pub deadline: Duration,
    /// How often everything is looked at even if no event says so.
    pub recheck: Duration,
    /// What counts as settled.
    pub settled: SettledOptions,
}

impl Default for ReadyOptions {
    fn default() -> Self {
        Self {
            namespace: None,
            operator_namespace: PlanOptions::default().operator_namespace,
            kind: NetworkKind::Sriov,
            resource_name: "sriov_probe".to_owned(),
            deadline: Duration::from_mins(1),
            recheck: Duration::from_secs(2),
            settled: SettledOptions { condition_optional: true, ..SettledOptions::default() },
        }
    }
}

/// How long a controller took to follow.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Followed {
    /// From the creation of the network to its NAD.
    pub create: Duration,
    /// From a change of the network to that of its NAD.
    pub change: Duration,
    /// From the deletion of the network until both were gone.
    pub delete: Duration,
}

/// Proves that a controller processes events: creates a network and sees its NAD, changes the
/// network and sees the NAD follow, deletes the network and sees both go.
///
/// The probe is removed in any case. If the future is dropped, that is left to a task on the
/// runtime.
///
/// # Errors
///
/// The step that was not followed, the likely cause, and what speaks for it.
pub async fn wait_controller_ready(
    client: &Client,
    options: &ReadyOptions,
) -> Result<Followed, Box<NotReady>> {
    wait_controller_ready_unless(client, options, pending()).await
}

/// As [`wait_controller_ready`], until `stop` is ready. The probe is removed before it returns.
///
/// # Errors
///
/// As for [`wait_controller_ready`]; [`NotReadyCause::Stopped`] if it was stopped.
pub async fn wait_controller_ready_unless(
    client: &Client,
    options: &ReadyOptions,
    stop: impl Future<Output = ()>,
) -> Result<Followed, Box<NotReady>> {
    let mut proof = Proof::new(client, options);
    let ended = tokio::select! {
        () = stop => Err(End::Stopped),
        done = tokio::time::timeout(options.deadline, proof.run()) => {
            done.unwrap_or(Err(End::Deadline))
        }
    };
    // Before the probe goes: what is wrong is to be seen now.
    let verdict = match ended {
        Ok(followed) => Ok(followed),
        Err(end) => Err(proof.verdict(end).await),
    };
    let left_behind = match proof.probe.take() {
        Some(probe) => probe.remove().await,
        None => Vec::new(),
    };
    verdict.map_err(|not_ready| Box::new(NotReady { left_behind, ..not_ready }))
}

/// Why the proof ended early.
enum End {
    Deadline,
    Stopped,
    Crd(String),
    Refused(RequestError),
    Gone,
}

impl From<RequestError> for End {
    fn from(error: RequestError) -> Self {
        Self::Refused(error)
    }
}

struct Proof<'a> {
    client: &'a Client,
    options: &'a ReadyOptions,
    step: Step,
    probe: Option<Probe>,
    key: Option<NetworkKey>,
    /// What was missing when it was looked at last.
    trouble: Trouble,
}

impl<'a> Proof<'a> {
    const fn new(client: &'a Client, options: &'a ReadyOptions) -> Self {
        let trouble = Trouble::Lacking(None);
        Self { client, options, step: Step::Prepare, probe: None, key: None, trouble }
    }

    async fn run(&mut self) -> Result<Followed, End> {
        let mut bell = Bell::new(self.options.recheck);
        self.prepare().await?;
        self.step = Step::Create;
        let begun = Instant::now();
        let key = self.create(&mut bell).await?;
        self.watch(&mut bell, &key);
        self.settle(&mut bell, &key).await?;
        let create = begun.elapsed();
        self.step = Step::Change;
        let begun = Instant::now();
        self.probe()?.change().await?;
        self.settle(&mut bell, &key).await?;
        let change = begun.elapsed();
        self.step = Step::Delete;
        let begun = Instant::now();
        self.probe()?.delete().await?;
        self.vanish(&mut bell, &key).await?;
        Ok(Followed { create, change, delete: begun.elapsed() })
    }

    async fn prepare(&mut self) -> Result<(), End> {
        let (network, nad) = (format!("{GROUP}/{VERSION}"), crate::nad::API_VERSION.to_owned());
        for (version, kind) in [(network, self.options.kind.as_str()), (nad, crate::nad::KIND)] {
            if served(self.client, &version, kind).await?.is_none() {
                return Err(End::Crd(format!("{version}/{kind}")));
            }
        }
        let namespace = self.options.namespace.as_deref();
        self.probe = Some(Probe::prepare(self.client, self.options.kind, namespace).await?);
        Ok(())
    }

    fn probe(&self) -> Result<&Probe, End> {
        self.probe.as_ref().ok_or(End::Gone)
    }

    /// A webhook that is just starting refuses everything for a moment.
    async fn create(&mut self, bell: &mut Bell) -> Result<NetworkKey, End> {
        loop {
            let probe = self.probe.as_mut().ok_or(End::Gone)?;
            match probe.create(&self.options.resource_name).await {
                Ok(key) => {
                    self.key = Some(key.clone());
                    self.trouble = Trouble::Lacking(None);
                    return Ok(key);
                }
                Err(error) if error.is_transient() => {
                    self.trouble = Trouble::Refused(error.kind(), error.answer().to_owned());
                    bell.ring().await;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn watch(&self, bell: &mut Bell, key: &NetworkKey) {
        let networks = Objects::networks(self.client, key.kind, &key.namespace);
        bell.watch(&networks, &key.name);
        bell.watch(&Objects::nads(self.client, &key.namespace), &key.name);
    }

    async fn settle(&mut self, bell: &mut Bell, key: &NetworkKey) -> Result<(), End> {
        loop {
            match view_network(self.client, key).await {
                Ok(view) => {
                    let uid = view.network.as_ref().map(|network| network.meta.uid.as_str());
                    let lack = lack(&view, &self.options.settled);
                    if uid != self.probe()?.uid() || matches!(lack, Some(Lack::NetworkDeleting(_)))
                    {
                        return Err(End::Gone);
                    }
                    if lack.is_none() {
                        return Ok(());
                    }
                    self.trouble = Trouble::Lacking(lack);
                }
                Err(error) if error.is_transient() => {
                    self.trouble = Trouble::Refused(error.kind(), error.answer().to_owned());
                }
                Err(error) => return Err(error.into()),
            }
            bell.ring().await;
        }
    }

    async fn vanish(&mut self, bell: &mut Bell, key: &NetworkKey) -> Result<(), End> {
        let networks = Objects::networks(self.client, key.kind, &key.namespace);
        let nads = Objects::nads(self.client, &key.namespace);
        loop {
            let network = networks.get(&key.name).await?;
            if network.is_none() && nads.get(&key.name).await?.is_none() {
                return Ok(());
            }
            self.trouble = Trouble::Remains { network: network.as_ref().map(finalizers) };
            bell.ring().await;
        }
    }

    async fn verdict(&self, end: End) -> NotReady {
        let now = || self.trouble.clone();
        let (known, trouble) = match end {
            End::Stopped => (Some(NotReadyCause::Stopped), now()),
            End::Crd(kind) => (Some(NotReadyCause::CrdMissing(kind)), now()),
            End::Gone => (Some(NotReadyCause::ProbeGone), now()),
            End::Deadline => (None, now()),
            End::Refused(error) => {
                (None, Trouble::Refused(error.kind(), error.answer().to_owned()))
            }
        };
        let (step, namespace) = (self.step, &self.options.operator_namespace);
        let mut evidence = self.seen(&trouble);
        let cause = if let Some(cause) = known {
            cause
        } else {
            let facts = Facts::gather(self.client, namespace, self.options.kind).await;
            evidence.extend(facts.evidence());
            diagnose(step, &trouble, &facts, namespace)
        };
        NotReady { step, cause, evidence, left_behind: Vec::new() }
    }

    fn seen(&self, trouble: &Trouble) -> Vec<String> {
        let probe = self.key.as_ref().map(|key| format!("the probe is {key}"));
        let missing = match trouble {
            Trouble::Lacking(Some(lack)) => Some(lack.to_string()),
            Trouble::Refused(_, answer) => Some(format!("the API server says: {answer}")),
            Trouble::Lacking(None) | Trouble::Remains { .. } => None,
        };
        probe.into_iter().chain(missing).collect()
    }
}
