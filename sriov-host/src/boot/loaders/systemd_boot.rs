use std::time::Duration;

use super::BlsEntry;
use super::entries::{self, systemd_default};
use super::host::{Until, first_text, only, run, some_tool, text};
use crate::boot::{BootError, Bootloader, BootloaderKind, CommandLine, Edit, KernelArg, Staged};
use crate::seam::{FilesError, Host, HostPath, ToolError, ToolRun};

/// systemd-boot: `/etc/kernel/cmdline`, which `kernel-install` makes the entries from.
pub(in crate::boot) struct SystemdBoot;

const CMDLINE: &str = "etc/kernel/cmdline";
/// As kernel-install reads them: the first one counts, whole.
const CMDLINES: [&str; 2] = [CMDLINE, "usr/lib/kernel/cmdline"];

/// Where the loader's partition is mounted.
const PARTITIONS: [&str; 3] = ["efi", "boot", "boot/efi"];

/// The firmware's variables of the loader have this owner.
const ONE_SHOT: &str = "LoaderEntryOneShot-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";
const DEFAULT: &str = "LoaderEntryDefault-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";

/// kernel-install squeezes white space, and the loader passes on what is left.
const PLAIN: &str = "_-.,:=@%/+*?[](){}!~^$;&|<>#";

impl Bootloader for SystemdBoot {
    fn kind(&self) -> BootloaderKind {
        BootloaderKind::SystemdBoot
    }

    fn staged(&self, host: &dyn Host) -> Result<Option<Staged>, BootError> {
        let Some(loader) = Loader::find(host)? else { return Ok(None) };
        Ok(loader.default_entry(host)?.map(|entry| Staged {
            line: CommandLine::parse(&entry.options),
            source: loader.source(&entry),
        }))
    }

    fn stage(&self, host: &dyn Host, edit: &Edit, deadline: Duration) -> Result<(), BootError> {
        let until = Until::new(host, deadline);
        let program = some_tool(host, &["kernel-install"])?;
        edit.add
            .iter()
            .chain(&edit.remove)
            .try_for_each(|arg| only("kernel-install", arg, PLAIN))?;
        let Some(loader) = Loader::find(host)? else { return Err(BootError::Manual) };
        let kernels = loader.installed(host)?;
        if kernels.is_empty() {
            return Err(BootError::Manual);
        }
        write_cmdline(host, &loader, edit)?;
        for kernel in kernels {
            let args = ["add".to_owned(), kernel.release, kernel.image.to_string()];
            run(host, &ToolRun::change(program.clone(), args), until.left(host))?;
        }
        Ok(())
    }

    fn instructions(&self, host: &dyn Host, edit: &Edit) -> Vec<String> {
        let mut lines = by_hand(edit, &format!("/{CMDLINE}"));
        let kernels =
            Loader::find(host).ok().flatten().and_then(|loader| loader.installed(host).ok());
        for kernel in kernels.unwrap_or_default() {
            lines.push(format!("run `kernel-install add {} {}`", kernel.release, kernel.image));
        }
        lines
    }
}

/// What is to be done by hand with a file that holds arguments.
pub(super) fn by_hand(edit: &Edit, place: &str) -> Vec<String> {
    let add = edit.add.iter().map(|arg| format!("append `{arg}` to {place}"));
    let remove = edit.remove.iter().map(|arg| format!("take `{arg}` out of {place}"));
    add.chain(remove).collect()
}

/// An installed kernel.
pub(in crate::boot) struct Kernel {
    release: String,
    image: HostPath,
}

/// The loader's folders on its partition.
pub(in crate::boot) struct Loader {
    partition: HostPath,
    entries: Vec<BlsEntry>,
    /// Kernels in one file with their arguments, which are entries, too.
    unified: bool,
}

impl Loader {
    /// The partition that has entries; `None` if none has.
    pub(in crate::boot) fn find(host: &dyn Host) -> Result<Option<Self>, FilesError> {
        for partition in PARTITIONS.map(HostPath::new) {
            let entries = entries::read(host, &partition.join("loader/entries"))?;
            let unified = has_unified(host, &partition)?;
            if !entries.is_empty() || unified {
                return Ok(Some(Self { partition, entries, unified }));
            }
        }
        Ok(None)
    }

    /// Whether there is nothing but unified kernels.
    pub(in crate::boot) const fn is_unified(&self) -> bool {
        self.entries.is_empty()
    }

    pub(in crate::boot) fn default_entry(
        &self,
        host: &dyn Host,
    ) -> Result<Option<BlsEntry>, FilesError> {
        let conf = text(host, &self.partition.join("loader/loader.conf"))?.unwrap_or_default();
        let setting = conf.lines().find_map(|line| match line.trim().split_once([' ', '\t']) {
            Some(("default", pattern)) => Some(pattern.trim().to_owned()),
            _ => None,
        });
        let chosen = [variable(host, ONE_SHOT)?, variable(host, DEFAULT)?, setting];
        let pattern = chosen.into_iter().flatten().next();
        // Without a pattern, a unified kernel may be newer than any entry.
        if pattern.is_none() && self.unified {
            return Ok(None);
        }
        Ok(systemd_default(&self.entries, pattern.as_deref()).cloned())
    }

    pub(in crate::boot) fn source(&self, entry: &BlsEntry) -> String {
        let file = self.partition.join("loader/entries").join(format!("{}.conf", entry.id));
        format!("{file}:{}", entry.line.max(1))
    }

    /// The kernels that `kernel-install` has made entries of: their version is their release.
    pub(in crate::boot) fn installed(&self, host: &dyn Host) -> Result<Vec<Kernel>, FilesError> {
        let modules = HostPath::new("usr/lib/modules");
        let boot = host.list_files(&HostPath::new("boot"))?.unwrap_or_default();
        let mut kernels = Vec::new();
        for release in host.list_files(&modules)?.unwrap_or_default() {
            if !self.entries.iter().any(|entry| entry.version == release) {
                continue;
            }
            let folder = modules.join(&release);
            let beside = format!("vmlinuz-{release}");
            if host.list_files(&folder)?.unwrap_or_default().contains(&"vmlinuz".to_owned()) {
                kernels.push(Kernel { release, image: folder.join("vmlinuz") });
            } else if boot.contains(&beside) {
                kernels.push(Kernel { release, image: HostPath::new("boot").join(beside) });
            }
        }
        Ok(kernels)
    }
}

fn has_unified(host: &dyn Host, partition: &HostPath) -> Result<bool, FilesError> {
    let images = host.list_files(&partition.join("EFI/Linux"))?.unwrap_or_default();
    Ok(images.iter().any(|name| name.to_ascii_lowercase().ends_with(".efi")))
}

/// A variable of the firmware: four bytes of attributes, then UTF-16 with a zero at its end.
fn variable(host: &dyn Host, name: &str) -> Result<Option<String>, FilesError> {
    let path = HostPath::new("sys/firmware/efi/efivars").join(name);
    let Some(bytes) = host.read_file(&path)? else { return Ok(None) };
    let units = bytes.get(4..).unwrap_or_default().chunks_exact(2);
    let units: Vec<u16> = units
        .filter_map(|pair| <[u8; 2]>::try_from(pair).ok().map(u16::from_le_bytes))
        .take_while(|unit| *unit != 0)
        .collect();
    Ok(Some(String::from_utf16_lossy(&units)).filter(|text| !text.is_empty()))
}

/// Edits the file word by word; where it is missing, from what would be passed now.
fn write_cmdline(host: &dyn Host, loader: &Loader, edit: &Edit) -> Result<(), BootError> {
    let path = HostPath::new(CMDLINE);
    let base = match first_text(host, &CMDLINES)? {
        Some((_, text)) => CommandLine::parse(&text).args().to_vec(),
        None => match loader.default_entry(host)? {
            Some(entry) => from_entry(&entry),
            None => return Err(BootError::Manual),
        },
    };
    let mut args: Vec<KernelArg> =
        base.into_iter().filter(|arg| !edit.remove.contains(arg)).collect();
    for arg in &edit.add {
        if !args.contains(arg) {
            args.push(arg.clone());
        }
    }
    let new = format!("{}\n", super::host::joined(&args));
    if text(host, &path)?.as_deref() != Some(new.as_str()) {
        host.write_file(&path, new.as_bytes())?;
    }
    Ok(())
}

/// Without what kernel-install leaves out itself when it takes the running kernel's line.
fn from_entry(entry: &BlsEntry) -> Vec<KernelArg> {
    let line = CommandLine::parse(&entry.options);
    let theirs = |arg: &&KernelArg| !matches!(arg.key(), "initrd" | "BOOT_IMAGE");
    line.args().iter().filter(theirs).cloned().collect()
}

/// Whether `kernel-install` is there, and makes the entries of this host.
pub(in crate::boot) fn is_managed(host: &dyn Host, loader: &Loader) -> Result<bool, BootError> {
    let has_tool = |name| -> Result<bool, ToolError> { Ok(host.find_tool(name)?.is_some()) };
    if !has_tool("kernel-install")? {
        return Ok(false);
    }
    let conf = text(host, &HostPath::new("etc/kernel/install.conf"))?.unwrap_or_default();
    let unified = conf.lines().any(|line| line.trim() == "layout=uki");
    Ok(!unified && !loader.installed(host)?.is_empty())
}
