use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Objects of a cluster, as they can be put back after the operator was installed anew.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Captured {
    /// `sriov/v1`.
    api_version: ApiVersion,
    /// `ClusterCapture`.
    kind: DocumentKind,
    /// The objects, without what the API server keeps in them, in the order they are restored.
    pub objects: Vec<Value>,
    /// Kinds that were asked for and that the cluster does not serve.
    #[serde(default)]
    pub absent: Vec<KindRef>,
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
enum ApiVersion {
    #[serde(rename = "sriov/v1")]
    V1,
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
enum DocumentKind {
    ClusterCapture,
}

impl Captured {
    pub(super) const fn new(objects: Vec<Value>, absent: Vec<KindRef>) -> Self {
        let (api_version, kind) = (ApiVersion::V1, DocumentKind::ClusterCapture);
        Self { api_version, kind, objects, absent }
    }
}

/// A kind of objects, as a document names it.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KindRef {
    /// `apiVersion`: `group/version`, or `v1`.
    pub api_version: String,
    /// `kind`.
    pub kind: String,
}

impl KindRef {
    /// A kind of its parts.
    pub fn new(api_version: impl Into<String>, kind: impl Into<String>) -> Self {
        Self { api_version: api_version.into(), kind: kind.into() }
    }

    /// The kind of an object.
    pub(super) fn of(object: &Value) -> Self {
        let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default();
        Self::new(text("apiVersion"), text("kind"))
    }
}

/// `operators.coreos.com/v1/OperatorGroup`.
impl fmt::Display for KindRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.api_version, self.kind)
    }
}

/// Text that is not `group/version/Kind` or `v1/Kind`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected group/version/Kind or v1/Kind")]
pub struct KindRefError;

impl FromStr for KindRef {
    type Err = KindRefError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (api_version, kind) = text.rsplit_once('/').ok_or(KindRefError)?;
        let parts = api_version.split('/').count();
        let sound = kind.starts_with(|c: char| c.is_ascii_uppercase())
            && parts <= 2
            && api_version.split('/').all(|part| !part.is_empty());
        if sound { Ok(Self::new(api_version, kind)) } else { Err(KindRefError) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_print_as_they_parse() {
        for text in ["v1/Namespace", "operators.coreos.com/v1alpha1/Subscription"] {
            assert_eq!(text.parse::<KindRef>().unwrap().to_string(), text);
        }
        for text in ["", "Namespace", "v1/namespaces", "/v1/Pod", "a/b/c/Pod", "v1/"] {
            assert!(text.parse::<KindRef>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_document_of_another_kind_is_refused() {
        let text = r#"{ "apiVersion": "sriov/v1", "kind": "NodeConfig", "objects": [] }"#;
        assert!(serde_json::from_str::<Captured>(text).is_err());
        let captured = Captured::new(vec![], vec![KindRef::new("v1", "Pod")]);
        let text = serde_json::to_string(&captured).unwrap();
        assert_eq!(serde_json::from_str::<Captured>(&text).unwrap(), captured);
    }
}
