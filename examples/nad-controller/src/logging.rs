//! Log lines on stderr.

use std::io;

use tracing::Level;

use crate::args::LogFormat;

pub(crate) fn start(format: LogFormat) {
    let lines = tracing_subscriber::fmt()
        .with_max_level(Level::INFO)
        .with_writer(io::stderr)
        .with_ansi(io::IsTerminal::is_terminal(&io::stderr()));
    match format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().init(),
    }
}
