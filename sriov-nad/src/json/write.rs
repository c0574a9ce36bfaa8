use std::fmt::Write as _;

use super::{Event, Fault, JsonError, Scanner};

/// The longest stored form that is written.
///
/// Each level of nesting adds 4 spaces to every line, so that 20 kB of brackets would make 400 MB.
/// No API server takes an object of this size, and no document of it is read here.
pub const MAX_BYTES: usize = 16 << 20;

/// Writes JSON in the stored form: 4 spaces for each level, nothing behind the end.
///
/// The caller opens and closes in pairs and writes a key before each value of an object.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    out: String,
    depth: usize,
    /// What comes next stands behind a key, or is the value as a whole.
    inline: bool,
    /// The innermost container has nothing in it yet.
    empty: bool,
}

/// As many spaces as most texts need at once.
const SPACES: &str = "                                ";

impl Writer {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        let out = String::with_capacity(bytes);
        Self { out, depth: 0, inline: true, empty: false }
    }

    pub(crate) fn finish(self) -> String {
        self.out
    }

    pub(crate) fn open_object(&mut self) {
        self.open('{');
    }

    pub(crate) fn close_object(&mut self) {
        self.close('}');
    }

    pub(crate) fn open_array(&mut self) {
        self.open('[');
    }

    pub(crate) fn close_array(&mut self) {
        self.close(']');
    }

    /// A key that needs no escapes.
    pub(crate) fn key(&mut self, key: &str) {
        self.begin();
        self.out.push('"');
        self.out.push_str(key);
        self.out.push_str("\": ");
        self.inline = true;
    }

    pub(crate) fn number(&mut self, number: i64) {
        self.begin();
        // Writing to a string cannot fail.
        let _ = write!(self.out, "{number}");
    }

    /// A string of which `"`, `\` and control characters are escaped, and nothing else.
    pub(crate) fn string(&mut self, parts: &[&str]) {
        self.begin();
        self.out.push('"');
        for part in parts {
            self.escaped(part);
        }
        self.out.push('"');
    }

    /// A value as it is spelled in a text, with the space around its tokens replaced.
    pub(crate) fn tokens(&mut self, text: &str) -> Result<(), JsonError> {
        let mut scanner = Scanner::new(text);
        while let Some(event) = scanner.next() {
            if self.out.len() > MAX_BYTES {
                return Err(scanner.fault(Fault::TooLong));
            }
            match event? {
                Event::ObjectStart => self.open_object(),
                Event::ObjectEnd => self.close_object(),
                Event::ArrayStart => self.open_array(),
                Event::ArrayEnd => self.close_array(),
                Event::Key(raw) => {
                    self.raw(raw);
                    self.out.push_str(": ");
                    self.inline = true;
                }
                Event::String(raw) | Event::Number(raw) | Event::Word(raw) => self.raw(raw),
            }
        }
        scanner.finish()
    }

    /// As [`tokens`](Self::tokens), of a value that has to be an object.
    pub(crate) fn object(&mut self, text: &str) -> Result<(), JsonError> {
        let mut scanner = Scanner::new(text);
        match scanner.peek() {
            Some(b'{') => self.tokens(text),
            _ => Err(scanner.fault(Fault::Expected("an object"))),
        }
    }

    fn raw(&mut self, token: &str) {
        self.begin();
        self.out.push_str(token);
    }

    fn escaped(&mut self, text: &str) {
        let mut rest = text;
        let special = |c: char| matches!(c, '"' | '\\' | '\0'..='\x1f');
        while let Some((before, c, behind)) = split_at(rest, special) {
            self.out.push_str(before);
            let _ = match c {
                '"' | '\\' => write!(self.out, "\\{c}"),
                '\n' => write!(self.out, "\\n"),
                '\r' => write!(self.out, "\\r"),
                '\t' => write!(self.out, "\\t"),
                c => write!(self.out, "\\u{:04x}", u32::from(c)),
            };
            rest = behind;
        }
        self.out.push_str(rest);
    }

    fn open(&mut self, bracket: char) {
        self.begin();
        self.out.push(bracket);
        self.depth += 1;
        self.empty = true;
    }

    fn close(&mut self, bracket: char) {
        self.depth = self.depth.saturating_sub(1);
        if !self.empty {
            self.line();
        }
        self.out.push(bracket);
        self.empty = false;
    }

    /// What stands before a value, or before the key of a member.
    fn begin(&mut self) {
        if !self.inline {
            if !self.empty {
                self.out.push(',');
            }
            self.line();
        }
        (self.inline, self.empty) = (false, false);
    }

    fn line(&mut self) {
        self.out.push('\n');
        let mut spaces = self.depth * 4;
        while let Some(chunk) = SPACES.get(..spaces.min(SPACES.len())).filter(|c| !c.is_empty()) {
            self.out.push_str(chunk);
            spaces -= chunk.len();
        }
    }
}

fn split_at(text: &str, at: impl Fn(char) -> bool) -> Option<(&str, char, &str)> {
    let (before, rest) = text.split_at_checked(text.find(at)?)?;
    let mut rest = rest.chars();
    let found = rest.next()?;
    Some((before, found, rest.as_str()))
}
