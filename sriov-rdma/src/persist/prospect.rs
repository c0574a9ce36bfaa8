use std::fmt;

use sriov_host::NetnsMode;

use super::facts::{Facts, InitramfsFacts, LineMode, ModeSetting};
use super::value::ModeValue;

/// What `ib_core` will have when it is loaded next.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Prospect {
    /// The mode; unreadable if it will not load at all.
    pub value: ModeValue,
    /// What decides.
    pub source: Source,
}

/// What decides about the mode at load time.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Source {
    /// An argument of the kernel command line: `/boot/grub/grub.cfg:114: ib_core.netns_mode=0`.
    CommandLine(String),
    /// A line of a file of modprobe, as `/etc/modprobe.d/rdma.conf:3`.
    Modprobe(String),
    /// The initramfs that `ib_core` is loaded from, and the copied line, if there is one.
    Initramfs(String),
    /// Nothing is set.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CommandLine(place) | Self::Modprobe(place) | Self::Initramfs(place) => place,
            Self::Default => "the kernel's default",
        })
    }
}

impl fmt::Display for Prospect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.value, self.source)
    }
}

impl Facts {
    /// The command line of the next boot: the staged one, or else the running one, since a boot
    /// loader passes again what it passed before.
    pub(super) fn line(&self) -> &LineMode {
        self.staged.as_ref().unwrap_or(&self.running)
    }

    /// What the next boot will have: one prospect, or two where `ib_core` may be loaded from the
    /// initramfs, or later.
    pub fn next_boot(&self) -> Vec<Prospect> {
        if self.built_in {
            let last = self.line().args.iter().rfind(|arg| arg.value.mode().is_some());
            return vec![last.map_or_else(default, |arg| of_line(self.line(), arg))];
        }
        if let Some(bad) = self.unreadable().into_iter().next() {
            return vec![bad];
        }
        if let Some(arg) = self.line().args.last() {
            return vec![of_line(self.line(), arg)];
        }
        let mut prospects = vec![of_settings(&self.modprobe)];
        if let Some(InitramfsFacts::Holds { image, settings, .. }) = &self.initramfs {
            prospects.push(of_copies(&image.to_string(), settings));
        }
        prospects
    }

    /// Everything that is set on the host, in the order in which it takes effect.
    pub(super) fn settings(&self) -> Vec<Prospect> {
        let args = self.line().args.iter().map(|arg| of_line(self.line(), arg));
        self.modprobe.iter().map(of_setting).chain(args).collect()
    }

    /// Settings that keep `ib_core` from being loaded at all, wherever they stand.
    pub(super) fn unreadable(&self) -> Vec<Prospect> {
        let settings = self.settings().into_iter();
        settings.filter(|prospect| prospect.value.mode().is_none()).collect()
    }
}

impl Prospect {
    /// Whether it is this mode.
    pub fn is(&self, mode: NetnsMode) -> bool {
        self.value.mode() == Some(mode)
    }
}

/// What settings lead to: the last one counts, but a value that cannot be read keeps the module
/// from being loaded.
pub(super) fn of_settings(settings: &[ModeSetting]) -> Prospect {
    let unreadable = settings.iter().find(|setting| setting.value.mode().is_none());
    unreadable.or(settings.last()).map_or_else(default, of_setting)
}

/// The same of the copies in an initramfs.
pub(super) fn of_copies(image: &str, settings: &[ModeSetting]) -> Prospect {
    let Prospect { value, source } = of_settings(settings);
    let place = match source {
        Source::Default => format!("{image}, which has no setting"),
        source => format!("the copy of {source} in {image}"),
    };
    Prospect { value, source: Source::Initramfs(place) }
}

fn of_setting(setting: &ModeSetting) -> Prospect {
    Prospect { value: setting.value.clone(), source: Source::Modprobe(setting.place()) }
}

fn of_line(line: &LineMode, arg: &super::facts::ModeArg) -> Prospect {
    let place = format!("{}: {}", line.source, arg.arg);
    Prospect { value: arg.value.clone(), source: Source::CommandLine(place) }
}

fn default() -> Prospect {
    Prospect { value: ModeValue::Mode(NetnsMode::Shared), source: Source::Default }
}
