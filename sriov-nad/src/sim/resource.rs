use serde_json::Value;

use super::Schema;
use crate::names::{GROUP, NetworkKind, VERSION};

/// A kind of objects that the server knows.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// The API group; empty for the core group.
    pub group: String,
    /// The one version that is served.
    pub version: String,
    /// The resource, as in the paths of the API.
    pub plural: String,
    /// The kind, as in `kind:`.
    pub kind: String,
    /// Whether its objects live in namespaces.
    pub scope: Scope,
    /// Whether the status is written apart.
    pub status: Subresource,
    /// What the fields are; without one, anything goes.
    pub schema: Option<Schema>,
    /// Whether it is a custom resource: those have generations and need a `resourceVersion` in a
    /// PUT.
    pub custom: bool,
}

/// Where objects live.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Scope {
    /// In a namespace.
    Namespaced,
    /// In the cluster.
    Cluster,
}

/// How the status is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Subresource {
    /// By its own subresource only.
    Status,
    /// As any other field.
    None,
}

/// Group and plural: what tells resources apart.
pub(crate) type ResourceId = (String, String);

impl Resource {
    /// A custom resource in namespaces, with status subresource and without schema.
    pub fn custom(group: &str, version: &str, plural: &str, kind: &str) -> Self {
        Self {
            group: group.to_owned(),
            version: version.to_owned(),
            plural: plural.to_owned(),
            kind: kind.to_owned(),
            scope: Scope::Namespaced,
            status: Subresource::Status,
            schema: None,
            custom: true,
        }
    }

    /// A kind that the real server has without a CRD.
    pub(crate) fn built_in(group: &str, version: &str, plural: &str, kind: &str) -> Self {
        let resource = Self::custom(group, version, plural, kind);
        Self { custom: false, status: Subresource::None, ..resource }
    }

    /// One of the three kinds of networks, with the fields of its CRD.
    pub fn network(kind: NetworkKind) -> Self {
        let resource = Self::custom(GROUP, VERSION, kind.plural(), kind.as_str());
        resource.with_schema(super::schema::network(kind))
    }

    /// The NADs. Their CRD has no status subresource.
    pub fn nads() -> Self {
        let plural = "network-attachment-definitions";
        let kind = crate::nad::KIND;
        let resource = Self::custom("k8s.cni.cncf.io", "v1", plural, kind);
        resource.with_schema(super::schema::nad()).without_status()
    }

    /// The same with a schema.
    #[must_use]
    pub fn with_schema(self, schema: Schema) -> Self {
        Self { schema: Some(schema), ..self }
    }

    /// The same with the status as any other field.
    #[must_use]
    pub fn without_status(self) -> Self {
        Self { status: Subresource::None, ..self }
    }

    /// The same with the objects in the cluster, not in namespaces.
    #[must_use]
    pub fn cluster_scoped(self) -> Self {
        Self { scope: Scope::Cluster, ..self }
    }

    pub(crate) fn id(&self) -> ResourceId {
        (self.group.clone(), self.plural.clone())
    }

    pub(crate) fn is(&self, group: &str, plural: &str) -> bool {
        self.group == group && self.plural == plural
    }

    pub(crate) fn namespaced(&self) -> bool {
        self.scope == Scope::Namespaced
    }

    pub(crate) fn has_status(&self) -> bool {
        self.status == Subresource::Status
    }

    /// `plural.group`, as in messages.
    pub(crate) fn qualified(&self) -> String {
        dotted(&self.plural, &self.group)
    }

    /// `Kind.group`, as in messages.
    pub(crate) fn qualified_kind(&self) -> String {
        dotted(&self.kind, &self.group)
    }

    /// `group/version`, as in `apiVersion:`.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.clone()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// Whether an object says it is of this kind.
    pub(crate) fn matches(&self, object: &Value) -> bool {
        let text = |key: &str| object.get(key).and_then(Value::as_str);
        text("kind") == Some(&self.kind) && text("apiVersion") == Some(&self.api_version())
    }
}

fn dotted(name: &str, group: &str) -> String {
    if group.is_empty() { name.to_owned() } else { format!("{name}.{group}") }
}

/// What every server has.
pub(crate) fn built_in() -> Vec<Resource> {
    let core = |plural, kind| Resource::built_in("", "v1", plural, kind);
    let of = Resource::built_in;
    let crd = of("apiextensions.k8s.io", "v1", "customresourcedefinitions", CRD);
    vec![
        core("namespaces", "Namespace").cluster_scoped(),
        core("configmaps", "ConfigMap"),
        core("events", "Event"),
        core("pods", "Pod"),
        of("events.k8s.io", "v1", "events", "Event"),
        of("coordination.k8s.io", "v1", "leases", "Lease"),
        crd.cluster_scoped(),
    ]
}

pub(crate) const CRD: &str = "CustomResourceDefinition";
