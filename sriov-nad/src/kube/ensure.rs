//! A network that is surely there: created anew where an old one is going, and settled.

use std::time::Duration;

use kube::Client;
use serde_json::{Value, json};

use super::bell::Bell;
use super::objects::{Objects, finalizers, is_deleting, meta};
use super::request::{RequestError, RequestErrorKind};
use super::settled::{Lack, SettledOptions, lack};
use super::view::view_network;
use crate::FieldError;
use crate::codes;
use crate::nad::Nad;
use crate::names::{GROUP, NetworkKey, NetworkKind, VERSION};
use crate::render::render;
use crate::spec::{Network, NetworkSpec, ParseError};

/// How a network is ensured.
#[derive(Clone, Debug)]
pub struct EnsureOptions {
    /// The time altogether.
    pub deadline: Duration,
    /// How often everything is looked at even if no event says so.
    pub recheck: Duration,
    /// What happens to a network of that name that is there and not being deleted.
    pub existing: Existing,
    /// What counts as settled. A missing condition does not count against it by default.
    pub settled: SettledOptions,
}

impl Default for EnsureOptions {
    fn default() -> Self {
        Self {
            deadline: Duration::from_mins(2),
            recheck: Duration::from_secs(2),
            existing: Existing::default(),
            settled: SettledOptions { condition_optional: true, ..SettledOptions::default() },
        }
    }
}

/// What happens to a network of that name that is there and not being deleted.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Existing {
    /// It is kept if its spec has what is wanted, else it is an error.
    #[default]
    Keep,
    /// It is deleted, and another one is created.
    Replace,
}

/// How far it is.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum EnsureStage {
    /// Nothing was looked at yet.
    Begun,
    /// An old network of that name is still there.
    OldGoing {
        /// Its uid.
        uid: String,
        /// What its deletion waits for.
        finalizers: Vec<String>,
    },
    /// The API server does not take the network at the moment.
    Refused {
        /// What it says.
        answer: String,
    },
    /// The network was created, or is kept.
    Created {
        /// Its uid.
        uid: String,
    },
    /// It is there, and not settled yet.
    Unsettled(Lack),
    /// It has its NAD.
    Settled,
}

impl std::fmt::Display for EnsureStage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Begun => f.write_str("the API server has not answered yet"),
            Self::OldGoing { finalizers, .. } if finalizers.is_empty() => {
                f.write_str("an old network of that name is still being deleted")
            }
            Self::OldGoing { finalizers, .. } => {
                let finalizers = finalizers.join(", ");
                write!(f, "an old network of that name waits for its finalizers: {finalizers}")
            }
            Self::Refused { answer } => write!(f, "it cannot be created: {answer}"),
            Self::Created { .. } => f.write_str("it was created"),
            Self::Unsettled(lack) => write!(f, "{lack}"),
            Self::Settled => f.write_str("it has its NAD"),
        }
    }
}

/// A network that has its NAD.
#[derive(Clone, Debug)]
pub struct Ensured {
    /// The network, as the API server has it.
    pub network: Network,
    /// Its NAD.
    pub nad: Nad,
    /// Whether it was created just now.
    pub created: bool,
}

/// Why a network could not be ensured.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EnsureError {
    /// What is wanted is no network.
    #[error("not a network")]
    NotANetwork(#[source] ParseError),
    /// A field is invalid: no controller can make a NAD of it.
    #[error("{key} cannot have a NAD")]
    Invalid {
        /// Which network.
        key: NetworkKey,
        /// The field.
        source: Box<FieldError>,
    },
    /// A network of that name is there and has another spec.
    #[error("{key} exists with another spec")]
    Differs {
        /// Which network.
        key: NetworkKey,
    },
    /// Somebody deleted or replaced the network meanwhile.
    #[error("{key} was deleted by somebody else while its NAD was awaited")]
    Gone {
        /// Which network.
        key: NetworkKey,
    },
    /// A request was refused.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// It took too long.
    #[error("{key} has no NAD of its own within {} s: {stage}", deadline.as_secs())]
    Deadline {
        /// Which network.
        key: NetworkKey,
        /// The time it had.
        deadline: Duration,
        /// How far it came, and what is missing.
        stage: Box<EnsureStage>,
    },
}

impl EnsureError {
    /// The stable code, as `SRIOV-N025`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotANetwork(_) => codes::FIELD_INVALID.id,
            Self::Invalid { source, .. } => source.code(),
            Self::Differs { .. } | Self::Gone { .. } => codes::NETWORK_DIFFERS.id,
            Self::Request(error) => error.code(),
            Self::Deadline { .. } => codes::NETWORK_NOT_SETTLED.id,
        }
    }
}

/// The object of a network with this spec.
pub fn network_object(key: &NetworkKey, spec: &NetworkSpec) -> Value {
    json!({
        "apiVersion": format!("{GROUP}/{VERSION}"),
        "kind": key.kind.as_str(),
        "metadata": { "namespace": key.namespace, "name": key.name },
        "spec": spec,
    })
}

/// Creates a network, and waits until it has a NAD that is its own.
///
/// An old network of that name that is being deleted is waited out, and never taken for the new
/// one: they are told apart by their uids. So is its NAD.
///
/// `progress` is told of every new stage.
///
/// # Errors
///
/// Invalid networks, refused requests, a network of that name with another spec, and the deadline,
/// with what is missing.
pub async fn ensure_network(
    client: &Client,
    wanted: &Value,
    options: &EnsureOptions,
    mut progress: impl FnMut(&EnsureStage) + Send,
) -> Result<Ensured, EnsureError> {
    let key = checked(wanted, &options.settled)?;
    let mut stage = EnsureStage::Begun;
    let mut tell = |next: EnsureStage| {
        if next != stage {
            progress(&next);
            stage = next;
        }
    };
    let work = Ensuring { client, key: &key, wanted, options };
    let in_time = tokio::time::timeout(options.deadline, work.run(&mut tell)).await;
    in_time.unwrap_or_else(|_| {
        let (deadline, stage) = (options.deadline, Box::new(stage));
        Err(EnsureError::Deadline { key, deadline, stage })
    })
}

/// Which network is wanted, if a NAD can be made of it.
fn checked(wanted: &Value, options: &SettledOptions) -> Result<NetworkKey, EnsureError> {
    let kind = wanted.get("kind").and_then(Value::as_str).and_then(NetworkKind::from_name);
    // Of another kind: the error names the object either way.
    let kind = kind.unwrap_or(NetworkKind::Sriov);
    let network = Network::from_value(kind, wanted).map_err(EnsureError::NotANetwork)?;
    match render(&network, &options.render) {
        Ok(_) => Ok(network.key),
        Err(error) => Err(EnsureError::Invalid { key: network.key, source: Box::new(error) }),
    }
}

struct Ensuring<'a> {
    client: &'a Client,
    key: &'a NetworkKey,
    wanted: &'a Value,
    options: &'a EnsureOptions,
}

impl Ensuring<'_> {
    async fn run(
        &self,
        tell: &mut (dyn FnMut(EnsureStage) + Send),
    ) -> Result<Ensured, EnsureError> {
        let objects = Objects::networks(self.client, self.key.kind, &self.key.namespace);
        let mut bell = Bell::new(self.options.recheck);
        bell.watch(&objects, &self.key.name);
        let (uid, created) = loop {
            match self.create(&objects, tell).await? {
                Some(made) => break made,
                None => bell.ring().await,
            }
        };
        tell(EnsureStage::Created { uid: uid.clone() });
        self.watch_target(&mut bell);
        loop {
            if let Some((network, nad)) = self.look(&uid, tell).await? {
                tell(EnsureStage::Settled);
                return Ok(Ensured { network, nad, created });
            }
            bell.ring().await;
        }
    }

    /// The uid of the network, and whether it was created; `None` if it has to be tried again.
    async fn create(
        &self,
        objects: &Objects,
        tell: &mut (dyn FnMut(EnsureStage) + Send),
    ) -> Result<Option<(String, bool)>, EnsureError> {
        let refused = |error: &RequestError| error.answer().to_owned();
        match objects.get(&self.key.name).await {
            Ok(Some(old)) => return self.existing(objects, &old, tell).await,
            Ok(None) => {}
            Err(error) if error.is_transient() => {
                tell(EnsureStage::Refused { answer: refused(&error) });
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        }
        match objects.create(self.wanted).await {
            Ok(made) => Ok(Some((meta(&made, "uid").to_owned(), true))),
            // Somebody was faster, or an old one has not gone: it is looked at again.
            Err(error) if error.kind() == RequestErrorKind::AlreadyExists => Ok(None),
            // The CRD may be on its way, as may the namespace.
            Err(error) if error.is_transient() || error.kind() == RequestErrorKind::NotFound => {
                tell(EnsureStage::Refused { answer: refused(&error) });
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn existing(
        &self,
        objects: &Objects,
        old: &Value,
        tell: &mut (dyn FnMut(EnsureStage) + Send),
    ) -> Result<Option<(String, bool)>, EnsureError> {
        let uid = meta(old, "uid").to_owned();
        if !is_deleting(old) {
            let same = covers(old.get("spec"), self.wanted.get("spec"));
            match self.options.existing {
                Existing::Keep if same => return Ok(Some((uid, false))),
                Existing::Keep => return Err(EnsureError::Differs { key: self.key.clone() }),
                Existing::Replace => objects.delete(&self.key.name, Some(&uid)).await?,
            }
        }
        tell(EnsureStage::OldGoing { uid, finalizers: finalizers(old) });
        Ok(None)
    }

    /// The NAD and its namespace, as the wanted spec names them.
    fn watch_target(&self, bell: &mut Bell) {
        let target =
            Network::from_value(self.key.kind, self.wanted).map(|network| network.target());
        if let Ok(target) = target {
            bell.watch(&Objects::nads(self.client, &target.namespace), &target.name);
            bell.watch(&Objects::namespaces(self.client), &target.namespace);
        }
    }

    async fn look(
        &self,
        uid: &str,
        tell: &mut (dyn FnMut(EnsureStage) + Send),
    ) -> Result<Option<(Network, Nad)>, EnsureError> {
        let view = match view_network(self.client, self.key).await {
            Ok(view) => view,
            Err(error) if error.is_transient() => {
                tracing::debug!(%error, answer = error.answer(), "cannot look now");
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        let ours = view.network.as_ref().filter(|network| network.meta.uid == uid);
        if ours.is_none_or(|network| network.meta.deleting) {
            return Err(EnsureError::Gone { key: self.key.clone() });
        }
        if let Some(lack) = lack(&view, &self.options.settled) {
            tell(EnsureStage::Unsettled(lack));
            return Ok(None);
        }
        Ok(view.network.zip(view.nad))
    }
}

/// Whether a value has all that is wanted; the API server adds its defaults.
fn covers(found: Option<&Value>, wanted: Option<&Value>) -> bool {
    match (found, wanted) {
        (Some(Value::Object(found)), Some(Value::Object(wanted))) => {
            wanted.iter().all(|(key, value)| covers(found.get(key), Some(value)))
        }
        (found, wanted) => found == wanted,
    }
}
