//! `sriovctl cluster`: one file for each of its commands, with its arguments.

mod capture;
mod ready;
mod restore;

use clap::Subcommand;

use crate::args::Global;
use crate::failure::Failure;
use crate::status::Status;

#[derive(Debug, Subcommand)]
pub(crate) enum ClusterCommand {
    /// Save what an installation through OLM depends on: Subscription, group, image mirrors
    Capture(capture::CaptureArgs),
    /// Put back what was saved: create what is missing, replace what differs
    Restore(restore::RestoreArgs),
    /// Prove that the controller follows networks, with one that is created, changed and deleted
    Ready(ready::ReadyArgs),
}

pub(crate) fn run(global: &Global, command: ClusterCommand) -> Result<Status, Failure> {
    match command {
        ClusterCommand::Capture(args) => capture::run(global, args),
        ClusterCommand::Restore(args) => restore::run(global, &args),
        ClusterCommand::Ready(args) => ready::run(global, &args),
    }
}
