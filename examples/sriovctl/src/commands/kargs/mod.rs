//! `sriovctl kargs`: kernel arguments, with one file for each of its commands.

mod apply;
mod get;
mod plan;
mod text;

use clap::{Args, Subcommand};
use sriov_host::boot::{BootError, Edit, EditError, KernelArg};
use sriov_host::codes;

use crate::args::Global;
use crate::failure::Failure;
use crate::status::Status;

#[derive(Debug, Subcommand)]
pub(crate) enum KargsCommand {
    /// Show the kernel arguments of this boot and of the next one
    Get,
    /// Show what would be staged, and whether a reboot is all that is missing
    Plan(PlanArgs),
    /// Stage kernel arguments for the next boot; never reboots
    Apply(WantedArgs),
}

#[derive(Args, Debug)]
pub(crate) struct WantedArgs {
    /// An argument that has to be passed, as iommu=pt (repeatable; never split at commas)
    #[arg(long, value_name = "ARG")]
    add: Vec<KernelArg>,
    /// An argument that must not be passed, by its exact text (repeatable)
    #[arg(long, value_name = "ARG")]
    remove: Vec<KernelArg>,
}

#[derive(Args, Debug)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    wanted: WantedArgs,
    /// End with status 3 if changes or a reboot are pending
    #[arg(long)]
    detailed_exitcode: bool,
}

impl WantedArgs {
    fn edit(self) -> Result<Edit, Failure> {
        Ok(Edit::new(self.add, self.remove)?)
    }
}

pub(crate) fn run(global: &Global, command: KargsCommand) -> Result<Status, Failure> {
    match command {
        KargsCommand::Get => get::run(global),
        KargsCommand::Plan(args) => plan::run(global, args),
        KargsCommand::Apply(args) => apply::run(global, args),
    }
}

impl From<EditError> for Failure {
    fn from(error: EditError) -> Self {
        Self::of(Status::Usage, codes::KARG_INVALID.id, &error)
    }
}

impl From<BootError> for Failure {
    fn from(error: BootError) -> Self {
        let status = match &error {
            BootError::Unsupported { .. } | BootError::Manual => Status::Unsupported,
            error if error.is_timeout() => Status::NotReady,
            _ => Status::Failure,
        };
        Self::of(status, error.code(), &error)
    }
}
