use serde::{Deserialize, Serialize};
use serde_json::Value;
use sriov_host::document::{self, DocumentError, DocumentErrorKind, KeyPath, Object};

use super::{Condition, IbNetworkSpec, OvsNetworkSpec, SriovNetworkSpec};
use crate::FieldError;
use crate::names::{GROUP, NadKey, NetworkKey, NetworkKind, VERSION};

/// A network of any of the three kinds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Network {
    /// Its kind, namespace and name.
    pub key: NetworkKey,
    /// What the API server keeps about it.
    pub meta: Meta,
    /// What is wanted; or the field that has a type of its own, which only one object suffers from.
    pub spec: Result<NetworkSpec, FieldError>,
    /// `status.conditions`.
    pub conditions: Vec<Condition>,
}

/// The metadata a controller decides by. Empty where the API server has not seen the object.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Meta {
    /// `metadata.uid`: another one means another object of the same name.
    pub uid: String,
    /// `metadata.resourceVersion`, opaque.
    pub resource_version: String,
    /// `metadata.generation`, which changes with the spec.
    pub generation: i64,
    /// `metadata.creationTimestamp`, RFC 3339 in UTC, so that text compares as time does.
    pub created: String,
    /// Whether `metadata.deletionTimestamp` is set.
    pub deleting: bool,
    /// `metadata.finalizers`.
    pub finalizers: Vec<String>,
}

/// The spec of a network.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(untagged)]
pub enum NetworkSpec {
    /// Of a `SriovNetwork`.
    Sriov(Box<SriovNetworkSpec>),
    /// Of a `SriovIBNetwork`.
    Ib(Box<IbNetworkSpec>),
    /// Of an `OVSNetwork`.
    Ovs(Box<OvsNetworkSpec>),
}

/// Why an object is no network at all.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0} is no object of {GROUP}/{VERSION} with a name and a namespace")]
pub struct ParseError(String);

impl Network {
    /// Reads a network from YAML or JSON text.
    ///
    /// # Errors
    ///
    /// No such document, another kind, an unknown field of `spec` or a value of another type, each
    /// with its key and line. A missing namespace counts as `default`, as for `kubectl`.
    pub fn parse(text: &str) -> Result<Self, DocumentError> {
        Self::from_object(&document::read_one(text)?)
    }

    /// Reads a network from an object of a document.
    ///
    /// # Errors
    ///
    /// As for [`parse`](Self::parse).
    pub fn from_object(object: &Object) -> Result<Self, DocumentError> {
        let kind = object.kind().and_then(NetworkKind::from_name).ok_or_else(|| {
            let message = "expected SriovNetwork, SriovIBNetwork or OVSNetwork";
            object.error(DocumentErrorKind::WrongKind, &KeyPath::new().key("kind"), message)
        })?;
        object.expect(&format!("{GROUP}/{VERSION}"), kind.as_str())?;
        let wire: Wire<Value> = object.read()?;
        known_fields_only(object, kind, &wire.spec)?;
        let spec = match kind {
            NetworkKind::Sriov => NetworkSpec::Sriov(object.read::<Wire<_>>()?.spec),
            NetworkKind::Ib => NetworkSpec::Ib(object.read::<Wire<_>>()?.spec),
            NetworkKind::Ovs => NetworkSpec::Ovs(object.read::<Wire<_>>()?.spec),
        };
        Ok(Self::of(kind, wire, Ok(spec)))
    }

    /// Reads a network as the API server delivers it. A field of another type does not hide the
    /// object: it is the error in [`spec`](Self::spec). Unknown fields are left to newer versions.
    ///
    /// # Errors
    ///
    /// Not the shape of an object, or one without a name and a namespace.
    pub fn from_value(kind: NetworkKind, value: &Value) -> Result<Self, ParseError> {
        let describe = || ParseError(value.pointer("/metadata/name").unwrap_or(value).to_string());
        let wire: Wire<Value> = Wire::deserialize(value).map_err(|_| describe())?;
        if wire.metadata.name.is_empty() || wire.metadata.namespace.is_none() {
            return Err(describe());
        }
        let spec = match kind {
            NetworkKind::Sriov => read_spec(&wire.spec).map(NetworkSpec::Sriov),
            NetworkKind::Ib => read_spec(&wire.spec).map(NetworkSpec::Ib),
            NetworkKind::Ovs => read_spec(&wire.spec).map(NetworkSpec::Ovs),
        };
        Ok(Self::of(kind, wire, spec))
    }

    fn of(kind: NetworkKind, wire: Wire<Value>, spec: Result<NetworkSpec, FieldError>) -> Self {
        let meta = wire.metadata;
        let namespace = meta.namespace.unwrap_or_else(|| "default".to_owned());
        Self {
            key: NetworkKey { kind, namespace, name: meta.name },
            meta: Meta {
                uid: meta.uid,
                resource_version: meta.resource_version,
                generation: meta.generation,
                created: meta.creation_timestamp,
                deleting: meta.deletion_timestamp.is_some(),
                finalizers: meta.finalizers,
            },
            spec,
            conditions: wire.status.unwrap_or_default().conditions,
        }
    }

    /// Where its NAD belongs, valid or not.
    pub fn target(&self) -> NadKey {
        let wanted = self.spec.as_ref().ok().and_then(NetworkSpec::network_namespace);
        NadKey::new(wanted.unwrap_or(&self.key.namespace), &self.key.name)
    }

    /// The condition of this type.
    pub fn condition(&self, kind: &str) -> Option<&Condition> {
        self.conditions.iter().find(|condition| condition.kind == kind)
    }
}

impl NetworkSpec {
    /// Which of the three kinds it is of.
    pub const fn kind(&self) -> NetworkKind {
        match self {
            Self::Sriov(_) => NetworkKind::Sriov,
            Self::Ib(_) => NetworkKind::Ib,
            Self::Ovs(_) => NetworkKind::Ovs,
        }
    }

    /// `spec.networkNamespace`, if it is set.
    pub fn network_namespace(&self) -> Option<&str> {
        let set = match self {
            Self::Sriov(spec) => &spec.network_namespace,
            Self::Ib(spec) => &spec.network_namespace,
            Self::Ovs(spec) => &spec.network_namespace,
        };
        set.as_deref().filter(|text| !text.is_empty())
    }

    /// `spec.resourceName`, if it is set.
    pub fn resource_name(&self) -> Option<&str> {
        let set = match self {
            Self::Sriov(spec) => &spec.resource_name,
            Self::Ib(spec) => &spec.resource_name,
            Self::Ovs(spec) => &spec.resource_name,
        };
        set.as_deref().filter(|text| !text.is_empty())
    }
}

/// An object on the wire.
#[derive(Deserialize)]
struct Wire<S> {
    metadata: WireMeta,
    spec: S,
    #[serde(default)]
    status: Option<WireStatus>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireMeta {
    #[serde(default)]
    name: String,
    namespace: Option<String>,
    #[serde(default)]
    uid: String,
    #[serde(default)]
    resource_version: String,
    #[serde(default)]
    generation: i64,
    #[serde(default)]
    creation_timestamp: String,
    deletion_timestamp: Option<String>,
    #[serde(default)]
    finalizers: Vec<String>,
}

#[derive(Default, Deserialize)]
struct WireStatus {
    #[serde(default)]
    conditions: Vec<Condition>,
}

fn read_spec<'de, S: Deserialize<'de>>(value: &'de Value) -> Result<S, FieldError> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = format!("spec.{}", error.path());
        FieldError::invalid(path, error.into_inner().to_string())
    })
}

/// The API server drops unknown fields in silence; a document with one is a mistake.
fn known_fields_only(
    object: &Object,
    kind: NetworkKind,
    spec: &Value,
) -> Result<(), DocumentError> {
    let unknown = |key: &&String| !fields(kind).contains(&key.as_str());
    match spec.as_object().and_then(|spec| spec.keys().find(unknown)) {
        None => Ok(()),
        Some(key) => {
            let path = KeyPath::new().key("spec").key(key);
            let error: DocumentError = serde::de::Error::unknown_field(key, fields(kind));
            let located = DocumentError::new(error.kind(), path, error.message());
            Err(object.locate(match error.help() {
                Some(help) => located.with_help(help),
                None => located,
            }))
        }
    }
}

const fn fields(kind: NetworkKind) -> &'static [&'static str] {
    match kind {
        NetworkKind::Sriov => &[
            "networkNamespace",
            "resourceName",
            "capabilities",
            "ipam",
            "vlan",
            "vlanQoS",
            "vlanProto",
            "spoofChk",
            "trust",
            "linkState",
            "minTxRate",
            "maxTxRate",
            "metaPlugins",
            "logLevel",
            "logFile",
        ],
        NetworkKind::Ib => &[
            "networkNamespace",
            "resourceName",
            "capabilities",
            "ipam",
            "linkState",
            "metaPlugins",
        ],
        NetworkKind::Ovs => &[
            "networkNamespace",
            "resourceName",
            "capabilities",
            "ipam",
            "bridge",
            "vlan",
            "mtu",
            "trunk",
            "interfaceType",
            "metaPlugins",
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(kind: NetworkKind, spec: &str) -> String {
        format!(
            "apiVersion: {GROUP}/{VERSION}\nkind: {kind}\n\
             metadata: {{ name: net, namespace: shop }}\nspec:\n  resourceName: cx6\n{spec}"
        )
    }

    #[test]
    fn every_field_is_known_to_its_type() {
        for kind in NetworkKind::ALL {
            for field in fields(kind) {
                let text = document(kind, &format!("  {field}: {{ an: object }}\n"));
                let text = text.replace("  resourceName: cx6\n", "");
                let error = Network::parse(&text).unwrap_err();
                assert_eq!(error.key().to_string(), format!("spec.{field}"), "{kind}");
                assert_eq!(
                    error.kind(),
                    DocumentErrorKind::InvalidValue,
                    "{kind} {field}: {error}"
                );
            }
        }
    }

    #[test]
    fn an_unknown_field_is_named_with_its_line() {
        let error = Network::parse(&document(NetworkKind::Sriov, "  vlanQos: 3\n")).unwrap_err();
        assert_eq!((error.key().to_string().as_str(), error.line()), ("spec.vlanQos", Some(6)));
        assert_eq!(error.kind(), DocumentErrorKind::UnknownKey);
        assert_eq!(error.help(), Some("did you mean `vlanQoS`?"));
    }

    #[test]
    fn a_value_of_another_type_does_not_hide_the_object() {
        let value = serde_json::json!({
            "metadata": { "name": "net", "namespace": "shop", "uid": "u1", "generation": 2 },
            "spec": { "resourceName": "cx6", "trunk": [{ "id": 1 }, { "maxID": "x" }] },
        });
        let network = Network::from_value(NetworkKind::Ovs, &value).unwrap();
        assert_eq!((network.meta.uid.as_str(), network.meta.generation), ("u1", 2));
        assert_eq!(network.spec.unwrap_err().path(), "spec.trunk[1].maxID");
    }

    #[test]
    fn what_has_no_name_is_no_network() {
        let value = serde_json::json!({ "metadata": { "namespace": "shop" }, "spec": {} });
        assert!(Network::from_value(NetworkKind::Ib, &value).is_err());
        assert!(Network::from_value(NetworkKind::Ib, &Value::Null).is_err());
    }
}
