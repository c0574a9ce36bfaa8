//! The command line. Its contract: options that stand here keep their names and meanings.

use std::path::PathBuf;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{ArgAction, Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use sriov_host::config::DriverChoice;
use sriov_host::plan::Guard;

#[cfg(feature = "cluster")]
use crate::commands::cluster::ClusterCommand;
use crate::commands::kargs::KargsCommand;
use crate::commands::mlx::MlxArgs;
use crate::commands::nad::NadCommand;
use crate::commands::rdma::RdmaCommand;
use crate::duration;

const STATUS_HELP: &str = "\
Exit status:
  0   done, or nothing to do
  1   failure, or stopped by a signal
  2   usage, or a document that is not valid
  3   changes are pending (only with --detailed-exitcode)
  4   the deadline passed and something is not ready
  5   partly done: what failed is reported, the rest is done
  6   done, and a reboot or reset is still needed
  7   locked by another owner
  8   not supported by this host
  10  refused by a safety guard, or managed by somebody else

`sriovctl explain CODE` tells what an error code means and what to do.";

/// SR-IOV virtual functions: look, plan, apply, wait, verify
#[derive(Debug, Parser)]
#[command(name = "sriovctl", version, after_help = STATUS_HELP, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options that may stand before or after the command.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Prefix of /sys, /proc, /etc, /run and so on, as `/host` in a container
    #[arg(long, value_name = "DIR", default_value = "/", global = true)]
    pub(crate) root: PathBuf,
    /// Use the simulated machine that FILE describes, or the built-in one with `demo`
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) sim: Option<PathBuf>,
    /// Go on with the simulated machine saved in FILE, and save it there in the end
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) sim_state: Option<PathBuf>,
    /// End abruptly, as by SIGKILL, right after the N-th durable record of this run
    #[arg(long, value_name = "N", global = true, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) sim_crash_after: Option<u64>,
    /// How data is printed
    #[arg(short, long, value_name = "FORMAT", default_value = "text", global = true)]
    pub(crate) output: Output,
    /// Print the plan and change nothing
    #[arg(long, global = true)]
    pub(crate) dry_run: bool,
    /// The time altogether, as 90s, 2m or 500ms
    #[arg(long, value_name = "DURATION", value_parser = duration::parse, global = true)]
    pub(crate) timeout: Option<Duration>,
    /// Log changes (-v), decisions (-vv) or everything (-vvv)
    #[arg(short, long, action = ArgAction::Count, global = true)]
    pub(crate) verbose: u8,
    /// How log lines are written
    #[arg(long, value_name = "FORMAT", default_value = "text", global = true)]
    pub(crate) log_format: LogFormat,
    /// When to use colours; `NO_COLOR` is respected
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    pub(crate) color: Color,
    /// The same as --color never
    #[arg(long, global = true, hide = true)]
    pub(crate) no_color: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Output {
    Text,
    Json,
    Yaml,
    /// SARIF 2.1.0, only for `nad lint`
    #[value(hide = true)]
    Sarif,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the PFs of the host and their VFs
    List(ListArgs),
    /// Show what would bring the host to what a document asks for
    Plan(PlanArgs),
    /// Bring the host to what a document asks for
    Apply(ApplyArgs),
    /// Compare the host with a document
    Verify(VerifyArgs),
    /// Wait until VFs can be used
    Wait(WaitArgs),
    /// Kernel arguments of this boot and the next one: look, plan, stage
    #[command(subcommand)]
    Kargs(KargsCommand),
    /// The RDMA netns mode of the host, live and persisted, and RDMA devices
    #[command(subcommand)]
    Rdma(RdmaCommand),
    /// Firmware of NVIDIA/Mellanox cards: look, plan, write, verify, provision at first boot
    Mlx(MlxArgs),
    /// NetworkAttachmentDefinitions of SriovNetwork, SriovIBNetwork and OVSNetwork objects
    #[command(subcommand)]
    Nad(NadCommand),
    #[cfg(feature = "cluster")]
    /// What an installation of the operator depends on in the cluster, and whether it works
    #[command(subcommand)]
    Cluster(ClusterCommand),
    /// Check whether this host is fit for SR-IOV; changes nothing
    Doctor,
    /// Tell what an error code means, why it happens and what to do
    Explain(ExplainArgs),
    /// Tell the whole story on the simulator
    Demo,
    /// Print a completion script
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Write the manual pages
    Man {
        /// The folder they are written to
        dir: PathBuf,
    },
    /// Print the version
    Version,
}

#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// Ask the PFs' drivers for the settings of each VF, too
    #[arg(long)]
    pub(crate) vf_attrs: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Wanted {
    /// A NodeConfig or SriovNetworkNodeState, as YAML or JSON; `-` reads stdin
    #[arg(short, long, value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Lower the MTU of a PF, too; by default a larger one satisfies
    #[arg(long)]
    pub(crate) lower_mtu: bool,
}

#[derive(Args, Debug)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) wanted: Wanted,
    /// Plan against this recorded inventory; the host is not read at all
    #[arg(long, value_name = "INVENTORY")]
    pub(crate) observed: Option<PathBuf>,
    /// Override a guard: vfio-holder, foreign-netns, rdma-user, port or default-route (repeatable)
    #[arg(long, value_name = "GUARD")]
    pub(crate) allow: Vec<Guard>,
    /// End with status 3 if changes are pending
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ApplyArgs {
    #[command(flatten)]
    pub(crate) wanted: Wanted,
    /// Override a guard: vfio-holder, foreign-netns, rdma-user, port or default-route (repeatable)
    #[arg(long, value_name = "GUARD")]
    pub(crate) allow: Vec<Guard>,
}

#[derive(Args, Debug)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) wanted: Wanted,
    /// End with status 3 instead of 1 if the host differs
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
}

#[derive(Args, Debug)]
pub(crate) struct WaitArgs {
    /// The PF, by its PCI address, name or alternative name
    #[arg(long, value_name = "PF")]
    pub(crate) pf: String,
    /// How many VFs have to be ready
    #[arg(long, value_name = "N")]
    pub(crate) vfs: u16,
    /// The driver that they have to end up with: default, none, or a name
    #[arg(long, value_name = "DRIVER", default_value = "default")]
    pub(crate) driver: DriverChoice,
}

#[derive(Args, Debug)]
pub(crate) struct ExplainArgs {
    /// The code, as SRIOV-H021, or h021
    #[arg(required_unless_present = "list")]
    pub(crate) code: Option<String>,
    /// List every code
    #[arg(long, conflicts_with = "code")]
    pub(crate) list: bool,
}

/// The command line of this process.
///
/// # Errors
///
/// The parser's own message, also for `--help` and `--version`.
pub(crate) fn parse() -> Result<Cli, clap::Error> {
    let cli = Cli::try_parse()?;
    let sim_only = [
        ("--sim-state", cli.global.sim_state.is_some()),
        ("--sim-crash-after", cli.global.sim_crash_after.is_some()),
    ];
    let stray = sim_only.iter().find(|(_, given)| *given && cli.global.sim.is_none());
    let linting = matches!(cli.command, Command::Nad(NadCommand::Lint(_)));
    if cli.global.output == Output::Sarif && !linting {
        let message = "--output sarif is only for `nad lint`";
        return Err(Cli::command().error(ErrorKind::InvalidValue, message));
    }
    match stray {
        // Not left to the parser: it checks before it knows options on both sides of the command.
        Some((name, _)) => {
            let message = format!("{name} is only for simulated machines: give --sim as well");
            Err(Cli::command().error(ErrorKind::MissingRequiredArgument, message))
        }
        None => Ok(cli),
    }
}
