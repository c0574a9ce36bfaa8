use std::fmt;

use kube::Client;
use serde::Serialize;
use serde_json::Value;

use super::clean::{clean, onto};
use super::document::{Captured, KindRef};
use super::owners::without_dead_owners;
use crate::kube::compare::{Difference, differences};
use crate::kube::discovery::served;
use crate::kube::objects::{Objects, is_deleting, meta};
use crate::kube::request::{RequestError, RequestErrorKind};

/// How often an object that changes while it is replaced is looked at again.
const ATTEMPTS: u32 = 5;

/// What became of one object.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Restored {
    /// Its kind.
    #[serde(flatten)]
    pub kind: KindRef,
    /// Its namespace, if it has one.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// What was done.
    pub outcome: Outcome,
    /// How the object differed from what was captured.
    pub differences: Vec<Difference>,
    /// Why it failed.
    pub error: Option<String>,
}

/// What was done to one object, or would be.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It was missing, and was created.
    Created,
    /// It was as captured.
    Unchanged,
    /// It was different, and was replaced.
    Updated,
    /// The cluster does not serve this kind.
    NotServed,
    /// It is not as captured.
    Failed,
}

impl Outcome {
    /// The name, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Unchanged => "unchanged",
            Self::Updated => "updated",
            Self::NotServed => "not-served",
            Self::Failed => "failed",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Puts captured objects back: creates what is missing, replaces what differs, and reads back what
/// it wrote. An object that fails does not keep the others from being restored.
///
/// Finalizers, status and OLM's own annotations stay as they are in the cluster. With `dry_run`
/// nothing is written, and the outcome is what would happen.
pub async fn restore(client: &Client, captured: &Captured, dry_run: bool) -> Vec<Restored> {
    let mut restored = Vec::new();
    for object in &captured.objects {
        restored.push(restore_one(client, object, dry_run).await);
    }
    restored
}

async fn restore_one(client: &Client, captured: &Value, dry_run: bool) -> Restored {
    let kind = KindRef::of(captured);
    let namespace = Some(meta(captured, "namespace").to_owned()).filter(|name| !name.is_empty());
    let done = attempt(client, &kind, captured, dry_run).await;
    let (outcome, differences, error) = match done {
        Ok((outcome, differences)) => (outcome, differences, None),
        Err(Fault::Request(error)) => {
            let text = format!("{error}: {}", error.answer());
            (Outcome::Failed, Vec::new(), Some(text))
        }
        Err(Fault::Other(text)) => (Outcome::Failed, Vec::new(), Some(text.to_owned())),
        Err(Fault::DidNotStick(differences)) => {
            let text = "it was written, and is not as it was captured".to_owned();
            (Outcome::Failed, differences, Some(text))
        }
    };
    let name = meta(captured, "name").to_owned();
    Restored { kind, namespace, name, outcome, differences, error }
}

enum Fault {
    Request(RequestError),
    Other(&'static str),
    DidNotStick(Vec<Difference>),
}

impl From<RequestError> for Fault {
    fn from(error: RequestError) -> Self {
        Self::Request(error)
    }
}

async fn attempt(
    client: &Client,
    kind: &KindRef,
    captured: &Value,
    dry_run: bool,
) -> Result<(Outcome, Vec<Difference>), Fault> {
    let Some(served) = served(client, &kind.api_version, &kind.kind).await? else {
        return Ok((Outcome::NotServed, Vec::new()));
    };
    let objects = served.objects(client, Some(meta(captured, "namespace")));
    let wanted = without_dead_owners(client, captured).await?;
    let mut attempts = ATTEMPTS;
    loop {
        attempts -= 1;
        let (outcome, differences) = match write(&objects, &wanted, dry_run).await {
            Ok(done) => done,
            // It changed, or came to be, between the look and the write.
            Err(Fault::Request(error)) if attempts > 0 && is_race(&error) => continue,
            Err(error) => return Err(error),
        };
        if !dry_run && outcome != Outcome::Unchanged {
            read_back(&objects, &wanted).await?;
        }
        return Ok((outcome, differences));
    }
}

const fn is_race(error: &RequestError) -> bool {
    matches!(error.kind(), RequestErrorKind::Conflict | RequestErrorKind::AlreadyExists)
}

async fn write(
    objects: &Objects,
    wanted: &Value,
    dry_run: bool,
) -> Result<(Outcome, Vec<Difference>), Fault> {
    let Some(live) = objects.get(meta(wanted, "name")).await? else {
        if !dry_run {
            objects.create(wanted).await?;
        }
        return Ok((Outcome::Created, Vec::new()));
    };
    if is_deleting(&live) {
        return Err(Fault::Other("it is being deleted: wait until it is gone"));
    }
    let differences = differences(&clean(&live), wanted);
    if differences.is_empty() {
        return Ok((Outcome::Unchanged, differences));
    }
    if !dry_run {
        objects.replace(&onto(wanted, &live)).await?;
    }
    Ok((Outcome::Updated, differences))
}

async fn read_back(objects: &Objects, wanted: &Value) -> Result<(), Fault> {
    let live = objects.get(meta(wanted, "name")).await?;
    let live = live.ok_or(Fault::Other("it was written, and is gone again"))?;
    let differences = differences(&clean(&live), wanted);
    if differences.is_empty() { Ok(()) } else { Err(Fault::DidNotStick(differences)) }
}
