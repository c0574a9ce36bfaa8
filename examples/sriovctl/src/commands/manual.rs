//! What packagers ship beside the program.
#![expect(clippy::disallowed_methods, reason = "the user's own folder, not the host's")]

use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;
use sriov_host::codes;

use crate::args::Cli;
use crate::failure::Failure;
use crate::status::Status;
use crate::term;

pub(crate) fn completions(shell: Shell) -> Result<Status, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "sriovctl", &mut script);
    term::stdout(&String::from_utf8_lossy(&script))?;
    Ok(Status::Done)
}

/// One page for the program and one for each command.
pub(crate) fn pages(folder: &Path) -> Result<Status, Failure> {
    let written = std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(Cli::command(), folder));
    written.map(|()| Status::Done).map_err(|error| {
        let message = format!("cannot write the manual pages to {}", folder.display());
        let failure = Failure::new(Status::Failure, codes::FILE_ACCESS_FAILED.id, message);
        failure.caused_by(vec![error.to_string()])
    })
}
