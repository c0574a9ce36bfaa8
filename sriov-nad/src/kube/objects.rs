//! Objects of any kind as JSON, so that nothing of them is lost on the way.

use std::future::Future;
use std::time::Duration;

use kube::api::{DeleteParams, ListParams, Patch, PatchParams, PostParams, Preconditions};
use kube::core::{ApiResource, DynamicObject, GroupVersionKind};
use kube::{Api, Client};
use serde_json::Value;

use super::request::{RequestError, RequestErrorKind};
use crate::names::{GROUP, NetworkKind, VERSION};

/// How long one request may take. The client itself waits for ever.
const CALL_SECONDS: u64 = 15;

/// The objects per page of a list.
const PAGE: u32 = 500;

/// One kind of objects, in one namespace or in the cluster.
#[derive(Clone, Debug)]
pub(super) struct Objects {
    api: Api<DynamicObject>,
    resource: ApiResource,
    namespace: Option<String>,
}

/// How an object is written by server-side apply.
#[derive(Clone, Copy, Debug)]
pub(super) struct Applying<'a> {
    pub(super) manager: &'a str,
    pub(super) force: bool,
    pub(super) dry_run: bool,
}

impl Objects {
    pub(super) fn new(client: &Client, resource: ApiResource, namespace: Option<&str>) -> Self {
        let api = match namespace {
            Some(namespace) => Api::namespaced_with(client.clone(), namespace, &resource),
            None => Api::all_with(client.clone(), &resource),
        };
        Self { api, resource, namespace: namespace.map(str::to_owned) }
    }

    pub(super) fn networks(client: &Client, kind: NetworkKind, namespace: &str) -> Self {
        let resource = resource(GROUP, VERSION, kind.as_str(), kind.plural());
        Self::new(client, resource, Some(namespace))
    }

    pub(super) fn nads(client: &Client, namespace: &str) -> Self {
        let plural = "network-attachment-definitions";
        let resource = resource("k8s.cni.cncf.io", "v1", crate::nad::KIND, plural);
        Self::new(client, resource, Some(namespace))
    }

    pub(super) fn namespaces(client: &Client) -> Self {
        Self::new(client, resource("", "v1", "Namespace", "namespaces"), None)
    }

    pub(super) fn api(&self) -> Api<DynamicObject> {
        self.api.clone()
    }

    /// For people: `Subscription operators/sriov`.
    pub(super) fn describe(&self, name: &str) -> String {
        let kind = &self.resource.kind;
        match &self.namespace {
            Some(namespace) => format!("{kind} {namespace}/{name}"),
            None => format!("{kind} {name}"),
        }
    }

    /// `None` if there is no such object, and if there is no such kind.
    pub(super) async fn get(&self, name: &str) -> Result<Option<Value>, RequestError> {
        match self.bounded("read", name, self.api.get(name)).await {
            Ok(object) => value("read", &self.describe(name), &object).map(Some),
            Err(error) if error.kind() == RequestErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// All of them, page by page.
    pub(super) async fn list(&self) -> Result<Vec<Value>, RequestError> {
        let mut params = ListParams::default().limit(PAGE);
        let mut found = Vec::new();
        loop {
            let page = self.bounded("list", "*", self.api.list(&params)).await?;
            for mut object in page.items {
                // Items of lists come without what the list says already.
                object.types.get_or_insert_with(|| kube::core::TypeMeta {
                    api_version: self.resource.api_version.clone(),
                    kind: self.resource.kind.clone(),
                });
                found.push(value("list", &self.describe("*"), &object)?);
            }
            match page.metadata.continue_.filter(|token| !token.is_empty()) {
                Some(token) => params = params.continue_token(&token),
                None => return Ok(found),
            }
        }
    }

    pub(super) async fn create(&self, object: &Value) -> Result<Value, RequestError> {
        let name = name_of(object);
        let body = self.parse("create", name, object)?;
        let params = PostParams::default();
        let made = self.bounded("create", name, self.api.create(&params, &body)).await?;
        value("create", &self.describe(name), &made)
    }

    pub(super) async fn replace(&self, object: &Value) -> Result<Value, RequestError> {
        let name = name_of(object);
        let body = self.parse("replace", name, object)?;
        let params = PostParams::default();
        let made = self.bounded("replace", name, self.api.replace(name, &params, &body)).await?;
        value("replace", &self.describe(name), &made)
    }

    pub(super) async fn apply(
        &self,
        object: &Value,
        applying: Applying<'_>,
    ) -> Result<Value, RequestError> {
        let name = name_of(object);
        let manager = Some(applying.manager.to_owned());
        let params = PatchParams {
            dry_run: applying.dry_run,
            force: applying.force,
            field_manager: manager,
            ..PatchParams::default()
        };
        let patch = Patch::Apply(object);
        let made = self.bounded("apply", name, self.api.patch(name, &params, &patch)).await?;
        value("apply", &self.describe(name), &made)
    }

    pub(super) async fn merge(&self, name: &str, patch: &Value) -> Result<Value, RequestError> {
        let (params, patch) = (PatchParams::default(), Patch::Merge(patch));
        let made = self.bounded("patch", name, self.api.patch(name, &params, &patch)).await?;
        value("patch", &self.describe(name), &made)
    }

    /// Asks for the deletion of the object with this uid, and of no other of that name. One that is
    /// not there any more is a success.
    pub(super) async fn delete(&self, name: &str, uid: Option<&str>) -> Result<(), RequestError> {
        let preconditions =
            uid.map(|uid| Preconditions { uid: Some(uid.to_owned()), resource_version: None });
        let params = DeleteParams { preconditions, ..DeleteParams::default() };
        match self.bounded("delete", name, self.api.delete(name, &params)).await {
            Err(error) if error.kind() == RequestErrorKind::NotFound => Ok(()),
            // With a uid: another object has the name by now.
            Err(error) if error.kind() == RequestErrorKind::Conflict && uid.is_some() => Ok(()),
            other => other.map(|_| ()),
        }
    }

    async fn bounded<T>(
        &self,
        verb: &'static str,
        name: &str,
        call: impl Future<Output = kube::Result<T>>,
    ) -> Result<T, RequestError> {
        bounded(verb, || self.describe(name), call).await
    }

    fn parse(
        &self,
        verb: &'static str,
        name: &str,
        value: &Value,
    ) -> Result<DynamicObject, RequestError> {
        serde_json::from_value(value.clone()).map_err(|error| {
            RequestError::new(verb, self.describe(name), &kube::Error::SerdeError(error))
        })
    }
}

/// A request that ends.
pub(super) async fn bounded<T>(
    verb: &'static str,
    object: impl Fn() -> String,
    call: impl Future<Output = kube::Result<T>>,
) -> Result<T, RequestError> {
    match tokio::time::timeout(Duration::from_secs(CALL_SECONDS), call).await {
        Ok(answer) => answer.map_err(|error| RequestError::new(verb, object(), &error)),
        Err(_) => Err(RequestError::unanswered(verb, object(), CALL_SECONDS)),
    }
}

pub(super) fn resource(group: &str, version: &str, kind: &str, plural: &str) -> ApiResource {
    ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(group, version, kind), plural)
}

fn value(verb: &'static str, name: &str, object: &DynamicObject) -> Result<Value, RequestError> {
    serde_json::to_value(object)
        .map_err(|error| RequestError::new(verb, name, &kube::Error::SerdeError(error)))
}

/// The name, or what the server makes one of.
fn name_of(object: &Value) -> &str {
    let text = |key| object.pointer(key).and_then(Value::as_str);
    text("/metadata/name").or_else(|| text("/metadata/generateName")).unwrap_or_default()
}

/// A text of `metadata`.
pub(super) fn meta<'v>(object: &'v Value, key: &str) -> &'v str {
    object
        .get("metadata")
        .and_then(|meta| meta.get(key))
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// Whether the object is being deleted.
pub(super) fn is_deleting(object: &Value) -> bool {
    !meta(object, "deletionTimestamp").is_empty()
}

/// `metadata.finalizers`.
pub(super) fn finalizers(object: &Value) -> Vec<String> {
    let list = object.pointer("/metadata/finalizers").and_then(Value::as_array);
    list.into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect()
}
