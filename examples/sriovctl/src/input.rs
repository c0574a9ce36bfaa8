//! Documents from files and stdin.
#![expect(clippy::disallowed_methods, reason = "the user's own files, not the host's")]

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sriov_host::codes;
use sriov_host::config::{Document, NodeConfig};
use sriov_host::document::{self, DocumentError, DocumentErrorKind, KeyPath, MAX_BYTES};

use crate::failure::Failure;
use crate::status::Status;
use crate::term;

/// The configuration in a file; what was left out of it is told on stderr.
pub(crate) fn config(path: &Path) -> Result<NodeConfig, Failure> {
    document(path).map(|document| document.config)
}

/// The same with what kind of document it was.
pub(crate) fn document(path: &Path) -> Result<Document, Failure> {
    let document = Document::parse(&text(path)?)?;
    document.notes.iter().for_each(|note| term::note(note));
    Ok(document)
}

/// The text of a file, or of stdin for `-`.
pub(crate) fn text(path: &Path) -> Result<String, Failure> {
    let bytes = bytes(path).map_err(|error| {
        let message = format!("cannot read {}", path.display());
        let failure = Failure::new(Status::Usage, codes::FILE_ACCESS_FAILED.id, message);
        failure.caused_by(vec![error.to_string()])
    })?;
    if bytes.len() > MAX_BYTES {
        let message = format!("more than the {} MiB that are read", MAX_BYTES >> 20);
        return Err(DocumentError::new(DocumentErrorKind::TooLarge, KeyPath::new(), message).into());
    }
    Ok(document::utf8(&bytes)?.to_owned())
}

/// No more than one byte beyond the limit: the rest of an endless stream is of no interest.
fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let source: Box<dyn Read> =
        if path.as_os_str() == "-" { Box::new(io::stdin()) } else { Box::new(File::open(path)?) };
    let mut bytes = Vec::new();
    source.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
