use ::kube::Client;
use ::kube::api::{DeleteParams, GetParams, Patch, PatchParams, PostParams, Preconditions};
use ::kube::core::{ApiResource, Request, Resource};
use k8s_openapi::jiff::Timestamp;
use serde_json::Value;

use super::call::call;
use super::error::{patch_refusal, refusal};
use super::object::AnyObject;
use super::{patch, record, resource};
use crate::engine::{Cluster, ClusterError, FinalizerChange};
use crate::nad::{Desired, Nad};
use crate::names::{NadKey, NetworkKey};
use crate::plan::{PlanOptions, Precondition, Warning};
use crate::spec::Condition;

/// A cluster behind a kube client. It writes by server-side apply and JSON patches only, so that
/// fields of others stay as they are.
#[derive(Clone)]
pub struct KubeCluster {
    client: Client,
    field_manager: String,
}

impl KubeCluster {
    /// Writes as the field manager of `options`. The client should not retry by itself, as that of
    /// [`client`](super::client): the engine does.
    pub fn new(client: Client, options: &PlanOptions) -> Self {
        Self { client, field_manager: options.field_manager.clone() }
    }

    /// A live read; `None` if there is no such object or no such kind.
    async fn get(
        &self,
        resource: &ApiResource,
        namespace: &str,
        name: &str,
    ) -> Result<Option<Value>, ClusterError> {
        let request = path(resource, namespace).get(name, &GetParams::default());
        match call(&self.client, request, refusal).await {
            Err(ClusterError::NotFound(_)) => Ok(None),
            answer => answer.map(Some),
        }
    }

    fn apply_params(&self, force: bool) -> PatchParams {
        PatchParams { force, ..PatchParams::apply(&self.field_manager) }
    }
}

fn path(resource: &ApiResource, namespace: &str) -> Request {
    Request::new(AnyObject::url_path(resource, Some(namespace)))
}

impl Cluster for KubeCluster {
    async fn network_uid(&self, key: &NetworkKey) -> Result<Option<String>, ClusterError> {
        let found = self.get(&resource::networks(key.kind), &key.namespace, &key.name).await?;
        let uid = |value: Value| value.pointer("/metadata/uid")?.as_str().map(str::to_owned);
        found.map(|value| uid(value).ok_or_else(|| odd("uid", key))).transpose()
    }

    async fn nad(&self, key: &NadKey) -> Result<Option<Nad>, ClusterError> {
        let found = self.get(&resource::nads(), &key.namespace, &key.name).await?;
        found.map(|value| Nad::from_value(&value).ok_or_else(|| odd("name", key))).transpose()
    }

    async fn apply_nad(
        &self,
        desired: &Desired,
        existing: Option<&Precondition>,
        force: bool,
    ) -> Result<Nad, ClusterError> {
        let body = Patch::Apply(patch::nad(desired, existing));
        let key = &desired.key;
        let request = path(&resource::nads(), &key.namespace).patch(
            &key.name,
            &self.apply_params(force),
            &body,
        );
        let value = call(&self.client, request, refusal).await?;
        Nad::from_value(&value).ok_or_else(|| odd("name", key))
    }

    async fn delete_nad(
        &self,
        key: &NadKey,
        precondition: &Precondition,
    ) -> Result<(), ClusterError> {
        let params = DeleteParams {
            preconditions: Some(Preconditions {
                uid: Some(precondition.uid.clone()),
                resource_version: precondition.resource_version.clone(),
            }),
            ..DeleteParams::default()
        };
        let request = path(&resource::nads(), &key.namespace).delete(&key.name, &params);
        match call(&self.client, request, refusal).await {
            Ok(_) | Err(ClusterError::NotFound(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn patch_finalizer(
        &self,
        key: &NetworkKey,
        change: &FinalizerChange,
    ) -> Result<(), ClusterError> {
        let Some(steps) = patch::finalizer(change) else { return Ok(()) };
        let steps = serde_json::from_value(steps)
            .map_err(|error| ClusterError::Invalid(format!("finalizers of {key}: {error}")))?;
        let params = PatchParams {
            field_manager: Some(self.field_manager.clone()),
            ..PatchParams::default()
        };
        let request = path(&resource::networks(key.kind), &key.namespace).patch(
            &key.name,
            &params,
            &Patch::<()>::Json(steps),
        );
        call(&self.client, request, patch_refusal).await.map(drop)
    }

    async fn apply_condition(
        &self,
        key: &NetworkKey,
        uid: &str,
        condition: &Condition,
    ) -> Result<(), ClusterError> {
        let networks = resource::networks(key.kind);
        let Some(present) = self.get(&networks, &key.namespace, &key.name).await? else {
            return Err(ClusterError::NotFound(key.to_string()));
        };
        if present.pointer("/metadata/uid").and_then(Value::as_str) != Some(uid) {
            return Err(ClusterError::PreconditionFailed(format!("{key} is another one now")));
        }
        let body = patch::condition(key, condition, &present, Timestamp::now());
        // Forced: the type of the condition says whose it is, and the operator does the same.
        let request = path(&networks, &key.namespace).patch_subresource(
            "status",
            &key.name,
            &self.apply_params(true),
            &Patch::Apply(body),
        );
        call(&self.client, request, refusal).await.map(drop)
    }

    async fn warn(&self, key: &NetworkKey, warning: &Warning) -> Result<(), ClusterError> {
        let event = record::warning(key, warning, &self.field_manager, Timestamp::now());
        let params = PostParams { field_manager: Some(self.field_manager.clone()), dry_run: false };
        let events = path(&resource::events(), &key.namespace);
        let request = events.create(&params, event.to_string().into_bytes());
        call(&self.client, request, refusal).await.map(drop)
    }
}

fn odd(what: &str, key: &impl std::fmt::Display) -> ClusterError {
    ClusterError::Transient(format!("{key} came without {what}"))
}
