use super::loaders::host::{first_text, first_tool};
use super::loaders::{Grub, Grubby, Loader, Manual, RpmOstree, SystemdBoot, grub, systemd_boot};
use super::{BootError, Bootloader};
use crate::seam::{Host, HostPath};

/// How the kernel arguments of this host are changed.
///
/// Told from files alone: no program is run. A tool that is missing makes the host one whose
/// arguments a person has to change; it never makes a change that did not happen a success.
///
/// # Errors
///
/// [`BootError`] if a file or a folder that decides cannot be read.
pub fn probe(host: &dyn Host) -> Result<Box<dyn Bootloader>, BootError> {
    if is_ostree(host)? {
        return ostree(host);
    }
    let release = OsRelease::read(host)?;
    if let Some(manual) = by_name(host, &release)? {
        return Ok(Box::new(manual));
    }
    let grubby = host.find_tool("grubby")?.is_some();
    if exists(host, "etc/zipl.conf")? {
        return Ok(Box::new(Manual::Zipl { grubby }));
    }
    if let Some((path, script)) = grub::config(host)? {
        let entries = has_entries(host, "boot/loader/entries")?;
        return match (entries, grubby) {
            (true, true) => Ok(Box::new(Grubby)),
            (true, false) if grub::parse(host, &path, &script)?.blscfg => {
                Ok(Box::new(Manual::NoGrubby))
            }
            _ if !release.is_like("suse") && grub::takes_drop_ins(host)? => Ok(Box::new(Grub)),
            _ => Ok(Box::new(Manual::GrubFile { generate: generate(host, &path)? })),
        };
    }
    loader_entries(host)
}

fn ostree(host: &dyn Host) -> Result<Box<dyn Bootloader>, BootError> {
    if host.find_tool("rpm-ostree")?.is_some() {
        return Ok(Box::new(RpmOstree));
    }
    let bootc = host.find_tool("bootc")?.is_some();
    Ok(Box::new(if bootc { Manual::Bootc } else { Manual::Ostree }))
}

/// systemd-boot, or whatever else starts entries.
fn loader_entries(host: &dyn Host) -> Result<Box<dyn Bootloader>, BootError> {
    let Some(loader) = Loader::find(host)? else { return Ok(Box::new(Manual::Unknown)) };
    if loader.is_unified() {
        return Ok(Box::new(Manual::Unified));
    }
    if systemd_boot::is_managed(host, &loader)? {
        return Ok(Box::new(SystemdBoot));
    }
    let source = loader.default_entry(host)?.map(|entry| loader.source(&entry));
    Ok(Box::new(Manual::Entry { source }))
}

/// Hosts that look like others, and are not.
fn by_name(host: &dyn Host, release: &OsRelease) -> Result<Option<Manual>, BootError> {
    Ok(match release.id.as_str() {
        "flatcar" => Some(Manual::Flatcar),
        "talos" => Some(Manual::Talos),
        "pop" if host.find_tool("kernelstub")?.is_some() => Some(Manual::Kernelstub),
        _ => None,
    })
}

/// `/run/ostree-booted` is there on a booted host, the other two on a mounted one.
fn is_ostree(host: &dyn Host) -> Result<bool, BootError> {
    let has = |folder: &str| host.list_files(&HostPath::new(folder)).map(|names| names.is_some());
    Ok(exists(host, "run/ostree-booted")? || (has("ostree")? && has("sysroot/ostree")?))
}

fn exists(host: &dyn Host, path: &str) -> Result<bool, BootError> {
    Ok(host.open_file(&HostPath::new(path))?.is_some())
}

fn has_entries(host: &dyn Host, folder: &str) -> Result<bool, BootError> {
    let names = host.list_files(&HostPath::new(folder))?.unwrap_or_default();
    Ok(names.iter().any(|name| name.strip_suffix(".conf").is_some()))
}

/// What a person runs there.
fn generate(host: &dyn Host, path: &HostPath) -> Result<String, BootError> {
    let tool = first_tool(host, &grub::MKCONFIG)?;
    let name = tool.as_ref().map_or("grub2-mkconfig", HostPath::file_name);
    Ok(format!("{name} -o {path}"))
}

/// `os-release`, as far as it decides.
#[derive(Debug, Default)]
struct OsRelease {
    id: String,
    like: String,
}

impl OsRelease {
    fn read(host: &dyn Host) -> Result<Self, BootError> {
        let text = first_text(host, &["etc/os-release", "usr/lib/os-release"])?;
        let mut release = Self::default();
        for line in text.iter().flat_map(|(_, text)| text.lines()) {
            let Some((key, value)) = line.split_once('=') else { continue };
            let value = value.trim().trim_matches(['"', '\'']);
            match key.trim() {
                "ID" => value.clone_into(&mut release.id),
                "ID_LIKE" => value.clone_into(&mut release.like),
                _ => {}
            }
        }
        Ok(release)
    }

    fn is_like(&self, name: &str) -> bool {
        self.id.contains(name) || self.like.split_whitespace().any(|like| like.contains(name))
    }
}
