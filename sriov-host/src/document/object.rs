use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use super::de::{Reader, Trail};
use super::parse::parse;
use super::tree::{Node, Value};
use super::{DocumentError, DocumentErrorKind, KeyPath};

/// One object of a document, with its `apiVersion` and `kind`.
#[derive(Clone, Debug)]
pub struct Object {
    node: Node,
    /// Where it stands in the document: not at the root inside a list.
    prefix: KeyPath,
}

/// Reads the only object of a text.
///
/// # Errors
///
/// Neither YAML nor JSON, no object, or a second one behind `---`.
pub fn read_one(text: &str) -> Result<Object, DocumentError> {
    let mut nodes = parse(text)?.into_iter();
    let Some(first) = nodes.next() else {
        return Err(DocumentError::syntax(None, "the document is empty"));
    };
    match nodes.next() {
        None => Object::new(first, KeyPath::new()),
        Some(second) => {
            Err(DocumentError::syntax(Some(second.at), "a second document, where one is accepted"))
        }
    }
}

/// Reads every object of a stream; the `items` of a `List` count as objects of their own.
///
/// # Errors
///
/// Neither YAML nor JSON, or something in it that is not an object.
pub fn read_all(text: &str) -> Result<Vec<Object>, DocumentError> {
    let mut objects = Vec::new();
    for node in parse(text)? {
        let object = Object::new(node, KeyPath::new())?;
        let list = object.kind().is_some_and(|kind| kind.ends_with("List"));
        if list && object.node.get("items").is_some() {
            objects.append(&mut object.into_items()?);
        } else {
            objects.push(object);
        }
    }
    Ok(objects)
}

impl Object {
    fn new(node: Node, prefix: KeyPath) -> Result<Self, DocumentError> {
        if matches!(node.value, Value::Map(_)) {
            return Ok(Self { node, prefix });
        }
        let message = format!("expected a mapping, found {}", node.describe());
        let error = DocumentError::new(DocumentErrorKind::Syntax, prefix, message);
        Err(error.at(Some(node.at)))
    }

    fn into_items(self) -> Result<Vec<Self>, DocumentError> {
        let path = self.prefix.key("items");
        let Value::Map(entries) = self.node.value else { return Ok(Vec::new()) };
        let items = entries.into_iter().find(|(key, _)| key.name == "items");
        match items.map(|(_, node)| (node.at, node.value)) {
            Some((_, Value::List(items))) => {
                let numbered = items.into_iter().enumerate();
                numbered.map(|(index, node)| Self::new(node, path.index(index))).collect()
            }
            Some((at, _)) => Err(DocumentError::invalid(path, "expected a list").at(Some(at))),
            None => Ok(Vec::new()),
        }
    }

    /// The kind, if it is text.
    pub fn kind(&self) -> Option<&str> {
        self.node.get("kind").and_then(Node::text)
    }

    /// The version, if it is text.
    pub fn api_version(&self) -> Option<&str> {
        self.node.get("apiVersion").and_then(Node::text)
    }

    /// Reads the type.
    ///
    /// # Errors
    ///
    /// A key or value that does not fit, with its place.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, DocumentError> {
        Reader { node: &self.node, trail: Trail::Root(&self.prefix) }.read(PhantomData)
    }

    /// Checks the kind and the version.
    ///
    /// # Errors
    ///
    /// Either is missing or another one.
    pub fn expect(&self, api_version: &str, kind: &str) -> Result<(), DocumentError> {
        self.expect_value("kind", kind)?;
        self.expect_value("apiVersion", api_version)
    }

    fn expect_value(&self, key: &str, wanted: &str) -> Result<(), DocumentError> {
        let found = self.node.get(key);
        if found.and_then(Node::text) == Some(wanted) {
            return Ok(());
        }
        let found = found.map_or_else(|| "nothing".to_owned(), Node::describe);
        Err(self.error(
            DocumentErrorKind::WrongKind,
            &KeyPath::new().key(key),
            format!("expected {wanted}, found {found}"),
        ))
    }

    /// A fault at a key of this object, with its line.
    pub fn error(
        &self,
        kind: DocumentErrorKind,
        key: &KeyPath,
        message: impl Into<String>,
    ) -> DocumentError {
        self.locate(DocumentError::new(kind, key.clone(), message))
    }

    /// Adds the line to an error that names only the key, as validation finds them.
    #[must_use]
    pub fn locate(&self, error: DocumentError) -> DocumentError {
        let at = self.node.position_of(error.key());
        error.within(|| self.prefix.clone(), at)
    }
}
