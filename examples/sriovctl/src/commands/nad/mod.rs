//! `sriovctl nad`: one file for each of its commands, with its arguments.

#[cfg(feature = "cluster")]
mod apply;
#[cfg(feature = "cluster")]
mod diff;
mod lint;
#[cfg(feature = "cluster")]
mod networks;
mod render;
#[cfg(feature = "cluster")]
mod wait;

pub(super) use lint::text as lint_text;

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
    #[cfg(feature = "cluster")]
    /// Show what applying networks would change in the cluster: the networks and their NADs
    Diff(diff::DiffArgs),
    #[cfg(feature = "cluster")]
    /// Apply networks to the cluster, by server-side apply
    Apply(apply::ApplyArgs),
    #[cfg(feature = "cluster")]
    /// Wait until networks are ready and their NADs are as they ask for
    Wait(wait::WaitArgs),
}

pub(crate) fn run(global: &Global, command: NadCommand) -> Result<Status, Failure> {
    match command {
        NadCommand::Lint(args) => lint::run(global, args),
        NadCommand::Render(args) => render::run(global, args),
        #[cfg(feature = "cluster")]
        NadCommand::Diff(args) => diff::run(global, &args),
        #[cfg(feature = "cluster")]
        NadCommand::Apply(args) => apply::run(global, &args),
        #[cfg(feature = "cluster")]
        NadCommand::Wait(args) => wait::run(global, &args),
    }
}
