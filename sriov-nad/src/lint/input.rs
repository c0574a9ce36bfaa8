use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sriov_host::document::{self, DocumentError, DocumentErrorKind, KeyPath, Object};

use super::pod::Pod;
use crate::FieldError;
use crate::nad::{API_VERSION, KIND, Nad, Owner};
use crate::names::{GROUP, NadKey, NetworkKind, VERSION};
use crate::spec::Network;

/// The objects that are looked at, in order.
#[derive(Clone, Debug, Default)]
pub struct Input {
    subjects: Vec<Subject>,
}

/// One object: a NAD, a network, or a pod.
#[derive(Clone, Debug)]
pub struct Subject {
    name: String,
    pub(super) body: Body,
}

#[derive(Clone, Debug)]
pub(super) enum Body {
    Nad(Box<NadSubject>),
    Network(Box<NetworkSubject>),
    Pod(Pod),
}

/// A NAD of any producer.
#[derive(Clone, Debug)]
pub(super) struct NadSubject {
    pub(super) nad: Nad,
    /// The resource annotation, as it is.
    pub(super) meta: Value,
    pub(super) config: ConfigText,
}

/// `spec.config`.
#[derive(Clone, Debug)]
pub(super) enum ConfigText {
    Text(String),
    /// Something else than text.
    Other,
}

/// A network, with the metadata that [`Network`] leaves out.
#[derive(Clone, Debug)]
pub(super) struct NetworkSubject {
    pub(super) network: Network,
    pub(super) meta: Value,
}

/// Why an object cannot be looked at.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{key}: {message}")]
pub struct SubjectError {
    key: &'static str,
    message: String,
}

impl SubjectError {
    fn new(key: &'static str, message: impl Into<String>) -> Self {
        Self { key, message: message.into() }
    }
}

impl Input {
    /// Reads a stream of YAML or JSON documents: NADs, networks and pods, also as a `List`.
    ///
    /// # Errors
    ///
    /// No such stream, an object of another kind, or one without a name; a field a network does not
    /// have. Each with its key and line.
    pub fn parse(text: &str) -> Result<Self, DocumentError> {
        let objects = document::read_all(text)?;
        Ok(Self { subjects: objects.iter().map(Subject::from_object).collect::<Result<_, _>>()? })
    }

    /// Takes objects as the API server delivers them.
    ///
    /// # Errors
    ///
    /// An object of another kind, or one without a name.
    pub fn from_values<'v>(
        values: impl IntoIterator<Item = &'v Value>,
    ) -> Result<Self, SubjectError> {
        let subjects = values.into_iter().map(Subject::from_value).collect::<Result<_, _>>()?;
        Ok(Self { subjects })
    }

    /// The objects.
    pub fn subjects(&self) -> &[Subject] {
        &self.subjects
    }

    pub(super) fn nads(&self) -> impl Iterator<Item = &NadSubject> {
        self.subjects.iter().filter_map(|subject| match &subject.body {
            Body::Nad(nad) => Some(&**nad),
            _ => None,
        })
    }

    pub(super) fn networks(&self) -> impl Iterator<Item = &NetworkSubject> {
        self.subjects.iter().filter_map(|subject| match &subject.body {
            Body::Network(network) => Some(&**network),
            _ => None,
        })
    }

    pub(super) fn pods(&self) -> impl Iterator<Item = &Pod> {
        self.subjects.iter().filter_map(|subject| match &subject.body {
            Body::Pod(pod) => Some(pod),
            _ => None,
        })
    }
}

impl Subject {
    /// The object, as `NetworkAttachmentDefinition shop/fast`.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn from_object(object: &Object) -> Result<Self, DocumentError> {
        let value = with_texts(object)?;
        let mut subject = Self::from_value(&value).map_err(|error| {
            let kind = DocumentErrorKind::WrongKind;
            let path = error.key.split('.').fold(KeyPath::new(), |path, key| path.key(key));
            object.error(kind, &path, error.message)
        })?;
        if let Body::Network(network) = &mut subject.body {
            // Documents are read with less severity than objects of the API server: 12 is a text.
            network.network.spec = match Network::from_object(object) {
                Ok(network) => network.spec,
                Err(error) if error.kind() == DocumentErrorKind::UnknownKey => return Err(error),
                // Any other fault is a finding, so that it does not hide those of other objects.
                Err(error) => Err(FieldError::invalid(error.key().to_string(), error.message())),
            };
        }
        Ok(subject)
    }

    /// Takes an object as the API server delivers it. Without a namespace it is in `default`.
    ///
    /// # Errors
    ///
    /// An object of another kind, or one without a name.
    pub fn from_value(value: &Value) -> Result<Self, SubjectError> {
        let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
        let (kind, version) = (text("kind"), text("apiVersion"));
        let network = NetworkKind::from_name(kind);
        let expected = match (kind, network) {
            (KIND, _) => API_VERSION.to_owned(),
            ("Pod", _) => "v1".to_owned(),
            (_, Some(_)) => format!("{GROUP}/{VERSION}"),
            _ => {
                let message = format!(
                    "{kind:?} is not looked at, but {KIND}, SriovNetwork, SriovIBNetwork, \
                     OVSNetwork and Pod"
                );
                return Err(SubjectError::new("kind", message));
            }
        };
        if version != expected {
            let message = format!("expected {expected} for {kind}, found {version:?}");
            return Err(SubjectError::new("apiVersion", message));
        }
        match network {
            Some(network) => Self::network(network, value),
            None if kind == KIND => Self::nad(value),
            None => Self::pod(value),
        }
    }

    fn nad(value: &Value) -> Result<Self, SubjectError> {
        let key = key(value)?;
        let config = match value.pointer("/spec/config") {
            None | Some(Value::Null) => ConfigText::Text(String::new()),
            Some(Value::String(text)) => ConfigText::Text(text.clone()),
            Some(_) => ConfigText::Other,
        };
        let value = with_namespace(value, &key);
        let nad = Nad::from_value(&value)
            .ok_or_else(|| SubjectError::new("metadata.name", "is missing"))?;
        let body = NadSubject { nad, meta: meta(&value), config };
        Ok(Self { name: format!("{KIND} {key}"), body: Body::Nad(Box::new(body)) })
    }

    fn network(kind: NetworkKind, value: &Value) -> Result<Self, SubjectError> {
        let key = key(value)?;
        let value = with_namespace(value, &key);
        let network = Network::from_value(kind, &value)
            .map_err(|error| SubjectError::new("metadata", error.to_string()))?;
        let body = NetworkSubject { network, meta: meta(&value) };
        Ok(Self { name: format!("{kind} {key}"), body: Body::Network(Box::new(body)) })
    }

    fn pod(value: &Value) -> Result<Self, SubjectError> {
        let key = key(value)?;
        let name = format!("Pod {key}");
        Ok(Self { name, body: Body::Pod(Pod::from_value(&key.namespace, value)) })
    }
}

impl NadSubject {
    pub(super) fn owner(&self) -> &Owner {
        &self.nad.owner
    }
}

/// The object, with every name and annotation as text, whatever YAML takes it for.
fn with_texts(object: &Object) -> Result<Value, DocumentError> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Wire {
        metadata: Texts,
    }
    #[derive(Default, Deserialize, Serialize)]
    #[serde(default, rename_all = "camelCase")]
    struct Texts {
        name: Option<String>,
        generate_name: Option<String>,
        namespace: Option<String>,
        annotations: Option<BTreeMap<String, String>>,
        labels: Option<BTreeMap<String, String>>,
    }
    let mut value: Value = object.read()?;
    let texts = serde_json::to_value(object.read::<Wire>()?.metadata).unwrap_or_default();
    let meta = value.get_mut("metadata").and_then(Value::as_object_mut);
    if let (Some(meta), Value::Object(texts)) = (meta, texts) {
        meta.extend(texts.into_iter().filter(|(_, text)| !text.is_null()));
    }
    Ok(value)
}

/// Where the object is.
fn key(value: &Value) -> Result<NadKey, SubjectError> {
    let text = |key: &str| {
        let text = value.get("metadata")?.get(key)?.as_str()?;
        (!text.is_empty()).then_some(text)
    };
    let Some(name) = text("name").or_else(|| text("generateName")) else {
        return Err(SubjectError::new("metadata.name", "is missing"));
    };
    Ok(NadKey::new(text("namespace").unwrap_or("default"), name))
}

fn with_namespace(value: &Value, key: &NadKey) -> Value {
    let mut value = value.clone();
    if let Some(meta) = value.get_mut("metadata").and_then(Value::as_object_mut) {
        meta.insert("namespace".to_owned(), Value::String(key.namespace.clone()));
        meta.insert("name".to_owned(), Value::String(key.name.clone()));
    }
    value
}

fn meta(value: &Value) -> Value {
    value.get("metadata").cloned().unwrap_or_default()
}

/// The members of a map of texts in the metadata, as `annotations`.
pub(super) fn texts<'v>(meta: &'v Value, map: &str) -> impl Iterator<Item = (&'v str, &'v str)> {
    let entries = meta.get(map).and_then(Value::as_object).into_iter().flatten();
    entries.map(|(key, value)| (key.as_str(), value.as_str().unwrap_or_default()))
}
