use sriov_host::NetnsMode;
use sriov_host::boot::{BootId, KernelArg, Ledger, UnreadableLedger};
use sriov_host::initramfs::Regeneration;
use sriov_host::seam::{Availability, HostPath};

use super::value::ModeValue;
use crate::netns_mode::HoldersSeen;

/// What decides about the netns mode, now and at the next boot.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Facts {
    /// What the kernel does now.
    pub live: Availability<NetnsMode>,
    /// The settings of modprobe's files, in the order in which they take effect.
    pub modprobe: Vec<ModeSetting>,
    /// The file that is ours to write.
    pub own_file: OwnFile,
    /// What the boot loader will pass; `None` if that cannot be told.
    pub staged: Option<LineMode>,
    /// What the running kernel was booted with.
    pub running: LineMode,
    /// The network namespaces that keep the kernel from changing the mode; `None` if nobody
    /// looked, because the live mode is not to be changed.
    pub holders: Option<HoldersSeen>,
    /// The initramfs of the next boot; `None` if nobody looked, because it does not decide.
    pub initramfs: Option<InitramfsFacts>,
    /// Whether `ib_core` is a part of the kernel itself, which reads no file of modprobe.
    pub built_in: bool,
    /// The restarts that were asked for. One that cannot be read is not an empty one: no restart
    /// may be asked for then.
    pub ledger: Result<Ledger, UnreadableLedger>,
    /// Which boot this is.
    pub boot: BootId,
}

/// A line of a file of modprobe that sets the mode.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ModeSetting {
    /// The value.
    pub value: ModeValue,
    /// The file.
    pub path: HostPath,
    /// The line, from 1.
    pub line: usize,
}

impl ModeSetting {
    /// Where it stands, as `/etc/modprobe.d/rdma.conf:3`.
    pub fn place(&self) -> String {
        format!("{}:{}", self.path, self.line)
    }

    /// Whether it stands in our file.
    pub fn is_ours(&self) -> bool {
        self.path == super::file::path()
    }
}

/// The file of modprobe that is ours to write.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum OwnFile {
    /// There is none.
    Absent,
    /// It is there, with this content.
    Ours(String),
    /// Somebody else has a file of that name. It is never written.
    Foreign,
}

/// What a kernel command line says about the mode.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct LineMode {
    /// The arguments about it, in order; the last one counts.
    pub args: Vec<ModeArg>,
    /// Where the command line stands, as `/boot/grub/grub.cfg:114`.
    pub source: String,
}

/// An argument of a kernel command line that sets the mode.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ModeArg {
    /// The argument, as `ib_core.netns_mode=0`.
    pub arg: KernelArg,
    /// Its value.
    pub value: ModeValue,
}

impl LineMode {
    /// The mode that it asks for, if it does.
    pub fn mode(&self) -> Option<NetnsMode> {
        self.args.last().and_then(|arg| arg.value.mode())
    }
}

/// The initramfs of the next boot.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum InitramfsFacts {
    /// `ib_core` is in it, and may be loaded before the host's own files can be read.
    Holds {
        /// The initramfs.
        image: HostPath,
        /// The settings of the copies of modprobe's files in it, in the order of effect.
        settings: Vec<ModeSetting>,
        /// How it is made anew on this host; `None` if that is not known.
        rebuild: Option<Regeneration>,
    },
    /// `ib_core` is not in it: the host's own files count.
    WithoutModule,
    /// It could not be looked into.
    Unknown {
        /// Why.
        why: String,
    },
}
