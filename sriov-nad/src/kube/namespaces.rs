//! Namespaces of tests and probes: names that never collide, and deletions that can be waited for.

use std::fmt;
use std::time::Duration;

use kube::Client;
use serde_json::{Value, json};

use super::bell::Bell;
use super::objects::{Objects, finalizers, is_deleting, meta};
use super::request::{RequestError, RequestErrorKind};

/// How often a gone namespace is looked for even if no event says so.
const RECHECK: Duration = Duration::from_secs(2);

/// The longest prefix: the API server appends five characters, and a name has 63 at most.
const MAX_PREFIX: usize = 57;

/// How often the API server is asked for another name if its choice is taken.
const ATTEMPTS: u32 = 8;

/// A namespace that was made for a test or a probe.
///
/// It is deleted when that is asked for, and not when this value goes: a deletion can fail, and
/// takes time.
#[must_use = "the namespace stays until `delete` is called"]
#[derive(Clone)]
pub struct UniqueNamespace {
    client: Client,
    name: String,
    uid: String,
}

impl UniqueNamespace {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its uid.
    pub fn uid(&self) -> &str {
        &self.uid
    }

    /// Asks for its deletion, which goes on behind the scenes. One that is gone is a success, and
    /// another namespace of that name stays.
    ///
    /// # Errors
    ///
    /// A request that was refused or not answered.
    pub async fn delete(&self) -> Result<(), RequestError> {
        Objects::namespaces(&self.client).delete(&self.name, Some(&self.uid)).await
    }

    /// Deletes it and waits until it is gone.
    ///
    /// # Errors
    ///
    /// As for [`delete`](Self::delete) and [`wait_namespace_gone`].
    pub async fn delete_and_wait(&self, deadline: Duration) -> Result<(), NamespaceError> {
        self.delete().await?;
        wait_namespace_gone(&self.client, &self.name, deadline).await
    }
}

impl fmt::Debug for UniqueNamespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = f.debug_struct("UniqueNamespace");
        text.field("name", &self.name).field("uid", &self.uid).finish_non_exhaustive()
    }
}

/// Creates a namespace with a name that no other has: the prefix, a dash and what the API server
/// appends. Its label `app.kubernetes.io/managed-by` is `sriov-nad`.
///
/// # Errors
///
/// A prefix that is no DNS label, or too long; a request that was refused or not answered.
pub async fn unique_namespace(
    client: &Client,
    prefix: &str,
) -> Result<UniqueNamespace, NamespaceError> {
    if prefix.len() > MAX_PREFIX || !crate::names::is_dns_label(prefix) {
        return Err(NamespaceError::Prefix(prefix.to_owned()));
    }
    let namespace = json!({
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "generateName": format!("{prefix}-"),
            "labels": { "app.kubernetes.io/managed-by": "sriov-nad" },
        },
    });
    let namespaces = Objects::namespaces(client);
    let mut attempts = ATTEMPTS;
    loop {
        attempts -= 1;
        match namespaces.create(&namespace).await {
            Ok(made) => {
                let (name, uid) = (meta(&made, "name").to_owned(), meta(&made, "uid").to_owned());
                return Ok(UniqueNamespace { client: client.clone(), name, uid });
            }
            Err(error) if error.kind() == RequestErrorKind::AlreadyExists && attempts > 0 => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Why a namespace could not be made, or is not gone.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NamespaceError {
    /// The prefix makes no name.
    #[error("{0:?} is no prefix of a namespace: a DNS label of at most {MAX_PREFIX} characters")]
    Prefix(String),
    /// A request was refused.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// It is still there.
    #[error("namespace {name} is not gone within {} s", deadline.as_secs())]
    Remains {
        /// Which one.
        name: String,
        /// The time it had.
        deadline: Duration,
        /// What it waits for.
        blockers: Vec<NamespaceBlocker>,
    },
}

impl NamespaceError {
    /// What the namespace waits for.
    pub fn blockers(&self) -> &[NamespaceBlocker] {
        match self {
            Self::Remains { blockers, .. } => blockers,
            _ => &[],
        }
    }
}

/// What keeps a namespace from going.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum NamespaceBlocker {
    /// Nobody asked for its deletion.
    NotDeleted,
    /// Objects are left in it.
    Content(String),
    /// Objects in it wait for their finalizers.
    Finalizers(String),
    /// An API that the namespace controller has to ask does not answer, as one whose aggregated
    /// server is down.
    Discovery(String),
    /// The namespace controller cannot delete some of the content.
    Failure(String),
    /// The namespace itself waits for finalizers.
    Own(Vec<String>),
    /// The namespace controller has not said anything yet.
    Silent,
    /// The API server did not answer.
    Unknown(String),
}

impl fmt::Display for NamespaceBlocker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotDeleted => f.write_str("nobody asked for its deletion"),
            Self::Content(message) => write!(f, "content remains: {message}"),
            Self::Finalizers(message) => write!(f, "finalizers remain: {message}"),
            Self::Discovery(message) => write!(f, "an API does not answer: {message}"),
            Self::Failure(message) => write!(f, "its content cannot be deleted: {message}"),
            Self::Own(names) => write!(f, "it waits for {}", names.join(", ")),
            Self::Silent => f.write_str("the namespace controller has not said why"),
            Self::Unknown(answer) => write!(f, "it cannot be read: {answer}"),
        }
    }
}

/// Waits until the namespace is gone. Another one of that name, by its uid, means that it is.
///
/// # Errors
///
/// The deadline, with what the namespace waits for; a request that was refused.
pub async fn wait_namespace_gone(
    client: &Client,
    name: &str,
    deadline: Duration,
) -> Result<(), NamespaceError> {
    let mut blockers = vec![NamespaceBlocker::Silent];
    match tokio::time::timeout(deadline, gone(client, name, &mut blockers)).await {
        Ok(done) => Ok(done?),
        Err(_) => Err(NamespaceError::Remains { name: name.to_owned(), deadline, blockers }),
    }
}

async fn gone(
    client: &Client,
    name: &str,
    blockers: &mut Vec<NamespaceBlocker>,
) -> Result<(), RequestError> {
    let namespaces = Objects::namespaces(client);
    let mut bell = Bell::new(RECHECK);
    bell.watch(&namespaces, name);
    let mut first: Option<String> = None;
    loop {
        match namespaces.get(name).await {
            Ok(None) => return Ok(()),
            Ok(Some(found)) => {
                let uid = first.get_or_insert_with(|| meta(&found, "uid").to_owned());
                if uid != meta(&found, "uid") {
                    return Ok(());
                }
                *blockers = blockers_of(&found);
            }
            Err(error) if error.is_transient() => {
                *blockers = vec![NamespaceBlocker::Unknown(error.answer().to_owned())];
            }
            Err(error) => return Err(error),
        }
        bell.ring().await;
    }
}

/// What a namespace says it waits for (kubernetes, `pkg/controller/namespace/deletion`).
pub(super) fn blockers_of(namespace: &Value) -> Vec<NamespaceBlocker> {
    if !is_deleting(namespace) {
        return vec![NamespaceBlocker::NotDeleted];
    }
    let conditions = namespace.pointer("/status/conditions").and_then(Value::as_array);
    let mut found: Vec<NamespaceBlocker> =
        conditions.into_iter().flatten().filter_map(blocker_of).collect();
    let own = own_finalizers(namespace);
    if !own.is_empty() {
        found.push(NamespaceBlocker::Own(own));
    }
    if found.is_empty() {
        found.push(NamespaceBlocker::Silent);
    }
    found
}

fn blocker_of(condition: &Value) -> Option<NamespaceBlocker> {
    let text = |key: &str| condition.get(key).and_then(Value::as_str).unwrap_or_default();
    let message = || text("message").to_owned();
    if text("status") != "True" {
        return None;
    }
    match text("type") {
        "NamespaceContentRemaining" => Some(NamespaceBlocker::Content(message())),
        "NamespaceFinalizersRemaining" => Some(NamespaceBlocker::Finalizers(message())),
        "NamespaceDeletionDiscoveryFailure" => Some(NamespaceBlocker::Discovery(message())),
        "NamespaceDeletionContentFailure" | "NamespaceDeletionGroupVersionParsingFailure" => {
            Some(NamespaceBlocker::Failure(message()))
        }
        _ => None,
    }
}

/// Those of other controllers: `kubernetes` is the namespace controller's own.
fn own_finalizers(namespace: &Value) -> Vec<String> {
    let spec = namespace.pointer("/spec/finalizers").and_then(Value::as_array);
    let spec = spec.into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned));
    let others = spec.filter(|name| name != "kubernetes");
    finalizers(namespace).into_iter().chain(others).collect()
}
