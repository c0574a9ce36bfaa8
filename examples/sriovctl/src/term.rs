//! What goes to the terminal, a pipe or a file: data to stdout, everything else to stderr.

use std::io::{self, ErrorKind, IsTerminal, Write};

use serde::Serialize;
use sriov_host::codes;

use crate::args::{Color, Global, Output};
use crate::failure::Failure;
use crate::status::Status;

/// Whether colours are used on a stream.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Style {
    colours: bool,
}

impl Style {
    pub(crate) fn stdout(global: &Global) -> Self {
        Self::of(global, io::stdout().is_terminal())
    }

    pub(crate) fn stderr(global: &Global) -> Self {
        Self::of(global, io::stderr().is_terminal())
    }

    fn of(global: &Global, terminal: bool) -> Self {
        // The convention of no-color.org: any value but the empty one.
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let colours = match global.color {
            _ if global.no_color => false,
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && !refused,
        };
        Self { colours }
    }

    pub(crate) const fn colours(self) -> bool {
        self.colours
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.colours { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    pub(crate) fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }

    pub(crate) fn red(self, text: &str) -> String {
        self.paint("1;31", text)
    }

    pub(crate) fn green(self, text: &str) -> String {
        self.paint("32", text)
    }

    pub(crate) fn yellow(self, text: &str) -> String {
        self.paint("33", text)
    }
}

/// Prints data as it was asked for.
pub(crate) fn print(
    global: &Global,
    data: &impl Serialize,
    text: impl FnOnce(Style) -> String,
) -> Result<(), Failure> {
    let text = match global.output {
        Output::Text => text(Style::stdout(global)),
        Output::Json | Output::Sarif => {
            serde_json::to_string_pretty(data).map_err(|error| unprintable(&error))?
        }
        Output::Yaml => yaml(data)?,
    };
    stdout(&text)
}

pub(crate) fn yaml(data: &impl Serialize) -> Result<String, Failure> {
    serde_saphyr::to_string(data).map_err(|error| unprintable(&error))
}

fn unprintable(error: &dyn std::error::Error) -> Failure {
    Failure::of(Status::Failure, codes::INTERNAL.id, error)
}

/// Writes text to stdout, with a newline behind it. A reader that went away, as `head` does, has
/// seen enough.
pub(crate) fn stdout(text: &str) -> Result<(), Failure> {
    let mut bytes = text.trim_end_matches('\n').to_owned();
    if !bytes.is_empty() {
        bytes.push('\n');
    }
    let mut out = io::stdout().lock();
    match out.write_all(bytes.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            let failure = Failure::new(
                Status::Failure,
                codes::FILE_ACCESS_FAILED.id,
                "cannot write to stdout",
            );
            Err(failure.caused_by(vec![error.to_string()]))
        }
        _ => Ok(()),
    }
}

/// Writes text to stderr. Without a stderr nobody wants to know.
pub(crate) fn stderr(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

pub(crate) fn warning(global: &Global, text: &str) {
    stderr(&format!("{}: {text}\n", Style::stderr(global).yellow("warning")));
}

pub(crate) fn note(text: &str) {
    stderr(&format!("note: {text}\n"));
}
