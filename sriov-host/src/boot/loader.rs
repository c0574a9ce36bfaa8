use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::{BootError, CommandLine, KernelArg};
use crate::InvalidText;
use crate::seam::Host;

/// How the kernel arguments of the next boot are read and changed on one kind of host.
///
/// It is chosen by looking at the host, and holds nothing: each call looks again.
pub trait Bootloader: Send + Sync {
    /// Which one it is.
    fn kind(&self) -> BootloaderKind;

    /// What will be passed at the next boot; `None` if that cannot be told on this host.
    ///
    /// Read from files wherever they answer; only else a program is asked.
    ///
    /// # Errors
    ///
    /// [`BootError`] if a file cannot be read or a program fails.
    fn staged(&self, host: &dyn Host) -> Result<Option<Staged>, BootError>;

    /// Changes what will be passed at the next boot, and nothing else.
    ///
    /// Whether it had an effect is for [`staged`](Self::staged) to tell: tools exit with 0 and
    /// without effect.
    ///
    /// # Errors
    ///
    /// [`BootError`] if a file cannot be written or a program fails.
    fn stage(&self, host: &dyn Host, edit: &Edit, deadline: Duration) -> Result<(), BootError>;

    /// What a person would do for the same edit, one line each.
    fn instructions(&self, host: &dyn Host, edit: &Edit) -> Vec<String>;
}

/// The kinds of hosts, by how their kernel arguments are changed.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum BootloaderKind {
    /// BLS entries edited by `grubby`: RHEL, Fedora and their kin.
    Grubby,
    /// `rpm-ostree kargs`: Fedora CoreOS, RHEL CoreOS, Silverblue.
    RpmOstree,
    /// A drop-in in `/etc/default/grub.d` and `update-grub` or `grub2-mkconfig`: Debian, Ubuntu.
    Grub,
    /// `/etc/kernel/cmdline` and `kernel-install`: systemd-boot.
    SystemdBoot,
    /// Nothing that can be changed here: a person has to.
    Manual,
}

words!(BootloaderKind, "a boot loader", "grubby, rpm-ostree, grub, systemd-boot or manual", {
    "grubby" => Grubby,
    "rpm-ostree" => RpmOstree,
    "grub" => Grub,
    "systemd-boot" => SystemdBoot,
    "manual" => Manual,
});

/// The arguments of the next boot, and where that is written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Staged {
    /// The arguments.
    pub line: CommandLine,
    /// Where they were found, as `/boot/grub/grub.cfg:114` or `rpm-ostree kargs`.
    pub source: String,
}

/// A change of the staged arguments.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Edit {
    /// To be appended.
    pub add: Vec<KernelArg>,
    /// To be taken out, wherever they stand.
    pub remove: Vec<KernelArg>,
}
