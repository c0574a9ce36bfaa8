//! Drivers that Debian does not build: made from Debian's own kernel source.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::apt::Archive;
use crate::problem::{Problem, Result};
use crate::release::Release;
use crate::run;

/// A driver, and how it is made.
#[derive(Debug)]
struct Driver {
    /// What its module is called.
    name: &'static str,
    /// Where the kernel's source has it.
    folder: &'static str,
    option: &'static str,
    edit: Option<Edit>,
}

/// A small change of a driver, for what the lab could not show otherwise.
#[derive(Debug)]
struct Edit {
    file: &'static str,
    /// A line that is in the file once.
    line: &'static str,
    before: &'static str,
    after: &'static str,
}

const DRIVERS: &[Driver] = &[
    Driver {
        name: "netdevsim",
        folder: "drivers/net/netdevsim",
        option: "CONFIG_NETDEVSIM=m",
        edit: None,
    },
    Driver {
        name: "siw",
        folder: "drivers/infiniband/sw/siw",
        option: "CONFIG_RDMA_SIW=m",
        // Only a device whose driver can throw its users out can be moved to another network
        // namespace. Those of hardware can; of the soft ones, none can.
        edit: Some(Edit {
            file: "siw_main.c",
            line: "static const struct ib_device_ops siw_device_ops = {",
            before: "static void lab_disassociate(struct ib_ucontext *context) {}\n",
            after: "\t.disassociate_ucontext = lab_disassociate,\n",
        }),
    },
];

/// The modules for this kernel, each built on first use.
pub(crate) fn modules(archive: &Archive, release: &Release, cache: &Path) -> Result<Vec<PathBuf>> {
    let folder = cache.join("modules").join(release.image().version).join(&release.name);
    DRIVERS.iter().map(|driver| driver.module(archive, release, &folder)).collect()
}

impl Driver {
    fn module(&self, archive: &Archive, release: &Release, folder: &Path) -> Result<PathBuf> {
        let folder = folder.join(format!("{}-{:016x}", self.name, key()));
        let module = folder.join(self.file());
        if !module.is_file() {
            println!("building {} for {}", self.name, release.name);
            self.build(archive, release, &folder)?;
        }
        Ok(module)
    }

    fn file(&self) -> String {
        format!("{}.ko", self.name)
    }

    fn build(&self, archive: &Archive, release: &Release, folder: &Path) -> Result<()> {
        let work = folder.join("build");
        if work.exists() {
            fs::remove_dir_all(&work).map_err(Problem::path("remove", &work))?;
        }
        fs::create_dir_all(&work).map_err(Problem::path("create", &work))?;
        let source = self.source(archive, release, &work)?;
        let headers = headers(archive, release, &work)?;
        let mut make = Command::new("make");
        make.arg("-C").arg(&headers).arg(format!("M={}", source.display())).arg(self.option);
        // Without type information, which would take pahole to make and which the lab does not
        // read.
        make.args(["CONFIG_DEBUG_INFO_BTF_MODULES=", "modules", "-j2"]);
        run::output(&mut make).map_err(|problem| {
            Problem::new(format!("cannot build {}\n  {problem}", self.name))
                .help("it needs gcc-12 and make: `cargo xtask lab-setup` installs them")
        })?;
        let stripped = work.join("stripped");
        let mut strip = Command::new("strip");
        strip.arg("-g").arg("-o").arg(&stripped).arg(source.join(self.file()));
        run::output(&mut strip)?;
        let module = folder.join(self.file());
        fs::rename(&stripped, &module).map_err(Problem::path("create", &module))?;
        fs::remove_dir_all(&work).map_err(Problem::path("remove", &work))
    }

    fn source(&self, archive: &Archive, release: &Release, work: &Path) -> Result<PathBuf> {
        let tree = format!("linux-source-{}", release.series());
        let packed = archive.unpacked(&release.source())?.join(format!("usr/src/{tree}.tar.xz"));
        let folder = format!("{tree}/{}", self.folder);
        run::output(Command::new("tar").arg("-C").arg(work).arg("-xJf").arg(packed).arg(&folder))?;
        let folder = work.join(folder);
        if let Some(edit) = &self.edit {
            let file = folder.join(edit.file);
            let text = fs::read_to_string(&file).map_err(Problem::path("read", &file))?;
            fs::write(&file, edit.applied(&text)?).map_err(Problem::path("write", &file))?;
        }
        Ok(folder)
    }
}

impl Edit {
    fn applied(&self, text: &str) -> Result<String> {
        let place = format!("{}\n", self.line);
        match text.split(&place).collect::<Vec<_>>().as_slice() {
            [head, tail] => Ok([head, self.before, place.as_str(), self.after, tail].concat()),
            parts => Err(Problem::new(format!(
                "the lab's change of {} does not fit this kernel: {:?} is there {} times",
                self.file,
                self.line,
                parts.len().saturating_sub(1)
            ))
            .help("look at the driver's source, and bring DRIVERS in xtask/src/driver.rs in line")),
        }
    }
}

/// Changes with the recipe.
fn key() -> u64 {
    let mut hasher = DefaultHasher::new();
    include_str!("driver.rs").hash(&mut hasher);
    hasher.finish()
}

/// One tree from the three header packages, as their installation would leave it.
fn headers(archive: &Archive, release: &Release, work: &Path) -> Result<PathBuf> {
    let tree = work.join("headers");
    fs::create_dir_all(&tree).map_err(Problem::path("create", &tree))?;
    for package in [release.headers(), release.common_headers(), release.kbuild()] {
        let files = archive.unpacked(&package)?;
        run::output(Command::new("cp").arg("-a").arg(files.join(".")).arg(&tree))?;
    }
    let headers = tree.join("usr/src").join(format!("linux-headers-{}", release.name));
    let makefile = headers.join("Makefile");
    let text = fs::read_to_string(&makefile).map_err(Problem::path("read", &makefile))?;
    // It includes the common headers' Makefile by its installed path.
    let text = text.replace("/usr/src/", &format!("{}/usr/src/", tree.display()));
    fs::write(&makefile, text).map_err(Problem::path("write", &makefile))?;
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EDIT: Edit = Edit { file: "a.c", line: "ops = {", before: "stub\n", after: "\t.stub,\n" };

    #[test]
    fn an_edit_goes_around_its_line() {
        let edited = EDIT.applied("one\nops = {\n\t.two,\n};\n").expect("it fits");
        assert_eq!(edited, "one\nstub\nops = {\n\t.stub,\n\t.two,\n};\n");
    }

    #[test]
    fn an_edit_that_does_not_fit_is_refused() {
        for (text, found) in [("one\n", "0 times"), ("ops = {\nops = {\n", "2 times")] {
            let refused = EDIT.applied(text).expect_err("it does not fit").to_string();
            assert!(refused.contains(found), "{text:?}: {refused}");
        }
    }
}
