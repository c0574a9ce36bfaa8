use std::fmt;
use std::str::FromStr;

use sriov_host::boot::KernelArg;
use sriov_host::seam::HostPath;
use sriov_host::{InvalidText, NetnsMode};

use super::kernel_args::is_plain;
use crate::codes;

/// Where the artefacts are for.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum GenerateTarget {
    /// The units and the document, as a tree to be copied over a host's root.
    Systemd,
    /// User data that brings the units and the document to an instance.
    CloudInit,
    /// A tree and a script that prepares an image of Ubuntu or Debian.
    ImageUbuntu,
    /// A tree and a script that prepares an image of RHEL, Fedora or their kin.
    ImageRhel,
    /// A tree and a script that prepares an rpm-ostree or bootc image.
    ImageOstree,
}

impl GenerateTarget {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Systemd, Self::CloudInit, Self::ImageUbuntu, Self::ImageRhel, Self::ImageOstree];

    const fn word(self) -> &'static str {
        match self {
            Self::Systemd => "systemd",
            Self::CloudInit => "cloud-init",
            Self::ImageUbuntu => "image-ubuntu",
            Self::ImageRhel => "image-rhel",
            Self::ImageOstree => "image-ostree",
        }
    }
}

impl fmt::Display for GenerateTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl FromStr for GenerateTarget {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        const GRAMMAR: &str = "systemd, cloud-init, image-ubuntu, image-rhel or image-ostree";
        let found = Self::ALL.into_iter().find(|target| target.word() == text);
        found.ok_or_else(|| InvalidText::new("a target", GRAMMAR, text))
    }
}

/// What goes into the artefacts besides the document.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct GenerateOptions {
    /// The program that the units run: a plain absolute path.
    pub program: HostPath,
    /// Kernel arguments that an image gets; none by default, because what is right depends on the
    /// processor: see [`passthrough_args`](super::passthrough_args).
    pub kernel_args: Vec<KernelArg>,
    /// The mode of RDMA devices and network namespaces that an image gets; `None` leaves it as it
    /// is.
    pub rdma_mode: Option<NetnsMode>,
    /// Names of the ports' netdevs by the port's own name, as `enp59s0np0`, for an image. Only
    /// physical ports get one: VFs and representors are left alone.
    pub udev_names: bool,
}

impl Default for GenerateOptions {
    fn default() -> Self {
        Self {
            program: HostPath::new("usr/bin/sriovctl"),
            kernel_args: Vec::new(),
            rdma_mode: None,
            udev_names: false,
        }
    }
}

impl GenerateOptions {
    pub(super) fn check(&self, target: GenerateTarget) -> Result<(), GenerateError> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-+/".contains(c);
        if self.program.as_str().is_empty() || !self.program.as_str().chars().all(plain) {
            return Err(GenerateError::Program(self.program.clone()));
        }
        if let Some(arg) = self.kernel_args.iter().find(|arg| !is_plain(arg)) {
            return Err(GenerateError::KernelArg(arg.clone()));
        }
        let image = !matches!(target, GenerateTarget::Systemd | GenerateTarget::CloudInit);
        let given = [
            ("kernel arguments", !self.kernel_args.is_empty()),
            ("an RDMA mode", self.rdma_mode.is_some()),
            ("names of netdevs", self.udev_names),
        ];
        match given.into_iter().find(|(_, given)| *given && !image) {
            Some((option, _)) => Err(GenerateError::NotForTarget { option, target }),
            None => Ok(()),
        }
    }
}

/// A file to be written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct GeneratedFile {
    /// Where, below the folder for the output.
    pub path: HostPath,
    /// Its permissions, as `0o755`.
    pub mode: u32,
    /// Its content.
    pub content: String,
}

/// What nothing can be generated from.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError {
    /// The path would mean something else in a unit or a script.
    #[error("{0} is not a plain path: letters, digits and ._-+/ only")]
    Program(HostPath),
    /// The argument would mean something else to a shell or a boot loader.
    #[error("the kernel argument `{0}` has characters that boot loaders give a meaning to")]
    KernelArg(KernelArg),
    /// Only images get this.
    #[error("{option} cannot be brought along by the target {target}, only by an image")]
    NotForTarget {
        /// What was asked for.
        option: &'static str,
        /// The target.
        target: GenerateTarget,
    },
    /// The document contradicts itself.
    #[error("the document cannot be used: {0}")]
    Desired(#[source] sriov_host::document::DocumentError),
}

impl GenerateError {
    /// The stable error code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Program(_) | Self::KernelArg(_) | Self::NotForTarget { .. } => {
                codes::GENERATE_OPTION_INVALID.id
            }
            Self::Desired(error) => error.code(),
        }
    }
}
