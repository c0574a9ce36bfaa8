use super::lexeme;
use super::{Fault, JsonError};

/// The deepest nesting that is read: Go's own limit (`encoding/json`, `maxNestingDepth`), so that
/// nothing is written here that the CNI plugins could not read.
pub const MAX_DEPTH: usize = 10_000;

/// A part of a JSON text, as it is spelled there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Event<'a> {
    /// `{`
    ObjectStart,
    /// `}`
    ObjectEnd,
    /// `[`
    ArrayStart,
    /// `]`
    ArrayEnd,
    /// The key of the member whose value follows, with its quotes.
    Key(&'a str),
    /// A string, with its quotes.
    String(&'a str),
    /// A number.
    Number(&'a str),
    /// `true`, `false` or `null`.
    Word(&'a str),
}

/// Reads one JSON value (RFC 8259) as a sequence of [`Event`]s, without copying or recursion.
///
/// It ends behind the value, or with the first error. What stands behind the value is not looked
/// at: [`offset`](Self::offset) tells where that begins.
///
/// ```
/// use sriov_nad::json::{Event, Scanner};
///
/// let events: Result<Vec<_>, _> = Scanner::new(r#"{"rate": 1.50}"#).collect();
/// let expected = [
///     Event::ObjectStart,
///     Event::Key("\"rate\""),
///     Event::Number("1.50"),
///     Event::ObjectEnd,
/// ];
/// assert_eq!(events?, expected);
/// # Ok::<(), sriov_nad::json::JsonError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Scanner<'a> {
    text: &'a str,
    at: usize,
    /// The containers that are open, the innermost last.
    open: Vec<Container>,
    state: State,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Container {
    Object,
    Array,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    Value,
    ValueOrEnd,
    KeyOrEnd,
    CommaOrEnd,
    Done,
}

impl<'a> Scanner<'a> {
    /// From the beginning of a text.
    pub const fn new(text: &'a str) -> Self {
        Self::at(text, 0)
    }

    /// From a byte of a text.
    pub(super) const fn at(text: &'a str, at: usize) -> Self {
        Self { text, at, open: Vec::new(), state: State::Value }
    }

    /// The byte behind what was read.
    pub const fn offset(&self) -> usize {
        self.at
    }

    /// Checks that nothing but space is left.
    ///
    /// # Errors
    ///
    /// Something else is left.
    pub fn finish(mut self) -> Result<(), JsonError> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.fault(Fault::Trailing)),
        }
    }

    /// The next byte that is not space.
    pub(super) fn peek(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        let skipped = rest.iter().take_while(|byte| space(byte)).count();
        self.at += skipped;
        rest.get(skipped).copied()
    }

    pub(super) const fn fault(&self, fault: Fault) -> JsonError {
        JsonError::new(self.at, fault)
    }

    fn step(&mut self) -> Result<Event<'a>, JsonError> {
        let next = self.peek();
        match (self.state, self.open.last(), next) {
            (State::KeyOrEnd | State::CommaOrEnd, Some(Container::Object), Some(b'}')) => {
                Ok(self.close(Event::ObjectEnd))
            }
            (State::ValueOrEnd | State::CommaOrEnd, Some(Container::Array), Some(b']')) => {
                Ok(self.close(Event::ArrayEnd))
            }
            (State::CommaOrEnd, Some(container), Some(b',')) => {
                let container = *container;
                self.at += 1;
                let next = self.peek();
                if container == Container::Object { self.key(next) } else { self.value(next) }
            }
            (State::CommaOrEnd, Some(Container::Object), _) => Err(self.expected("`,` or `}`")),
            (State::CommaOrEnd, ..) => Err(self.expected("`,` or `]`")),
            (State::KeyOrEnd, ..) => self.key(next),
            (State::Value | State::ValueOrEnd | State::Done, ..) => self.value(next),
        }
    }

    fn key(&mut self, next: Option<u8>) -> Result<Event<'a>, JsonError> {
        if next != Some(b'"') {
            return Err(self.expected("a key in quotes"));
        }
        let key = self.lexeme(lexeme::string)?;
        if self.peek() != Some(b':') {
            return Err(self.expected("`:`"));
        }
        self.at += 1;
        self.state = State::Value;
        Ok(Event::Key(key))
    }

    fn value(&mut self, next: Option<u8>) -> Result<Event<'a>, JsonError> {
        match next {
            Some(b'{') => return self.descend(Container::Object),
            Some(b'[') => return self.descend(Container::Array),
            _ => {}
        }
        let event = match next {
            Some(b'"') => Event::String(self.lexeme(lexeme::string)?),
            Some(b'-' | b'0'..=b'9') => Event::Number(self.lexeme(lexeme::number)?),
            Some(b't' | b'f' | b'n') => Event::Word(self.lexeme(lexeme::word)?),
            _ => return Err(self.expected("a value")),
        };
        self.done_with_value();
        Ok(event)
    }

    fn descend(&mut self, container: Container) -> Result<Event<'a>, JsonError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(self.fault(Fault::TooDeep));
        }
        self.at += 1;
        self.open.push(container);
        let (state, event) = match container {
            Container::Object => (State::KeyOrEnd, Event::ObjectStart),
            Container::Array => (State::ValueOrEnd, Event::ArrayStart),
        };
        self.state = state;
        Ok(event)
    }

    fn close(&mut self, event: Event<'a>) -> Event<'a> {
        self.at += 1;
        self.open.pop();
        self.done_with_value();
        event
    }

    fn done_with_value(&mut self) {
        self.state = if self.open.is_empty() { State::Done } else { State::CommaOrEnd };
    }

    fn lexeme(
        &mut self,
        read: fn(&[u8], usize) -> Result<usize, JsonError>,
    ) -> Result<&'a str, JsonError> {
        let end = read(self.text.as_bytes(), self.at)?;
        // Lexemes begin and end at ASCII characters.
        let lexeme = self.text.get(self.at..end).unwrap_or_default();
        self.at = end;
        Ok(lexeme)
    }

    const fn expected(&self, what: &'static str) -> JsonError {
        self.fault(Fault::Expected(what))
    }
}

impl<'a> Iterator for Scanner<'a> {
    type Item = Result<Event<'a>, JsonError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.state == State::Done {
            return None;
        }
        let step = self.step();
        if step.is_err() {
            self.state = State::Done;
        }
        Some(step)
    }
}
