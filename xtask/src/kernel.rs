//! The kernel's module tree, cut down to what the guest loads.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::apt::Archive;
use crate::problem::{Problem, Result};
use crate::release::Release;
use crate::run;

/// What the guest may load, besides the modules built for it.
const MODULES: &[&str] = &[
    "igb",
    "igbvf",
    "vfio",
    "vfio_iommu_type1",
    "vfio_pci",
    "dummy",
    "bridge",
    "psample",
    "ib_core",
    "ib_uverbs",
    "rdma_rxe",
    // rdma_rxe asks for it by name at run time; no module dependency shows it.
    "crc32_generic",
    // siw does so too, and needs the connection manager.
    "crc32c_generic",
    "crc32c_intel",
    "libcrc32c",
    "iw_cm",
];

/// An unpacked kernel package.
#[derive(Debug)]
pub(crate) struct Kernel {
    release: Release,
    root: PathBuf,
}

impl Kernel {
    pub(crate) fn unpacked(archive: &Archive, release: &Release) -> Result<Self> {
        let root = archive.unpacked(&release.image())?;
        let kernel = Self { release: release.clone(), root };
        if !kernel.modules().join("modules.dep").is_file() {
            // The package leaves this to its installation script.
            run::output(Command::new("depmod").arg("-b").arg(&kernel.root).arg(&release.name))
                .map_err(|problem| {
                    Problem::new(format!("cannot index the modules\n  {problem}"))
                })?;
        }
        Ok(kernel)
    }

    pub(crate) fn image(&self) -> PathBuf {
        self.root.join("boot").join(format!("vmlinuz-{}", self.release.name))
    }

    /// Copies the guest's modules below `root`, adds those in `extra`, and indexes them.
    pub(crate) fn install_modules(&self, root: &Path, extra: &[PathBuf]) -> Result<()> {
        let target = root.join("lib/modules").join(&self.release.name);
        for module in self.needed()? {
            copy(&self.modules().join(&module), &target.join(&module))?;
        }
        for index in ["modules.order", "modules.builtin", "modules.builtin.modinfo"] {
            copy(&self.modules().join(index), &target.join(index))?;
        }
        for module in extra {
            let name = module.file_name().unwrap_or_default();
            copy(module, &target.join("extra").join(name))?;
        }
        run::output(Command::new("depmod").arg("-b").arg(root).arg(&self.release.name)).map(drop)
    }

    fn modules(&self) -> PathBuf {
        self.root.join("lib/modules").join(&self.release.name)
    }

    /// The files of [`MODULES`] and of all they depend on.
    fn needed(&self) -> Result<BTreeSet<String>> {
        let path = self.modules().join("modules.dep");
        let text = fs::read_to_string(&path).map_err(Problem::path("read", &path))?;
        let dependencies = dependencies(&text);
        let mut files = BTreeSet::new();
        for module in MODULES {
            let (file, needs) = dependencies.get(*module).ok_or_else(|| {
                Problem::new(format!("kernel {} has no module {module}", self.release.name))
            })?;
            files.insert((*file).to_owned());
            files.extend(needs.iter().map(|file| (*file).to_owned()));
        }
        Ok(files)
    }
}

/// From `modules.dep`: each module's file, and the files of all it needs.
fn dependencies(text: &str) -> BTreeMap<String, (&str, Vec<&str>)> {
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    lines
        .map(|(file, needs)| (module_name(file), (file, needs.split_whitespace().collect())))
        .collect()
}

fn module_name(file: &str) -> String {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.split_once(".ko").map_or(name, |(name, _)| name).replace('-', "_")
}

pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(Problem::path("create", folder))?;
    }
    fs::copy(from, to).map(drop).map_err(Problem::path("copy", from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_are_found_by_the_name_that_modprobe_takes() {
        let text = "kernel/drivers/vfio/pci/vfio-pci.ko.xz: kernel/drivers/vfio/vfio.ko.xz\nkernel/a.ko:\n";
        let found = dependencies(text);
        assert_eq!(found["vfio_pci"].1, ["kernel/drivers/vfio/vfio.ko.xz"]);
        assert_eq!(found["a"], ("kernel/a.ko", Vec::new()));
    }
}
