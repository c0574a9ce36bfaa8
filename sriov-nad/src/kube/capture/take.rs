use kube::Client;
use serde_json::Value;

use super::clean::clean;
use super::document::{Captured, KindRef};
use super::owners::without_dead_owners;
use crate::kube::discovery::served;
use crate::kube::objects::meta;
use crate::kube::request::RequestError;

/// What is captured.
#[derive(Clone, Debug)]
pub struct Selection {
    /// Where OLM's Subscription is looked for; everywhere if unset.
    pub namespace: Option<String>,
    /// The package of the Subscription; every one if unset.
    pub package: Option<String>,
    /// Whether `ImageDigestMirrorSets` and `ImageContentSourcePolicies` are captured.
    pub mirrors: bool,
    /// Further kinds: all objects of the namespace, or of the cluster.
    pub kinds: Vec<KindRef>,
}

impl Default for Selection {
    fn default() -> Self {
        Self {
            namespace: None,
            package: Some("sriov-network-operator".to_owned()),
            mirrors: true,
            kinds: Vec::new(),
        }
    }
}

/// Captures what an installation of the operator through OLM depends on: its Subscription, the
/// `OperatorGroups` of the same namespace, image mirrors, and further kinds.
///
/// # Errors
///
/// A request that was refused or not answered. A kind that the cluster does not serve is none: it
/// is named in [`Captured::absent`].
pub async fn capture(client: &Client, selection: &Selection) -> Result<Captured, RequestError> {
    let mut taking = Taking { client, objects: Vec::new(), absent: Vec::new() };
    taking.further_kinds(selection, true).await?;
    if selection.mirrors {
        taking.take("config.openshift.io/v1", "ImageDigestMirrorSet", None).await?;
        taking.take("operator.openshift.io/v1alpha1", "ImageContentSourcePolicy", None).await?;
    }
    taking.subscriptions(selection).await?;
    taking.further_kinds(selection, false).await?;
    Ok(Captured::new(taking.objects, taking.absent))
}

struct Taking<'a> {
    client: &'a Client,
    objects: Vec<Value>,
    absent: Vec<KindRef>,
}

impl Taking<'_> {
    /// Without an `OperatorGroup` a Subscription resolves to nothing, so groups come first.
    async fn subscriptions(&mut self, selection: &Selection) -> Result<(), RequestError> {
        let namespace = selection.namespace.as_deref();
        let found = self.read("operators.coreos.com/v1alpha1", "Subscription", namespace).await?;
        let wanted = |object: &Value| {
            let package = object.pointer("/spec/name").and_then(Value::as_str);
            selection.package.is_none() || selection.package.as_deref() == package
        };
        let subscriptions: Vec<Value> = found.into_iter().filter(wanted).collect();
        let mut namespaces: Vec<&str> =
            subscriptions.iter().map(|object| meta(object, "namespace")).collect();
        namespaces.sort_unstable();
        namespaces.dedup();
        for namespace in &namespaces {
            self.take("operators.coreos.com/v1", "OperatorGroup", Some(namespace)).await?;
        }
        if namespaces.is_empty() {
            self.note_absence("operators.coreos.com/v1", "OperatorGroup").await?;
        }
        self.keep(&subscriptions).await
    }

    /// Namespaces and the definitions of kinds come before all the others, because the others
    /// depend on them.
    async fn further_kinds(&mut self, from: &Selection, first: bool) -> Result<(), RequestError> {
        for KindRef { api_version, kind } in &from.kinds {
            if first == matches!(kind.as_str(), "Namespace" | "CustomResourceDefinition") {
                self.take(api_version, kind, from.namespace.as_deref()).await?;
            }
        }
        Ok(())
    }

    async fn take(
        &mut self,
        api_version: &str,
        kind: &str,
        namespace: Option<&str>,
    ) -> Result<(), RequestError> {
        let found = self.read(api_version, kind, namespace).await?;
        self.keep(&found).await
    }

    async fn read(
        &mut self,
        api_version: &str,
        kind: &str,
        namespace: Option<&str>,
    ) -> Result<Vec<Value>, RequestError> {
        let Some(kind_served) = served(self.client, api_version, kind).await? else {
            self.absent.push(KindRef::new(api_version, kind));
            return Ok(Vec::new());
        };
        let mut found = kind_served.objects(self.client, namespace).list().await?;
        if let (Some(name), "Namespace") = (namespace, kind) {
            found.retain(|object| meta(object, "name") == name);
        }
        Ok(found)
    }

    async fn note_absence(&mut self, api_version: &str, kind: &str) -> Result<(), RequestError> {
        if served(self.client, api_version, kind).await?.is_none() {
            self.absent.push(KindRef::new(api_version, kind));
        }
        Ok(())
    }

    async fn keep(&mut self, found: &[Value]) -> Result<(), RequestError> {
        for object in found {
            let object = without_dead_owners(self.client, &clean(object)).await?;
            if !self.objects.contains(&object) {
                self.objects.push(object);
            }
        }
        Ok(())
    }
}
