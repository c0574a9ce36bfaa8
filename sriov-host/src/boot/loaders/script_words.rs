//! grub's script, cut into words. The quoting is that of grub's lexer (`grub-core/script`), which
//! is the POSIX shell's for what configuration files use.

/// A part of a word.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Piece {
    Text(String),
    Variable { name: String, quoted: bool },
}

/// A word, before its variables are expanded.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Word {
    pub(super) pieces: Vec<Piece>,
    /// Whether any of it was quoted: `"{"` is no brace.
    quoted: bool,
}

impl Word {
    /// The word, if it is a plain one: only that can be a keyword.
    pub(super) fn keyword(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [Piece::Text(text)] if !self.quoted => Some(text),
            _ => None,
        }
    }

    fn push(&mut self, c: char) {
        if let Some(Piece::Text(text)) = self.pieces.last_mut() {
            text.push(c);
        } else {
            self.pieces.push(Piece::Text(c.to_string()));
        }
    }
}

/// A token and its line, from 1.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Token {
    pub(super) line: usize,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Word(Word),
    /// A line break or `;`.
    End,
    Open,
    Close,
}

/// A quote that is never closed; the line it was opened in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Unclosed(pub(super) usize);

/// The tokens of a script.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Unclosed> {
    let mut lexer = Lexer { rest: text, line: 1, word: None, tokens: Vec::new() };
    while let Some(c) = lexer.next() {
        lexer.take(c)?;
    }
    lexer.end_word();
    Ok(lexer.tokens)
}

struct Lexer<'a> {
    rest: &'a str,
    line: usize,
    word: Option<Word>,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next()?;
        self.rest = chars.as_str();
        Some(c)
    }

    fn take(&mut self, c: char) -> Result<(), Unclosed> {
        match c {
            '\n' => self.break_line(),
            ';' | '|' | '&' => self.single(Kind::End),
            ' ' | '\t' | '\r' => self.end_word(),
            '#' if self.word.is_none() => {
                self.rest = self.rest.trim_start_matches(|c| c != '\n');
            }
            '{' if self.word.is_none() => self.single(Kind::Open),
            '}' => self.single(Kind::Close),
            '\'' => self.single_quoted()?,
            '"' => self.double_quoted()?,
            '\\' => self.escaped(),
            '$' => self.variable(false),
            c => self.word().push(c),
        }
        Ok(())
    }

    fn word(&mut self) -> &mut Word {
        self.word.get_or_insert_default()
    }

    fn end_word(&mut self) {
        if let Some(word) = self.word.take() {
            self.tokens.push(Token { line: self.line, kind: Kind::Word(word) });
        }
    }

    fn single(&mut self, kind: Kind) {
        self.end_word();
        self.tokens.push(Token { line: self.line, kind });
    }

    fn break_line(&mut self) {
        self.single(Kind::End);
        self.line += 1;
    }

    fn escaped(&mut self) {
        match self.next() {
            Some('\n') => self.line += 1,
            Some(c) => {
                self.word().quoted = true;
                self.word().push(c);
            }
            None => self.word().push('\\'),
        }
    }

    fn single_quoted(&mut self) -> Result<(), Unclosed> {
        let opened = self.line;
        self.word().quoted = true;
        loop {
            match self.next().ok_or(Unclosed(opened))? {
                '\'' => return Ok(()),
                c => self.quoted(c),
            }
        }
    }

    fn quoted(&mut self, c: char) {
        if c == '\n' {
            self.line += 1;
        }
        self.word().push(c);
    }

    fn double_quoted(&mut self) -> Result<(), Unclosed> {
        let opened = self.line;
        self.word().quoted = true;
        loop {
            match self.next().ok_or(Unclosed(opened))? {
                '"' => return Ok(()),
                '$' => self.variable(true),
                '\\' => match self.next().ok_or(Unclosed(opened))? {
                    c @ ('$' | '"' | '\\') => self.word().push(c),
                    '\n' => self.line += 1,
                    c => {
                        self.word().push('\\');
                        self.word().push(c);
                    }
                },
                c => self.quoted(c),
            }
        }
    }

    /// Behind a `$`: `name`, `{name}`, a number or a special character; else it is itself.
    fn variable(&mut self, quoted: bool) {
        let braced = self.rest.strip_prefix('{').and_then(|rest| rest.split_once('}'));
        if let Some((name, rest)) = braced
            && !name.contains(['\n', '"', '\''])
        {
            let name = name.to_owned();
            self.rest = rest;
            self.word().pieces.push(Piece::Variable { name, quoted });
            return;
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let end = match self.rest.chars().next() {
            Some('?' | '*' | '@' | '#') => 1,
            _ => self.rest.find(|c| !plain(c)).unwrap_or(self.rest.len()),
        };
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        if name.is_empty() {
            self.word().push('$');
        } else {
            let name = name.to_owned();
            self.word().pieces.push(Piece::Variable { name, quoted });
        }
    }
}
