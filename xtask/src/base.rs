//! The part of the guest's file system that does not change with the tests.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::apt::{Archive, Package};
use crate::kernel::{Kernel, copy};
use crate::problem::{Problem, Result};
use crate::release::Release;
use crate::{cpio, driver, elf, run};

/// Where programs, udev's rules and all their libraries come from; libc6 comes first.
const PACKAGES: &[&str] = &[
    "libc6",
    "busybox-static",
    "kmod",
    "udev",
    "iproute2",
    "strace",
    "libacl1",
    "libblkid1",
    "libbpf1",
    "libbsd0",
    "libcap2",
    "libelf1",
    "libkmod2",
    "liblzma5",
    "libmd0",
    "libmnl0",
    "libpcre2-8-0",
    "libselinux1",
    "libssl3",
    "libudev1",
    "libunwind8",
    "libzstd1",
    "zlib1g",
];

/// Programs that are not busybox's: where a package has them, and where the guest has them.
const PROGRAMS: &[(&str, &str)] = &[
    ("bin/ip", "bin/ip"),
    ("sbin/devlink", "bin/devlink"),
    ("bin/rdma", "bin/rdma"),
    ("bin/udevadm", "bin/udevadm"),
    ("bin/kmod", "bin/kmod"),
    ("bin/strace", "bin/strace"),
];

/// Links beside them: programs that choose what they do by the name they are called by.
const LINKS: &[(&str, &str)] = &[
    ("bin/systemd-udevd", "udevadm"),
    ("bin/modprobe", "kmod"),
    ("bin/rmmod", "kmod"),
    ("bin/lsmod", "kmod"),
    // The kernel calls this path to load a module by itself.
    ("sbin/modprobe", "../bin/kmod"),
    ("var/run", "../run"),
];

/// udev as a distribution has it, cut down to devices that the guest can have.
const UDEV_FILES: &[&str] = &[
    "lib/udev/rules.d/50-udev-default.rules",
    "lib/udev/rules.d/75-net-description.rules",
    "lib/udev/rules.d/80-drivers.rules",
    "lib/udev/rules.d/80-net-setup-link.rules",
    "lib/systemd/network/99-default.link",
];

/// Groups that udev's rules give devices to, and the identity that it derives stable MAC
/// addresses from: with it, udev changes the random address of a VF as it does on a real host.
const TEXTS: &[(&str, &str)] = &[
    ("etc/passwd", "root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n"),
    (
        "etc/group",
        "root:x:0:\ntty:x:5:\ndisk:x:6:\nlp:x:7:\nkmem:x:15:\ndialout:x:20:\ncdrom:x:24:\n\
         tape:x:26:\naudio:x:29:\nvideo:x:44:\ninput:x:101:\nsgx:x:102:\nkvm:x:103:\n\
         render:x:104:\n",
    ),
    ("etc/machine-id", "3c0b1d7e5f8a4962b4d0c2a1e6f79b58\n"),
];

const FOLDERS: &[&str] =
    &["bin", "sbin", "lib", "lib64", "etc/modprobe.d", "proc", "sys", "dev", "run", "tmp", "var"];

/// The packed base for a kernel, built on first use; the name tells what is in it.
pub(crate) fn archive(archive: &Archive, release: &Release, cache: &Path) -> Result<PathBuf> {
    let packages = PACKAGES.iter().map(|name| archive.candidate(name));
    let packages: Vec<Package> = packages.collect::<Result<_>>()?;
    let packed =
        cache.join("base").join(format!("{}-{:016x}.cpio.gz", release.name, key(&packages)));
    if packed.is_file() {
        return Ok(packed);
    }
    let roots: Vec<PathBuf> =
        packages.iter().map(|package| archive.unpacked(package)).collect::<Result<_>>()?;
    let kernel = Kernel::unpacked(archive, release)?;
    let built = driver::modules(archive, release, cache)?;
    println!("packing the guest's file system");
    let root = cache.join("base/root");
    if root.exists() {
        fs::remove_dir_all(&root).map_err(Problem::path("remove", &root))?;
    }
    for folder in FOLDERS {
        let folder = root.join(folder);
        fs::create_dir_all(&folder).map_err(Problem::path("create", &folder))?;
    }
    install_programs(&root, &roots)?;
    for file in UDEV_FILES {
        copy(&found(&roots, file)?, &root.join(file))?;
    }
    for (name, text) in TEXTS {
        let file = root.join(name);
        fs::write(&file, text).map_err(Problem::path("write", &file))?;
    }
    kernel.install_modules(&root, &built)?;
    pack(&root, &packed)?;
    fs::remove_dir_all(&root).map_err(Problem::path("remove", &root))?;
    Ok(packed)
}

/// Changes with the packages and with the recipe itself.
fn key(packages: &[Package]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for package in packages {
        (&package.name, &package.version).hash(&mut hasher);
    }
    (include_str!("base.rs"), include_str!("kernel.rs"), include_str!("driver.rs"))
        .hash(&mut hasher);
    hasher.finish()
}

fn install_programs(root: &Path, roots: &[PathBuf]) -> Result<()> {
    let libc = roots.first().ok_or_else(|| Problem::new("the guest needs libc6"))?;
    copy(&found(roots, "bin/busybox")?, &root.join("bin/busybox"))?;
    copy(&libc.join(elf::LOADER), &root.join("lib64/ld-linux-x86-64.so.2"))?;
    for (from, to) in PROGRAMS {
        let program = found(roots, from)?;
        for library in elf::libraries(&program, libc, roots)? {
            let name = library.file_name().unwrap_or_default();
            copy(&library, &root.join("lib").join(name))?;
        }
        copy(&program, &root.join(to))?;
    }
    for (link, target) in LINKS {
        let link = root.join(link);
        symlink(target, &link).map_err(Problem::path("create", &link))?;
    }
    install_applets(root)
}

/// A link for each busybox program that no package has provided.
fn install_applets(root: &Path) -> Result<()> {
    let list = run::output(Command::new(root.join("bin/busybox")).arg("--list"))?;
    for applet in list.lines().filter(|applet| *applet != "busybox") {
        let link = root.join("bin").join(applet);
        if link.symlink_metadata().is_err() {
            symlink("busybox", &link).map_err(Problem::path("create", &link))?;
        }
    }
    Ok(())
}

/// Packages differ in whether they say `/bin` or `/usr/bin`.
fn found(roots: &[PathBuf], file: &str) -> Result<PathBuf> {
    let places = roots.iter().flat_map(|root| [root.join(file), root.join("usr").join(file)]);
    let mut places = places.filter(|path| path.is_file());
    places.next().ok_or_else(|| Problem::new(format!("no package of the lab has {file}")))
}

fn pack(root: &Path, packed: &Path) -> Result<()> {
    let plain = packed.with_extension("part");
    cpio::pack(root, &plain)?;
    let zipped = run::attempt(Command::new("gzip").arg("-1").arg("-c").arg(&plain))?;
    if !zipped.status.success() {
        return Err(Problem::new(format!("gzip ended with {}", zipped.status)));
    }
    fs::write(&plain, zipped.stdout).map_err(Problem::path("write", &plain))?;
    fs::rename(&plain, packed).map_err(Problem::path("create", packed))
}
