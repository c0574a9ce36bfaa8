//! Log lines on stderr.

use std::io;

use tracing::Level;

use crate::args::{Global, LogFormat};
use crate::term::Style;

pub(crate) fn start(global: &Global) {
    let level = match global.verbose {
        0 => Level::WARN,
        1 => Level::INFO,
        2 => Level::DEBUG,
        _ => Level::TRACE,
    };
    let lines = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(io::stderr)
        .with_ansi(Style::stderr(global).colours())
        .with_target(false);
    match global.log_format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().init(),
    }
}
