//! The firmware of NVIDIA/Mellanox cards, with one file for each command.

mod text;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use sriov_mlx::param::ParamName;

use crate::args::Global;
use crate::failure::Failure;
use crate::status::Status;

#[derive(Args, Debug)]
pub(crate) struct MlxArgs {
    /// The firmware tool, as a path of the caller's; by default the host's own mstconfig
    #[arg(long, value_name = "PATH", global = true)]
    mstconfig: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: MlxCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum MlxCommand {
    /// Show the firmware parameters of a card
    Query(QueryArgs),
    /// Show what the cards need to have what a document asks for, and what that takes
    Plan(PlanArgs),
    /// Write what the cards need; never restarts the host
    Apply(ApplyArgs),
    /// Compare the running firmware with a document
    Verify(PlanArgs),
    /// The run of each boot: write, remember, restart if the document says so, verify
    Provision(ProvisionArgs),
    /// Write the files that make machines provision themselves
    Generate(GenerateArgs),
}

#[derive(Args, Debug)]
pub(crate) struct QueryArgs {
    /// A PF of the card, by its PCI address, name or alternative name
    #[arg(long, value_name = "PCI")]
    device: String,
    /// Only this parameter (repeatable)
    #[arg(long, value_name = "NAME")]
    param: Vec<ParamName>,
}

#[derive(Args, Debug)]
pub(crate) struct PlanArgs {
    /// A NodeConfig or SriovNetworkNodeState, as YAML or JSON; `-` reads stdin
    #[arg(short, long, value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// End with status 3 if changes or a restart are pending
    #[arg(long)]
    detailed_exitcode: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ApplyArgs {
    /// A NodeConfig or SriovNetworkNodeState, as YAML or JSON; `-` reads stdin
    #[arg(short, long, value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Load new values by a firmware reset where that is known to work; it stops all ports of the
    /// card, and is refused while VFs exist
    #[arg(long)]
    reset: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ProvisionArgs {
    /// The document that was made for the machine; `-` reads stdin
    #[arg(long, value_name = "FILE")]
    pub(crate) desired: PathBuf,
    /// The folder of the host in which is remembered what was done
    #[arg(long, value_name = "DIR", default_value = "/var/lib/sriov-mlx")]
    state_dir: PathBuf,
}

#[derive(Args, Debug)]
pub(crate) struct GenerateArgs {
    /// For which kind of machine or image
    #[arg(long, value_name = "TARGET")]
    target: Target,
    /// The document that the machine is to be provisioned with; `-` reads stdin
    #[arg(long, value_name = "FILE")]
    desired: PathBuf,
    /// The folder below which the files are written
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Compare what is there with what would be written, and write nothing
    #[arg(long)]
    check: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Target {
    Systemd,
    CloudInit,
    ImageUbuntu,
    ImageRhel,
    ImageOstree,
}

pub(crate) fn run(_global: &Global, _args: MlxArgs) -> Result<Status, Failure> {
    todo!()
}
