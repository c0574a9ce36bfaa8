//! The API server, as JSON over HTTP.

use futures_util::Stream;
use http::{Method, Request};
use kube::Client;
use kube::api::{ApiResource, GroupVersionKind, WatchEvent};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::discovery::ApiCapabilities;
use serde_json::Value;

use crate::failure::{Done, Failure};
use crate::object;

/// A user of the API server.
#[derive(Clone)]
pub(crate) struct Api {
    client: Client,
}

/// Why the API server did not do it: the HTTP status, its reason and its words.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{status} {reason}: {message}")]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) reason: String,
    pub(crate) message: String,
}

/// How a patch is to be read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Patch {
    Merge,
    Apply,
}

impl Patch {
    const fn content_type(self) -> &'static str {
        match self {
            Self::Merge => "application/merge-patch+json",
            Self::Apply => "application/apply-patch+yaml",
        }
    }
}

impl Api {
    /// The user that a kubeconfig speaks of.
    pub(crate) async fn of(kubeconfig: &str) -> Done<Self> {
        let failed = "the kubeconfig";
        let kubeconfig = Kubeconfig::from_yaml(kubeconfig).map_err(Failure::of("read", failed))?;
        let config =
            kube::Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await;
        let config = config.map_err(Failure::of("use", failed))?;
        // kube's own would ask again by itself, and what is refused for now is an answer here.
        let client = sriov_nad::kube::client(config).map_err(Failure::of("use", failed))?;
        Ok(Self { client })
    }

    /// For what takes a client of kube's.
    pub(crate) const fn client(&self) -> &Client {
        &self.client
    }

    /// Asks once, and leaves a refusal to the caller.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        content: Option<(&str, &Value)>,
    ) -> Result<Value, Refusal> {
        let mut request = Request::builder().method(method).uri(path);
        let mut body = Vec::new();
        if let Some((kind, value)) = content {
            request = request.header("content-type", kind);
            body = value.to_string().into_bytes();
        }
        let request = request.body(body).map_err(|error| Refusal::local(&error))?;
        self.client.request::<Value>(request).await.map_err(Refusal::of)
    }

    /// The text behind a path that is no object, as `/readyz`.
    pub(crate) async fn text(&self, path: &str) -> Result<String, Refusal> {
        let request = Request::get(path).body(Vec::new()).map_err(|e| Refusal::local(&e))?;
        self.client.request_text(request).await.map_err(Refusal::of)
    }

    /// How objects of a kind are served.
    pub(crate) async fn kind(
        &self,
        gvk: &GroupVersionKind,
    ) -> Done<(ApiResource, ApiCapabilities)> {
        let found = kube::discovery::pinned_kind(&self.client, gvk).await;
        found.map_err(Failure::of("find", &gvk.kind))
    }

    pub(crate) async fn get(&self, path: &str) -> Done<Option<Value>> {
        match self.ask(Method::GET, path, None).await {
            Ok(object) => Ok(Some(object)),
            Err(refusal) if refusal.status == 404 => Ok(None),
            Err(refusal) => Err(Failure::of("read", path)(refusal)),
        }
    }

    pub(crate) async fn list(&self, path: &str) -> Done<Vec<Value>> {
        let list = self.ask(Method::GET, path, None).await.map_err(Failure::of("list", path))?;
        Ok(list["items"].as_array().cloned().unwrap_or_default())
    }

    /// What happens from now on to the objects of a path.
    pub(crate) async fn watch(
        &self,
        path: &str,
    ) -> Done<impl Stream<Item = kube::Result<WatchEvent<Value>>> + use<>> {
        let list = self.ask(Method::GET, path, None).await.map_err(Failure::of("list", path))?;
        let version = object::resource_version(&list);
        let path = format!("{path}?watch=true&resourceVersion={version}");
        let request = Request::get(&path).body(Vec::new()).map_err(Failure::of("watch", &path))?;
        let events = self.client.request_events::<Value>(request).await;
        events.map_err(Failure::of("watch", path))
    }

    pub(crate) async fn create(&self, path: &str, object: &Value) -> Done<Value> {
        let content = Some(("application/json", object));
        let name = object["metadata"]["name"].as_str().unwrap_or_default();
        let failed = format!("{path}/{name}");
        self.ask(Method::POST, path, content).await.map_err(Failure::of("create", failed))
    }

    pub(crate) async fn patch(&self, path: &str, kind: Patch, body: &Value) -> Done<Value> {
        let content = Some((kind.content_type(), body));
        self.ask(Method::PATCH, path, content).await.map_err(Failure::of("patch", path))
    }

    /// Server-side apply, with force.
    pub(crate) async fn apply(&self, path: &str, manager: &str, object: &Value) -> Done<Value> {
        let path = format!("{path}?fieldManager={manager}&force=true");
        self.patch(&path, Patch::Apply, object).await
    }

    /// Deletes what is there; nothing is fine as well.
    pub(crate) async fn delete(&self, path: &str) -> Done {
        match self.ask(Method::DELETE, path, None).await {
            Err(refusal) if refusal.status != 404 => Err(Failure::of("delete", path)(refusal)),
            _ => Ok(()),
        }
    }
}

impl Refusal {
    fn of(error: kube::Error) -> Self {
        match error {
            kube::Error::Api(status) => {
                Self { status: status.code, reason: status.reason, message: status.message }
            }
            error => Self::local(&error),
        }
    }

    /// Something before or below HTTP.
    fn local(error: &dyn std::error::Error) -> Self {
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            message = format!("{message}: {cause}");
            source = cause.source();
        }
        Self { status: 0, reason: "NoAnswer".to_owned(), message }
    }
}
