//! grub's script as a tree: commands, conditions and menu entries. It is never run; what is needed
//! of its meaning is in `grub_cfg`.

use super::script_words::{Kind, Token, Word, tokens};

/// Configuration files nest four deep or so.
const MAX_DEPTH: usize = 64;

/// A statement.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Statement {
    Command {
        words: Vec<Word>,
        line: usize,
    },
    If {
        arms: Vec<Arm>,
        otherwise: Vec<Statement>,
    },
    /// The definition of a function.
    Function {
        body: Vec<Statement>,
    },
    /// A loop: how often it runs is not known.
    Loop {
        body: Vec<Statement>,
    },
    Menu {
        submenu: bool,
        words: Vec<Word>,
        body: Vec<Statement>,
    },
}

/// `if` or `elif`: the last statement of the condition decides.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Arm {
    pub(super) condition: Vec<Statement>,
    pub(super) body: Vec<Statement>,
}

/// A script that cannot be read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct ScriptError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: &'static str,
}

/// The statements of a script.
pub(super) fn parse(text: &str) -> Result<Vec<Statement>, ScriptError> {
    let tokens = tokens(text)
        .map_err(|open| ScriptError { line: open.0, problem: "a quote is never closed" })?;
    let mut parser = Parser { tokens: &tokens, depth: 0, line: 1 };
    let statements = parser.block(&[])?;
    match parser.tokens.first() {
        None => Ok(statements),
        Some(_) => Err(parser.error("a block ends that never began")),
    }
}

struct Parser<'a> {
    tokens: &'a [Token],
    depth: usize,
    line: usize,
}

impl Parser<'_> {
    fn error(&self, problem: &'static str) -> ScriptError {
        ScriptError { line: self.line, problem }
    }

    fn peek(&self) -> Option<&Kind> {
        self.tokens.first().map(|token| &token.kind)
    }

    fn next(&mut self) -> Option<Kind> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        self.line = first.line;
        Some(first.kind.clone())
    }

    fn at_keyword(&self, words: &[&str]) -> bool {
        matches!(self.peek(), Some(Kind::Word(word))
            if word.keyword().is_some_and(|word| words.contains(&word)))
    }

    /// Statements up to one of these keywords, a `}` or the end, none of which is taken.
    fn block(&mut self, until: &[&str]) -> Result<Vec<Statement>, ScriptError> {
        if self.depth > MAX_DEPTH {
            return Err(self.error("blocks are nested too deeply"));
        }
        self.depth += 1;
        let mut statements = Vec::new();
        loop {
            match self.peek() {
                None | Some(Kind::Close) => break,
                Some(Kind::End) => {
                    self.next();
                }
                Some(Kind::Open) => {
                    self.next();
                    statements.extend(self.braced_rest()?);
                }
                Some(Kind::Word(_)) if self.at_keyword(until) => break,
                Some(Kind::Word(_)) => statements.extend(self.statement()?),
            }
        }
        self.depth -= 1;
        Ok(statements)
    }

    fn braced_rest(&mut self) -> Result<Vec<Statement>, ScriptError> {
        let body = self.block(&[])?;
        match self.next() {
            Some(Kind::Close) => Ok(body),
            _ => Err(self.error("a block is never closed")),
        }
    }

    fn expect(&mut self, keyword: &str) -> Result<(), ScriptError> {
        if self.at_keyword(&[keyword]) {
            self.next();
            return Ok(());
        }
        Err(self.error("a condition or a loop is never closed"))
    }

    fn statement(&mut self) -> Result<Option<Statement>, ScriptError> {
        let Some(Kind::Word(first)) = self.peek().cloned() else { return Ok(None) };
        match first.keyword() {
            Some("if") => self.condition().map(Some),
            Some("while" | "until") => {
                self.next();
                self.block(&["do"])?;
                self.loop_body().map(Some)
            }
            Some("for") => {
                self.next();
                self.words();
                self.block(&["do"])?;
                self.loop_body().map(Some)
            }
            Some("function") => {
                self.next();
                self.words();
                Ok(Some(Statement::Function { body: self.block_of_command()? }))
            }
            Some(menu @ ("menuentry" | "submenu")) => {
                let submenu = menu == "submenu";
                self.next();
                let words = self.words();
                let body = self.block_of_command()?;
                Ok(Some(Statement::Menu { submenu, words, body }))
            }
            _ => {
                let line = self.tokens.first().map_or(self.line, |token| token.line);
                Ok(Some(Statement::Command { words: self.words(), line }))
            }
        }
    }

    fn condition(&mut self) -> Result<Statement, ScriptError> {
        let mut arms = Vec::new();
        while self.at_keyword(&["if", "elif"]) {
            self.next();
            let condition = self.block(&["then"])?;
            self.expect("then")?;
            let body = self.block(&["elif", "else", "fi"])?;
            arms.push(Arm { condition, body });
        }
        let mut otherwise = Vec::new();
        if self.at_keyword(&["else"]) {
            self.next();
            otherwise = self.block(&["fi"])?;
        }
        self.expect("fi")?;
        Ok(Statement::If { arms, otherwise })
    }

    fn loop_body(&mut self) -> Result<Statement, ScriptError> {
        self.expect("do")?;
        let body = self.block(&["done"])?;
        self.expect("done")?;
        Ok(Statement::Loop { body })
    }

    /// The words up to the end of the command.
    fn words(&mut self) -> Vec<Word> {
        let mut words = Vec::new();
        while let Some(Kind::Word(word)) = self.peek().cloned() {
            self.next();
            words.push(word);
        }
        words
    }

    fn block_of_command(&mut self) -> Result<Vec<Statement>, ScriptError> {
        while matches!(self.peek(), Some(Kind::End)) {
            self.next();
        }
        match self.next() {
            Some(Kind::Open) => self.braced_rest(),
            _ => Err(self.error("a block was expected")),
        }
    }
}
