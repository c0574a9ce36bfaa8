use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use sriov_host::boot::KernelArg;
use sriov_host::plan::Guard;
use sriov_host::seam::HostPath;
use sriov_host::{InvalidText, NetnsMode};
use sriov_mlx::Limits;
use sriov_mlx::generate::GenerateTarget;
use sriov_mlx::param::ParamName;

#[derive(Args, Debug)]
pub(crate) struct MlxArgs {
    /// The firmware tool, by the caller's own path; by default the mstconfig of the host
    #[arg(long, value_name = "PATH", global = true)]
    pub(super) mstconfig: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: MlxCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum MlxCommand {
    /// Show the firmware parameters of a card
    Query(QueryArgs),
    /// Show which card needs what to be as a document wants it, and what that takes
    Plan(PlanArgs),
    /// Write what the cards need and read it back; never restarts the host
    Apply(ApplyArgs),
    /// Compare the running firmware of the cards with a document; counts boots that did not help
    Verify(PlanArgs),
    /// The run of each boot: write, remember, restart if the document says so
    Provision(ProvisionArgs),
    /// Write the files with which machines and images provision themselves
    Generate(GenerateArgs),
    /// Remove driver blacklists that a driver reload of an earlier boot left behind
    Guard,
}

impl MlxCommand {
    /// Whether it leaves the cards as they are.
    pub(crate) const fn reads_only(&self) -> bool {
        matches!(self, Self::Query(_) | Self::Plan(_) | Self::Verify(_))
    }

    /// The document that it reads.
    pub(crate) fn document(&self) -> Option<&Path> {
        match self {
            Self::Plan(args) | Self::Verify(args) => Some(&args.file),
            Self::Apply(args) => Some(&args.file),
            Self::Provision(args) => Some(&args.desired),
            Self::Generate(args) => Some(&args.desired),
            Self::Query(_) | Self::Guard => None,
        }
    }
}

#[derive(Args, Debug)]
pub(crate) struct QueryArgs {
    /// A PF of the card, by its PCI address, name or alternative name
    #[arg(long, value_name = "PCI")]
    pub(super) device: String,
    /// Only this parameter (repeatable)
    #[arg(long, value_name = "NAME")]
    pub(super) param: Vec<ParamName>,
}

#[derive(Args, Debug)]
pub(crate) struct PlanArgs {
    /// A NodeConfig or SriovNetworkNodeState, as YAML or JSON; `-` reads stdin
    #[arg(short, long, value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// End with status 3 if changes or a restart are pending
    #[arg(long)]
    pub(super) detailed_exitcode: bool,
    #[command(flatten)]
    pub(super) limits: LimitArgs,
}

/// Firmware does not tell what it cannot do until it is asked to.
#[derive(Args, Debug)]
#[expect(clippy::struct_field_names, reason = "the options are called so")]
pub(crate) struct LimitArgs {
    /// How many VFs a PF of the cards can have; more are refused before anything is written
    #[arg(long, value_name = "N")]
    max_vfs: Option<u16>,
    /// How many MSI-X vectors all functions of a card can have together
    #[arg(long, value_name = "N")]
    max_msix: Option<u64>,
    /// How much memory the BARs of the VFs of one PF may take
    #[arg(long, value_name = "MIB")]
    max_vf_bar_mib: Option<u64>,
}

impl LimitArgs {
    pub(super) const fn limits(&self) -> Limits {
        Limits {
            max_vfs_per_pf: self.max_vfs,
            max_total_msix: self.max_msix,
            max_vf_bar_mib: self.max_vf_bar_mib,
        }
    }
}

#[derive(Args, Debug)]
pub(crate) struct ApplyArgs {
    /// A NodeConfig or SriovNetworkNodeState, as YAML or JSON; `-` reads stdin
    #[arg(short, long, value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Load new values by a firmware reset where that is known to work: stops all ports of a card
    /// and removes its VFs, unless somebody uses them
    #[arg(long)]
    pub(super) reset: bool,
    /// Override a guard of the reset: vfio-holder, foreign-netns, rdma-user, port or default-route
    /// (repeatable)
    #[arg(long, value_name = "GUARD", requires = "reset")]
    pub(super) allow: Vec<Guard>,
    #[command(flatten)]
    pub(super) limits: LimitArgs,
}

#[derive(Args, Debug)]
pub(crate) struct ProvisionArgs {
    /// The document that was made for the machine; `-` reads stdin
    #[arg(long, value_name = "FILE")]
    pub(crate) desired: PathBuf,
    /// The folder of the host in which is remembered what was done
    #[arg(long, value_name = "DIR", value_parser = host_path)]
    pub(super) state_dir: HostPath,
}

#[derive(Args, Debug)]
pub(crate) struct GenerateArgs {
    /// For which kind of machine or image: systemd, cloud-init, image-ubuntu, image-rhel or
    /// image-ostree
    #[arg(long, value_name = "TARGET")]
    pub(super) target: GenerateTarget,
    /// The document that machines are to be provisioned with; `-` reads stdin
    #[arg(long, value_name = "FILE")]
    pub(super) desired: PathBuf,
    /// The folder below which the files are written
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
    /// Compare what is there with what would be written, and write nothing
    #[arg(long)]
    pub(super) check: bool,
    /// Where the machines have this program
    #[arg(long, value_name = "PATH", value_parser = host_path, default_value = "/usr/bin/sriovctl")]
    pub(super) program: HostPath,
    /// A kernel argument for an image, as iommu=pt (repeatable)
    #[arg(long, value_name = "ARG")]
    pub(super) kernel_arg: Vec<KernelArg>,
    /// The RDMA netns mode for an image: exclusive or shared
    #[arg(long, value_name = "MODE")]
    pub(super) rdma_mode: Option<NetnsMode>,
    /// Name the netdevs of an image by their ports
    #[arg(long)]
    pub(super) udev_names: bool,
}

/// An absolute path of a host; what is relative means nothing there.
fn host_path(text: &str) -> Result<HostPath, InvalidText> {
    let plain = text.starts_with('/') && !text.split('/').any(|part| part == "..");
    let path = HostPath::new(text);
    let named = !path.as_str().is_empty();
    let invalid = || InvalidText::new("a path of a host", "absolute, and without ..", text);
    (plain && named).then_some(path).ok_or_else(invalid)
}
