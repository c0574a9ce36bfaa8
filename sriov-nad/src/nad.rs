//! NADs: what is wanted, and what is there.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Value, json};

use crate::names::{GROUP, NadKey, NetworkKey, VERSION};

/// `apiVersion` of a NAD.
pub const API_VERSION: &str = "k8s.cni.cncf.io/v1";

/// `kind` of a NAD.
pub const KIND: &str = "NetworkAttachmentDefinition";

/// The annotation by which Multus and the network resources injector find the device.
pub const RESOURCE_NAME_ANNOTATION: &str = "k8s.v1.cni.cncf.io/resourceName";

/// The annotation that names the network a NAD belongs to.
pub const OWNER_ANNOTATION: &str = "sriovnetwork.openshift.io/owner-ref";

/// A NAD as a network wants it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Desired {
    /// Where it belongs.
    pub key: NadKey,
    /// The network it is for.
    pub owner: NetworkKey,
    /// The uid of that network, for an ownerReference; only if both share a namespace.
    pub owner_uid: Option<String>,
    /// The device plugin's resource, with its prefix.
    pub resource_name: String,
    /// `spec.config`, as it is stored.
    pub config: String,
}

impl Desired {
    /// The object with exactly the fields this crate owns.
    pub fn to_value(&self) -> Value {
        let mut metadata = json!({
            "name": self.key.name,
            "namespace": self.key.namespace,
            "annotations": {
                RESOURCE_NAME_ANNOTATION: self.resource_name,
                OWNER_ANNOTATION: self.owner.owner_token(),
            },
        });
        if let (Some(uid), Some(metadata)) = (&self.owner_uid, metadata.as_object_mut()) {
            let reference = json!([{
                "apiVersion": format!("{GROUP}/{VERSION}"),
                "kind": self.owner.kind.as_str(),
                "name": self.owner.name,
                "uid": uid,
            }]);
            metadata.insert("ownerReferences".to_owned(), reference);
        }
        json!({
            "apiVersion": API_VERSION,
            "kind": KIND,
            "metadata": metadata,
            "spec": { "config": self.config },
        })
    }
}

/// In the order people write it.
impl Serialize for Desired {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = self.to_value();
        let metadata = ["name", "namespace", "annotations", "ownerReferences"];
        let mut map = serializer.serialize_map(Some(4))?;
        for key in ["apiVersion", "kind", "metadata", "spec"] {
            match value.get(key) {
                Some(of) if key == "metadata" => {
                    map.serialize_entry(key, &InOrder { of, keys: &metadata })?;
                }
                part => map.serialize_entry(key, &part)?,
            }
        }
        map.end()
    }
}

/// The members of an object that are there, in an order of their own.
struct InOrder<'a> {
    of: &'a Value,
    keys: &'a [&'static str],
}

impl Serialize for InOrder<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.keys.iter().filter_map(|key| Some((key, self.of.get(key)?))))
    }
}

/// A NAD as it is in the cluster, as far as a controller decides by it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Nad {
    /// Where it is.
    pub key: NadKey,
    /// `metadata.uid`.
    pub uid: String,
    /// `metadata.resourceVersion`, opaque.
    pub resource_version: String,
    /// Whether `metadata.deletionTimestamp` is set.
    pub deleting: bool,
    /// Whose it is.
    pub owner: Owner,
    /// The uids of the `ownerReferences` to networks.
    pub owner_uids: Vec<String>,
    /// The resource annotation.
    pub resource_name: Option<String>,
    /// `spec.config`; empty if absent.
    pub config: String,
    /// The field managers that own the config or one of the two annotations, the latest first.
    pub managers: Vec<String>,
}

/// Whose a NAD is, by its owner annotation.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Owner {
    /// No annotation, or an empty one.
    None,
    /// This network's, alive or not.
    Network(NetworkKey),
    /// A text that names no network, as `owner-object-not-found`.
    Foreign(String),
}

impl Owner {
    /// Reads the annotation.
    pub fn from_annotation(text: Option<&str>) -> Self {
        match text.filter(|text| !text.is_empty()) {
            None => Self::None,
            Some(text) => NetworkKey::from_owner_token(text)
                .map_or_else(|| Self::Foreign(text.to_owned()), Self::Network),
        }
    }
}

impl Nad {
    /// Reads a NAD as the API server delivers it; `None` without a name and a namespace. What has a
    /// type of its own counts as absent.
    pub fn from_value(value: &Value) -> Option<Self> {
        let meta = value.get("metadata")?;
        let text = |key: &str| meta.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let annotation = |name: &str| meta.get("annotations")?.get(name)?.as_str();
        let key = NadKey::new(text("namespace"), text("name"));
        if key.name.is_empty() || key.namespace.is_empty() {
            return None;
        }
        let config = value.pointer("/spec/config").and_then(Value::as_str);
        Some(Self {
            key,
            uid: text("uid"),
            resource_version: text("resourceVersion"),
            deleting: meta.get("deletionTimestamp").is_some_and(|value| !value.is_null()),
            owner: Owner::from_annotation(annotation(OWNER_ANNOTATION)),
            owner_uids: owner_uids(meta),
            resource_name: annotation(RESOURCE_NAME_ANNOTATION).map(str::to_owned),
            config: config.unwrap_or_default().to_owned(),
            managers: managers(meta),
        })
    }
}

fn owner_uids(meta: &Value) -> Vec<String> {
    let references = meta.get("ownerReferences").and_then(Value::as_array);
    let ours = |reference: &&Value| {
        let api = reference.get("apiVersion").and_then(Value::as_str).unwrap_or_default();
        api.split_once('/').is_some_and(|(group, _)| group == GROUP)
    };
    let uid = |reference: &Value| reference.get("uid")?.as_str().map(str::to_owned);
    references.into_iter().flatten().filter(ours).filter_map(uid).collect()
}

/// Who wrote what a controller decides by, from `metadata.managedFields`.
fn managers(meta: &Value) -> Vec<String> {
    let entries = meta.get("managedFields").and_then(Value::as_array);
    let mut found: Vec<(&str, &str)> = entries
        .into_iter()
        .flatten()
        .filter(|entry| entry.get("fieldsV1").is_some_and(touches_our_fields))
        .filter_map(|entry| {
            let time = entry.get("time").and_then(Value::as_str).unwrap_or_default();
            Some((time, entry.get("manager")?.as_str()?))
        })
        .collect();
    found.sort_by(|a, b| b.cmp(a));
    found.dedup_by(|a, b| a.1 == b.1);
    // Not collected in place: that would keep the room of what was found for as long as the NAD.
    let mut managers = Vec::with_capacity(found.len());
    managers.extend(found.into_iter().map(|(_, manager)| manager.to_owned()));
    managers
}

fn touches_our_fields(fields: &Value) -> bool {
    let annotations = fields.get("f:metadata").and_then(|meta| meta.get("f:annotations"));
    let annotated = |name: &str| {
        annotations.is_some_and(|annotations| annotations.get(format!("f:{name}")).is_some())
    };
    fields.get("f:spec").is_some_and(|spec| spec.get("f:config").is_some())
        || annotated(RESOURCE_NAME_ANNOTATION)
        || annotated(OWNER_ANNOTATION)
}
