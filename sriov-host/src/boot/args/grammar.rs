//! Which keys take lists, and which may be passed more than once.

use super::KernelArg;

/// What several values of one key mean.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Grammar {
    /// The last value counts, and another one is another wish.
    One,
    /// Each value counts.
    Many,
    /// A comma list of options, which can contradict each other.
    Options {
        /// Whether each argument adds to those before it.
        repeat: bool,
    },
    /// A comma list of names, independent of each other.
    Names {
        /// Whether each argument adds to those before it.
        repeat: bool,
    },
}

/// From the kernel's `Documentation/admin-guide/kernel-parameters.txt`, kmod's
/// `libkmod-config.c`, `dracut.cmdline(7)` and `kernel-command-line(7)`.
///
/// Not here, and thus a single value, is what looks like a list and is not one of independent
/// items: `isolcpus` (flags before a set of processors), `mitigations` (`auto,nosmt` is one of
/// its words), `intel_iommu` and `amd_iommu` (`on,sm_on` is another mode than `on`).
const KEYS: &[(&str, Grammar)] = &[
    ("pci", Grammar::Options { repeat: true }),
    ("efi", Grammar::Options { repeat: true }),
    // Each item is an option of its own, but `pt` beside others is a decision.
    ("iommu", Grammar::Options { repeat: false }),
    ("cgroup_disable", Grammar::Names { repeat: true }),
    ("initcall_blacklist", Grammar::Names { repeat: true }),
    ("modprobe.blacklist", Grammar::Names { repeat: true }),
    ("module_blacklist", Grammar::Names { repeat: false }),
    ("rd.driver.blacklist", Grammar::Names { repeat: true }),
    ("rd.driver.pre", Grammar::Names { repeat: true }),
    ("vfio_pci.ids", Grammar::Names { repeat: false }),
    ("acpi_osi", Grammar::Many),
    ("bond", Grammar::Many),
    ("bridge", Grammar::Many),
    ("console", Grammar::Many),
    ("crashkernel", Grammar::Many),
    ("dyndbg", Grammar::Many),
    ("earlycon", Grammar::Many),
    ("earlyprintk", Grammar::Many),
    ("hugepages", Grammar::Many),
    ("hugepagesz", Grammar::Many),
    ("ifname", Grammar::Many),
    ("initrd", Grammar::Many),
    ("ip", Grammar::Many),
    ("memmap", Grammar::Many),
    ("nameserver", Grammar::Many),
    ("rd.luks.name", Grammar::Many),
    ("rd.luks.uuid", Grammar::Many),
    ("rd.lvm.lv", Grammar::Many),
    ("rd.md.uuid", Grammar::Many),
    ("rd.route", Grammar::Many),
    ("rd.znet", Grammar::Many),
    ("systemd.mask", Grammar::Many),
    ("systemd.setenv", Grammar::Many),
    ("systemd.wants", Grammar::Many),
    ("team", Grammar::Many),
    ("video", Grammar::Many),
    ("vlan", Grammar::Many),
];

impl Grammar {
    pub(super) fn of(key: &str) -> Self {
        let known = KEYS.iter().find(|(name, _)| is_same_key(name, key));
        // Debug messages of one module: `mlx5_core.dyndbg=+p`.
        let of_module = key.ends_with(".dyndbg").then_some(Self::Many);
        known.map(|(_, grammar)| *grammar).or(of_module).unwrap_or(Self::One)
    }

    /// The items of an argument with such a key; `None` if it takes no list.
    pub(super) fn items(self, arg: &KernelArg) -> Option<Items<'_>> {
        match self {
            Self::Options { .. } | Self::Names { .. } => Items::of(arg),
            Self::One | Self::Many => None,
        }
    }
}

/// The items of a comma list.
#[derive(Clone, Debug)]
pub(super) struct Items<'a>(pub(super) Vec<&'a str>);

impl<'a> Items<'a> {
    fn of(arg: &'a KernelArg) -> Option<Self> {
        arg.value().map(|value| Self(value.split(',').filter(|item| !item.is_empty()).collect()))
    }

    /// Whether each of them is also an item of the other argument.
    pub(super) fn are_in(&self, other: &KernelArg) -> bool {
        let Some(Items(other)) = Items::of(other) else { return false };
        let found = |item: &&str| other.iter().any(|found| is_same_item(found, item));
        !self.0.is_empty() && self.0.iter().all(found)
    }
}

/// `realloc` and `realloc=on` are the same to `pci=`; no other option has a word `on`.
pub(super) fn is_same_item(a: &str, b: &str) -> bool {
    let plain = |item| str::strip_suffix(item, "=on").unwrap_or(item);
    plain(a) == plain(b)
}

/// Whether an option that is found undoes one that is wanted: another value, its negation, or
/// `off`, which ends all others.
pub(super) fn contradicts(found: &str, wanted: &str) -> bool {
    let key = |item| str::split_once(item, '=').map_or(item, |(key, _)| key);
    let negates = |a: &str, b: &str| a.strip_prefix("no") == Some(b);
    let off = |item: &str| item == "off";
    !is_same_item(found, wanted)
        && (key(found) == key(wanted)
            || negates(found, wanted)
            || negates(wanted, found)
            || off(found)
            || off(wanted))
}

/// `-` and `_` are the same, as for the kernel's `parameq`.
pub(super) fn is_same_key(a: &str, b: &str) -> bool {
    let plain = |byte: u8| if byte == b'-' { b'_' } else { byte };
    a.bytes().map(plain).eq(b.bytes().map(plain))
}
