use std::collections::HashMap;

use serde_saphyr::granit_parser::{Event, Options, Parser, ScalarStyle, Span, Tag};

use super::path::{KeyPath, Segment};
use super::scalar::Scalar;
use super::tree::{Key, Node, Value};
use super::{DocumentError, Position};

/// The longest text that is read.
pub const MAX_BYTES: usize = 16 << 20;

/// How many values a text may hold, those that aliases repeat included.
const MAX_NODES: usize = 1_000_000;

/// How deep lists and mappings may be nested. Reading recurses, so this also bounds the stack.
const MAX_DEPTH: usize = 64;

/// The text of a document that was read as bytes.
///
/// # Errors
///
/// More than [`MAX_BYTES`], or not UTF-8; the error says on which line.
pub fn utf8(bytes: &[u8]) -> Result<&str, DocumentError> {
    check_size(bytes.len())?;
    std::str::from_utf8(bytes).map_err(|error| {
        let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
        DocumentError::syntax(Some(end_of(valid)), "not UTF-8 text")
    })
}

fn check_size(length: usize) -> Result<(), DocumentError> {
    if length <= MAX_BYTES {
        return Ok(());
    }
    let limit = MAX_BYTES >> 20;
    Err(DocumentError::too_large(format!(
        "{length} bytes are more than the {limit} MiB that are read"
    )))
}

/// The place right behind some text.
fn end_of(text: &[u8]) -> Position {
    let line = text.split(|b| *b == b'\n').count();
    let last = text.rsplit(|b| *b == b'\n').next().unwrap_or_default();
    // Bytes that continue a character do not count.
    let column = last.iter().filter(|b| **b & 0xc0 != 0x80).count() + 1;
    Position { line, column }
}

/// Control characters are refused by YAML, and by terminals that would obey them in an error.
fn check_characters(text: &str) -> Result<(), DocumentError> {
    let control = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}');
    let Some(found) = text.find(control) else { return Ok(()) };
    let before = text.as_bytes().get(..found).unwrap_or_default();
    Err(DocumentError::syntax(Some(end_of(before)), "a control character: not a text document"))
}

/// The documents of a stream. Empty ones are left out.
pub(super) fn parse(text: &str) -> Result<Vec<Node>, DocumentError> {
    check_size(text.len())?;
    check_characters(text)?;
    let mut options = Options::default();
    options.set_emit_comments(false);
    let mut builder = Builder::default();
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| {
            let marker = error.marker();
            let at = Position { line: marker.line(), column: marker.col() + 1 };
            DocumentError::syntax(Some(at), error.info())
        })?;
        builder.take(event, &span)?;
    }
    Ok(builder.documents)
}

/// An open list or mapping.
struct Frame {
    at: Position,
    anchor: usize,
    value: Value,
    /// The key whose value comes next.
    key: Option<Key>,
}

#[derive(Default)]
struct Builder {
    documents: Vec<Node>,
    frames: Vec<Frame>,
    anchors: HashMap<usize, Node>,
    nodes: usize,
    repeated_bytes: usize,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: &Span) -> Result<(), DocumentError> {
        let at = Position { line: span.start.line(), column: span.start.col() + 1 };
        let step = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain;
                tag_forces_text(tag.as_deref()).and_then(|forced| {
                    let scalar = Scalar { text: text.into_owned(), plain: plain && !forced };
                    self.add(Node { at, value: Value::Scalar(scalar) }, anchor)
                })
            }
            Event::SequenceStart(_, anchor, tag) => tag_forces_text(tag.as_deref())
                .and_then(|_| self.open(at, anchor, Value::List(Vec::new()))),
            Event::MappingStart(_, anchor, tag) => tag_forces_text(tag.as_deref())
                .and_then(|_| self.open(at, anchor, Value::Map(Vec::new()))),
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(id) => self.repeat(id),
            Event::DocumentStart(..) => {
                self.anchors.clear();
                Ok(())
            }
            _ => Ok(()),
        };
        step.map_err(|error| error.within(|| self.path(), at))
    }

    /// Where the next value will stand.
    fn path(&self) -> KeyPath {
        let segment = |frame: &Frame| match &frame.value {
            Value::List(items) => Some(Segment::Index(items.len())),
            _ => frame.key.as_ref().map(|key| Segment::Key(key.name.clone())),
        };
        self.frames.iter().filter_map(segment).collect()
    }

    fn count(&mut self, nodes: usize) -> Result<(), DocumentError> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes <= MAX_NODES {
            return Ok(());
        }
        Err(DocumentError::too_large(format!("more than {MAX_NODES} values")))
    }

    fn open(&mut self, at: Position, anchor: usize, value: Value) -> Result<(), DocumentError> {
        if self.frames.len() >= MAX_DEPTH {
            return Err(DocumentError::too_large(format!(
                "nested more than {MAX_DEPTH} levels deep"
            )));
        }
        if self.awaits_key() {
            return Err(DocumentError::syntax(None, "a key has to be text"));
        }
        self.count(1)?;
        self.frames.push(Frame { at, anchor, value, key: None });
        Ok(())
    }

    fn close(&mut self) -> Result<(), DocumentError> {
        let Some(Frame { at, anchor, value, .. }) = self.frames.pop() else { return Ok(()) };
        if let Value::Map(entries) = &value {
            check_unique(entries).map_err(|(key, first)| {
                let message = format!("the key stands there twice, first in line {}", first.line);
                let path = self.path().key(&key.name);
                let error = DocumentError::new(super::DocumentErrorKind::Syntax, path, message);
                error.at(Some(key.at))
            })?;
        }
        self.add(Node { at, value }, anchor)
    }

    fn awaits_key(&self) -> bool {
        let last = self.frames.last();
        last.is_some_and(|frame| matches!(frame.value, Value::Map(_)) && frame.key.is_none())
    }

    fn add(&mut self, node: Node, anchor: usize) -> Result<(), DocumentError> {
        self.count(1)?;
        if anchor > 0 {
            self.charge(&node)?;
            self.anchors.insert(anchor, node.clone());
        }
        let awaits_key = self.awaits_key();
        let Some(frame) = self.frames.last_mut() else {
            if !node.is_null() {
                self.documents.push(node);
            }
            return Ok(());
        };
        match &mut frame.value {
            Value::List(items) => items.push(node),
            Value::Map(_) if awaits_key => frame.key = Some(as_key(node)?),
            Value::Map(entries) => entries.extend(frame.key.take().map(|key| (key, node))),
            Value::Scalar(_) => {}
        }
        Ok(())
    }

    /// A copy costs as much as if it had been written out: that is what stops an alias bomb.
    fn charge(&mut self, node: &Node) -> Result<(), DocumentError> {
        let (nodes, bytes) = node.weight();
        self.count(nodes)?;
        self.repeated_bytes = self.repeated_bytes.saturating_add(bytes);
        if self.repeated_bytes <= MAX_BYTES {
            return Ok(());
        }
        Err(DocumentError::too_large("aliases repeat more text than is read"))
    }

    fn repeat(&mut self, id: usize) -> Result<(), DocumentError> {
        // An alias inside its own anchor is not finished yet.
        let Some(node) = self.anchors.remove(&id) else {
            return Err(DocumentError::syntax(None, "an alias of a value that contains it"));
        };
        self.charge(&node)?;
        self.anchors.insert(id, node.clone());
        self.add(node, 0)
    }
}

fn as_key(node: Node) -> Result<Key, DocumentError> {
    match node.value {
        Value::Scalar(scalar) => Ok(Key { at: node.at, name: scalar.text }),
        _ => Err(DocumentError::syntax(Some(node.at), "a key has to be text")),
    }
}

/// The second of two equal keys, and where the first one stands.
fn check_unique(entries: &[(Key, Node)]) -> Result<(), (&Key, Position)> {
    let mut first = HashMap::with_capacity(entries.len());
    for (key, _) in entries {
        if let Some(at) = first.insert(key.name.as_str(), key.at) {
            return Err((key, at));
        }
    }
    Ok(())
}

/// `!!str` makes text of anything; the other tags of the core schema change nothing here, since
/// the type that is read decides. Tags of applications have no meaning.
fn tag_forces_text(tag: Option<&Tag>) -> Result<bool, DocumentError> {
    let Some(tag) = tag else { return Ok(false) };
    match tag.core_suffix() {
        Some("str") => Ok(true),
        Some(_) => Ok(false),
        None => Err(DocumentError::syntax(None, "tags are not known here")),
    }
}
