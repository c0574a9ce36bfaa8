//! netdevsim, which Debian does not build: made from Debian's own kernel source.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::apt::Archive;
use crate::problem::{Problem, Result};
use crate::release::Release;
use crate::run;

/// The module for this kernel, built on first use.
pub(crate) fn module(archive: &Archive, release: &Release, cache: &Path) -> Result<PathBuf> {
    let folder = cache.join("modules").join(release.image().version).join(&release.name);
    let module = folder.join("netdevsim.ko");
    if !module.is_file() {
        println!("building netdevsim for {}", release.name);
        build(archive, release, &folder)?;
    }
    Ok(module)
}

fn build(archive: &Archive, release: &Release, folder: &Path) -> Result<()> {
    let work = folder.join("build");
    if work.exists() {
        fs::remove_dir_all(&work).map_err(Problem::path("remove", &work))?;
    }
    fs::create_dir_all(&work).map_err(Problem::path("create", &work))?;
    let driver = driver_source(archive, release, &work)?;
    let headers = headers(archive, release, &work)?;
    let mut make = Command::new("make");
    make.arg("-C").arg(&headers).arg(format!("M={}", driver.display()));
    // Without type information, which would take pahole to make and which the lab does not read.
    make.args(["CONFIG_NETDEVSIM=m", "CONFIG_DEBUG_INFO_BTF_MODULES=", "modules", "-j2"]);
    run::output(&mut make).map_err(|problem| {
        Problem::new(format!("cannot build netdevsim\n  {problem}"))
            .help("it needs gcc-12 and make: `cargo xtask lab-setup` installs them")
    })?;
    let stripped = folder.join("netdevsim.ko.part");
    run::output(
        Command::new("strip").arg("-g").arg("-o").arg(&stripped).arg(driver.join("netdevsim.ko")),
    )?;
    let module = folder.join("netdevsim.ko");
    fs::rename(&stripped, &module).map_err(Problem::path("create", &module))?;
    fs::remove_dir_all(&work).map_err(Problem::path("remove", &work))
}

fn driver_source(archive: &Archive, release: &Release, work: &Path) -> Result<PathBuf> {
    let tree = format!("linux-source-{}", release.series());
    let packed = archive.unpacked(&release.source())?.join(format!("usr/src/{tree}.tar.xz"));
    let driver = format!("{tree}/drivers/net/netdevsim");
    run::output(Command::new("tar").arg("-C").arg(work).arg("-xJf").arg(packed).arg(&driver))?;
    Ok(work.join(driver))
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
