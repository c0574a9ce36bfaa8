use std::time::Duration;

use super::host::joined;
use super::{grub, grubby, systemd_boot};
use crate::boot::{BootError, Bootloader, BootloaderKind, Edit, Staged};
use crate::seam::Host;

/// A host whose arguments a person has to change, and why.
pub(in crate::boot) enum Manual {
    /// `bootc` without rpm-ostree: the arguments belong to the image.
    Bootc,
    /// ostree without either.
    Ostree,
    Flatcar,
    Talos,
    /// Pop!_OS.
    Kernelstub,
    /// s390x: the boot record is written by `zipl`; with grubby or without.
    Zipl {
        grubby: bool,
    },
    /// grub, whose `grub2-mkconfig` reads only `/etc/default/grub`.
    GrubFile {
        generate: String,
    },
    /// grub with entries of the Boot Loader Specification, without grubby.
    NoGrubby,
    /// Entries that nothing here generates; where the arguments of the default one stand.
    Entry {
        source: Option<String>,
    },
    /// Kernels that hold their arguments themselves.
    Unified,
    Unknown,
}

impl Bootloader for Manual {
    fn kind(&self) -> BootloaderKind {
        BootloaderKind::Manual
    }

    fn staged(&self, _host: &dyn Host) -> Result<Option<Staged>, BootError> {
        Ok(None)
    }

    fn stage(&self, _host: &dyn Host, _edit: &Edit, _deadline: Duration) -> Result<(), BootError> {
        Err(BootError::Manual)
    }

    fn instructions(&self, _host: &dyn Host, edit: &Edit) -> Vec<String> {
        let mut lines = match self {
            Self::Bootc => bootc(edit),
            Self::Ostree => ostree(edit),
            Self::Flatcar => flatcar(edit),
            Self::Talos => talos(edit),
            Self::Kernelstub => kernelstub(edit),
            Self::Zipl { grubby: true } => {
                vec![format!("run `{}`", grubby::command(edit)), "run `zipl`".to_owned()]
            }
            Self::Zipl { grubby: false } => {
                let mut lines = systemd_boot::by_hand(
                    edit,
                    "the `parameters=` line of the default section of /etc/zipl.conf",
                );
                lines.push("run `zipl`".to_owned());
                lines
            }
            Self::GrubFile { generate } => grub::by_hand(edit, generate),
            Self::NoGrubby => {
                let install = "install grubby, which this distribution edits its entries with";
                vec![install.to_owned(), format!("run `{}`", grubby::command(edit))]
            }
            Self::Entry { source } => entry(edit, source.as_deref()),
            Self::Unified => unified(edit),
            Self::Unknown => systemd_boot::by_hand(edit, "the kernel arguments of the boot loader"),
        };
        lines.push("restart the host".to_owned());
        lines
    }
}

fn quoted(edit: &Edit) -> String {
    let args: Vec<String> = edit.add.iter().map(|arg| format!("{:?}", arg.as_str())).collect();
    args.join(", ")
}

fn bootc(edit: &Edit) -> Vec<String> {
    let file = "/usr/lib/bootc/kargs.d/10-sriov.toml";
    let mut lines = Vec::new();
    if !edit.add.is_empty() {
        lines.push(format!("in the image, write `kargs = [{}]` to {file}", quoted(edit)));
    }
    for arg in &edit.remove {
        lines.push(format!("in the image, take `{arg}` out of /usr/lib/bootc/kargs.d/*.toml"));
    }
    lines.push("build the image and run `bootc upgrade`".to_owned());
    lines
}

fn ostree(edit: &Edit) -> Vec<String> {
    let add = edit.add.iter().map(|arg| format!("--karg-append={arg}"));
    let remove = edit.remove.iter().map(|arg| format!("--karg-delete={arg}"));
    let args: Vec<String> = add.chain(remove).collect();
    vec![format!("run `ostree admin kargs edit-in-place {}`", args.join(" "))]
}

/// `linux_append` is what its grub.cfg puts behind the arguments of the image.
fn flatcar(edit: &Edit) -> Vec<String> {
    let file = "/oem/grub.cfg (/usr/share/oem/grub.cfg on older releases)";
    let mut lines = Vec::new();
    if !edit.add.is_empty() {
        let args = joined(&edit.add);
        lines
            .push(format!("append the line `set linux_append=\"$linux_append {args}\"` to {file}"));
    }
    for arg in &edit.remove {
        lines.push(format!("take `{arg}` out of `linux_append` in {file}"));
    }
    lines
}

fn talos(edit: &Edit) -> Vec<String> {
    let mut lines = Vec::new();
    let mut args: Vec<String> = edit.add.iter().map(|arg| format!("{:?}", arg.as_str())).collect();
    args.extend(edit.remove.iter().map(|arg| format!("{:?}", format!("-{arg}"))));
    let args = args.join(", ");
    lines.push(format!(
        "started by systemd-boot: set `customization.extraKernelArgs: [{args}]` in the image's \
         schematic, and upgrade to its installer"
    ));
    lines.push(format!(
        "started by grub: set `machine.install.extraKernelArgs: [{args}]` in the machine \
         configuration, and upgrade"
    ));
    lines
}

fn kernelstub(edit: &Edit) -> Vec<String> {
    let line = |option: &str, args: String| format!("run `kernelstub {option} \"{args}\"`");
    let mut lines = Vec::new();
    if !edit.add.is_empty() {
        lines.push(line("--add-options", joined(&edit.add)));
    }
    if !edit.remove.is_empty() {
        lines.push(line("--delete-options", joined(&edit.remove)));
    }
    lines
}

fn entry(edit: &Edit, source: Option<&str>) -> Vec<String> {
    let place = source.map_or_else(
        || "the `options` line of each file in loader/entries".to_owned(),
        |source| format!("the `options` line of each kernel's entry, as {source}"),
    );
    systemd_boot::by_hand(edit, &place)
}

fn unified(edit: &Edit) -> Vec<String> {
    let mut lines = systemd_boot::by_hand(edit, "/etc/kernel/cmdline");
    lines.push("build the unified kernel image anew: `kernel-install add-all`, `mkinitcpio -P` or `dracut --uefi --force`".to_owned());
    lines
}
