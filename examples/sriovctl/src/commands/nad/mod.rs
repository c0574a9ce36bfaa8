//! `sriovctl nad`: one file for each of its commands, with its arguments.

mod lint;
mod render;

use clap::Subcommand;

use crate::args::Global;
use crate::failure::Failure;
use crate::status::Status;

#[derive(Debug, Subcommand)]
pub(crate) enum NadCommand {
    /// Tell what is wrong with NADs, networks and pods, and what to do about it
    Lint(lint::LintArgs),
    /// Print the NADs of networks, as a controller would store them
    Render(render::RenderArgs),
}

pub(crate) fn run(global: &Global, command: NadCommand) -> Result<Status, Failure> {
    match command {
        NadCommand::Lint(args) => lint::run(global, args),
        NadCommand::Render(args) => render::run(global, args),
    }
}
