//! JSON text that keeps its spelling: the scanner, the formatter and the comparison.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod compare;
mod depth;
mod format;
mod generate;
mod oracle;
mod scan;
