use std::fmt;
use std::io;

/// What keeps this program, rather than the tool that it plays, from its work.
#[derive(Debug)]
pub(crate) enum Failure {
    /// `MSTCONFIG_SIM` is not set.
    NoCard,
    /// A file could not be used.
    File { operation: &'static str, path: String, source: io::Error },
    /// A file does not hold what it should.
    Content { path: String, message: String },
}

impl Failure {
    pub(crate) fn file(operation: &'static str, path: &str, source: io::Error) -> Self {
        Self::File { operation, path: path.to_owned(), source }
    }

    pub(crate) fn content(path: &str, message: &dyn fmt::Display) -> Self {
        Self::Content { path: path.to_owned(), message: message.to_string() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCard => f.write_str(
                "error: MSTCONFIG_SIM is not set\n\
                 help: it names the file that describes the card, for example:\n\n    \
                 serial: MT2141X00123\n    pfs: [0000:3b:00.0, 0000:3b:00.1]\n    \
                 tool: 4.31.0\n    params: { NUM_OF_VFS: { current: 8 } }\n",
            ),
            Self::File { operation, path, source } => {
                writeln!(f, "error: cannot {operation} {path}\ncaused by: {source}")
            }
            Self::Content { path, message } => {
                writeln!(f, "error: {path} makes no sense\ncaused by: {message}")
            }
        }
    }
}
