use std::fmt;

/// Where a value stands in a document, as `pfs[0].vfs[1].vlan`.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct KeyPath(Vec<Segment>);

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) enum Segment {
    Key(String),
    Index(usize),
}

impl KeyPath {
    /// The document as a whole.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The value of a key in the mapping that stands here.
    #[must_use]
    pub fn key(&self, name: &str) -> Self {
        self.with(Segment::Key(name.to_owned()))
    }

    /// An element of the list that stands here.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.with(Segment::Index(index))
    }

    /// Whether it is the document as a whole.
    pub const fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn with(&self, segment: Segment) -> Self {
        let mut segments = self.0.clone();
        segments.push(segment);
        Self(segments)
    }

    pub(super) fn join(&self, rest: &Self) -> Self {
        Self(self.0.iter().chain(&rest.0).cloned().collect())
    }

    /// The same place in a document with other keys; no new name leaves a key as it is.
    pub(super) fn rename(&self, names: impl Fn(&str) -> &'static [&'static str]) -> Self {
        let mut renamed = Vec::with_capacity(self.0.len());
        for segment in &self.0 {
            match segment {
                Segment::Key(name) if !names(name).is_empty() => {
                    renamed.extend(names(name).iter().map(|name| Segment::Key((*name).to_owned())));
                }
                segment => renamed.push(segment.clone()),
            }
        }
        Self(renamed)
    }

    pub(super) fn segments(&self) -> &[Segment] {
        &self.0
    }
}

impl FromIterator<Segment> for KeyPath {
    fn from_iter<I: IntoIterator<Item = Segment>>(segments: I) -> Self {
        Self(segments.into_iter().collect())
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Key(name) if !is_plain(name) => write!(f, "[{:?}]", shortened(name))?,
                Segment::Key(name) if position == 0 => f.write_str(name)?,
                Segment::Key(name) => write!(f, ".{name}")?,
            }
        }
        Ok(())
    }
}

/// Whether a key can stand between dots without being misread.
fn is_plain(name: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'/' | b'<');
    (1..=64).contains(&name.len()) && name.bytes().all(allowed)
}

fn shortened(name: &str) -> String {
    let mut kept: String = name.chars().take(64).collect();
    if kept.len() < name.len() {
        kept.push('…');
    }
    kept
}
