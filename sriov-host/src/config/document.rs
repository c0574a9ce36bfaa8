use super::validate::validate;
use super::{NodeConfig, node_state, wire};
use crate::document::{self, DocumentError, DocumentErrorKind, KeyPath, Object};

/// A configuration and what the document it came from had beyond it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Document {
    /// What the host should have.
    pub config: NodeConfig,
    /// Which kind of document it was.
    pub kind: DocumentKind,
    /// What was left out, each in one line for a person.
    pub notes: Vec<String>,
}

/// The kinds of documents that hold a configuration.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum DocumentKind {
    /// This project's own.
    NodeConfig,
    /// The `SriovNetworkNodeState` of the SR-IOV network operator.
    NodeState,
}

impl Document {
    /// Reads a `NodeConfig` or a `SriovNetworkNodeState`, as YAML or JSON.
    ///
    /// ```
    /// use sriov_host::config::Document;
    /// let text = "
    /// apiVersion: sriovnetwork.openshift.io/v1
    /// kind: SriovNetworkNodeState
    /// metadata: { name: worker-0 }
    /// spec:
    ///   interfaces:
    ///     - pciAddress: 0000:3b:00.0
    ///       numVfs: 4
    ///       vfGroups: [{ resourceName: dpdk, deviceType: vfio-pci, vfRange: 0-3 }]
    /// ";
    /// let document = Document::parse(text)?;
    /// assert_eq!(document.config.pfs[0].num_vfs.map(|count| count.get()), Some(4));
    /// # Ok::<(), sriov_host::document::DocumentError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The first fault, with its key and line.
    pub fn parse(text: &str) -> Result<Self, DocumentError> {
        Self::from_object(&document::read_one(text)?)
    }

    /// Reads an object of a stream.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub fn from_object(object: &Object) -> Result<Self, DocumentError> {
        let document = match object.kind() {
            Some(node_state::KIND) => node_state::read(object)?,
            Some(NodeConfig::KIND) => {
                object.expect(NodeConfig::API_VERSION, NodeConfig::KIND)?;
                let config = object.read::<wire::Document>()?.into();
                Self { config, kind: DocumentKind::NodeConfig, notes: Vec::new() }
            }
            kind => return Err(other_kind(object, kind)),
        };
        validate(&document.config).map_err(|error| match document.kind {
            DocumentKind::NodeConfig => object.locate(error),
            // Validation speaks of the keys of a `NodeConfig`.
            DocumentKind::NodeState => object.locate(node_state::rename(error)),
        })?;
        Ok(document)
    }
}

fn other_kind(object: &Object, kind: Option<&str>) -> DocumentError {
    let found = kind.map_or_else(|| "nothing".to_owned(), |kind| format!("{kind:?}"));
    let message = format!("expected {} or {}, found {found}", NodeConfig::KIND, node_state::KIND);
    object.error(DocumentErrorKind::WrongKind, &KeyPath::new().key("kind"), message)
}

impl NodeConfig {
    /// The version of the document.
    pub const API_VERSION: &str = "sriov/v1";
    /// The kind of the document.
    pub const KIND: &str = "NodeConfig";

    /// Reads a `NodeConfig` as YAML or JSON. [`Document::parse`] reads other kinds as well.
    ///
    /// ```
    /// use sriov_host::config::NodeConfig;
    /// let error = NodeConfig::parse("
    /// apiVersion: sriov/v1
    /// kind: NodeConfig
    /// pfs:
    ///   - match: { pci: 0000:01:00.0 }
    ///     vfs: [{ range: 0-1, vlan: 4095 }]
    /// ").unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "pfs[0].vfs[0].vlan (line 6, column 31): \
    ///      4095 is not a VLAN id (1 to 4094, or 0 for untagged)"
    /// );
    /// assert_eq!(error.code(), "SRIOV-H003");
    /// # Ok::<(), sriov_host::document::DocumentError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The first fault, with its key and line.
    pub fn parse(text: &str) -> Result<Self, DocumentError> {
        let object = document::read_one(text)?;
        object.expect(Self::API_VERSION, Self::KIND)?;
        Document::from_object(&object).map(|document| document.config)
    }

    /// Checks that the parts fit together, as [`parse`](Self::parse) does: for a configuration
    /// that was not parsed.
    ///
    /// # Errors
    ///
    /// The first contradiction, with its key.
    pub fn validate(&self) -> Result<(), DocumentError> {
        validate(self)
    }

    /// The document in its canonical form, as YAML. It parses back to the same configuration.
    ///
    /// # Errors
    ///
    /// A text that YAML cannot hold, in a configuration that was not parsed.
    pub fn to_yaml(&self) -> Result<String, DocumentError> {
        let text = serde_saphyr::to_string(self);
        text.map_err(|error| DocumentError::invalid(KeyPath::new(), error.to_string()))
    }

    /// The document in its canonical form, as JSON. It parses back to the same configuration.
    ///
    /// # Errors
    ///
    /// None that is known; the signature follows [`to_yaml`](Self::to_yaml).
    pub fn to_json(&self) -> Result<String, DocumentError> {
        let text = serde_json::to_string_pretty(self);
        text.map_err(|error| DocumentError::invalid(KeyPath::new(), error.to_string()))
    }
}
