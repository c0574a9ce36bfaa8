//! The firmware of NVIDIA/Mellanox cards, with one file for each command.

mod apply;
mod args;
mod failures;
mod generate;
mod guard;
mod plan;
mod provision;
mod query;
mod text;
mod tree;
mod verify;

use sriov_mlx::apply::FirmwareOptions;
use sriov_mlx::provision::Desired;

use crate::args::Global;
use crate::failure::Failure;
use crate::input;
use crate::status::Status;
use crate::target::with_access;

pub(crate) use args::MlxArgs;
use args::MlxCommand;
pub(crate) use text::{
    applied as applied_text, plan as plan_text, verification as verification_text,
};

pub(crate) fn run(global: &Global, args: MlxArgs) -> Result<Status, Failure> {
    let tool = args.mstconfig.as_deref();
    match args.command {
        MlxCommand::Query(args) => {
            with_access(global, tool, |access| query::run(global, access, &args))
        }
        MlxCommand::Plan(args) => {
            let wanted = input::document(&args.file)?;
            with_access(global, tool, |access| plan::run(global, access, &wanted, &args))
        }
        MlxCommand::Apply(args) => {
            let wanted = input::document(&args.file)?;
            with_access(global, tool, |access| apply::run(global, access, &wanted, args))
        }
        MlxCommand::Verify(args) => {
            let wanted = input::document(&args.file)?;
            with_access(global, tool, |access| verify::run(global, access, &wanted, &args))
        }
        MlxCommand::Provision(args) => {
            let wanted = Desired::parse(&input::text(&args.desired)?)?;
            with_access(global, tool, |access| provision::run(global, access, &wanted, &args))
        }
        MlxCommand::Generate(args) => generate::run(global, args),
        MlxCommand::Guard => guard::run(global),
    }
}

/// The usual ones, as far as the caller says nothing else.
fn options(global: &Global, command: &str) -> FirmwareOptions {
    let usual = FirmwareOptions::default();
    let within = |usual| global.timeout.map_or(usual, |timeout| timeout.min(usual));
    FirmwareOptions {
        owner: format!("sriovctl mlx {command} (pid {})", std::process::id()),
        query_deadline: within(usual.query_deadline),
        set_deadline: within(usual.set_deadline),
        reset_deadline: within(usual.reset_deadline),
        patience: within(usual.patience),
        // The order of threads would be the one thing about a simulated host that varies.
        workers: if global.sim.is_some() { 1 } else { usual.workers },
        ..usual
    }
}
