//! The scripts at work, on a folder that stands for an image.
#![expect(clippy::disallowed_methods, reason = "a script is run on files of the test")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sriov_mlx::generate::{GenerateOptions, GenerateTarget, generate};
use tempfile::TempDir;

use super::{desired, full, write_below};

/// Stands for `chroot` and `systemctl`: it notes what is run in the image, and does as much of it as
/// the script looks for.
const STUB: &str = r#"#!/bin/sh
set -eu
case ${0##*/} in
systemctl)
    root=${1#--root=}
    case $3 in sriov-host-guard.service) target=sysinit ;; *) target=multi-user ;; esac
    mkdir -p "$root/etc/systemd/system/$target.target.wants"
    ln -s "/etc/systemd/system/$3" "$root/etc/systemd/system/$target.target.wants/$3"
    exit
    ;;
esac
root=$1
shift
echo "$*" >>"$LOG"
case "$*" in
update-grub)
    . "$root/etc/default/grub.d/50-sriov.cfg"
    mkdir -p "$root/boot/grub"
    echo "	linux /vmlinuz ro $GRUB_CMDLINE_LINUX" >"$root/boot/grub/grub.cfg"
    ;;
"grubby --info=ALL") cat "$root/entries" ;;
"grubby --update-kernel=ALL --args="*) sed -i "s/^\(args=.*\)\"\$/\1 ${3#--args=}\"/" "$root/entries" ;;
"rpm-ostree kargs") cat "$root/kargs" ;;
"rpm-ostree kargs --append-if-missing="*) echo "$(cat "$root/kargs") ${3#*=}" >"$root/kargs" ;;
esac
"#;

struct Image {
    folder: TempDir,
}

impl Image {
    fn new(target: GenerateTarget, options: &GenerateOptions) -> Self {
        let image = Self { folder: tempfile::tempdir().unwrap() };
        write_below(&image.at("out"), &generate(target, &desired(), options).unwrap());
        for folder in ["bin", "root/etc"] {
            fs::create_dir_all(image.at(folder)).unwrap();
        }
        for program in ["bin/chroot", "bin/systemctl"] {
            fs::write(image.at(program), STUB).unwrap();
            fs::set_permissions(image.at(program), fs::Permissions::from_mode(0o755)).unwrap();
        }
        image.put(
            "entries",
            "args=\"ro quiet iommu=pt2\"\nargs=\"ro intel_iommu=on xiommu=pt iommu=pt2\"\n",
        );
        image.put("kargs", "ro ostree=/ostree/boot.1\n");
        image
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.at("root").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.at("root").join(path)).unwrap()
    }

    /// What the script prints, and its status.
    fn run(&self, check: bool) -> (i32, String) {
        let path = std::env::var_os("PATH").unwrap();
        let path = std::iter::once(self.at("bin")).chain(std::env::split_paths(&path));
        let mut command = Command::new("sh");
        command.arg(self.at("out/prepare-image.sh")).args(check.then_some("--check"));
        command.arg("--root").arg(self.at("root")).env("LOG", self.at("log"));
        command.env("PATH", std::env::join_paths(path).unwrap());
        let Output { status, stdout, stderr } = command.output().unwrap();
        let texts = [stdout, stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
        (status.code().unwrap(), texts.concat())
    }

    /// What was run in the image since it was asked last.
    fn log(&self) -> Vec<String> {
        let log = fs::read_to_string(self.at("log")).unwrap_or_default();
        let _ = fs::remove_file(self.at("log"));
        log.lines().map(str::to_owned).collect()
    }
}

fn tree_of(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.file_type().unwrap().is_dir() {
            found.append(&mut tree_of(&entry.path()));
        } else {
            found.push((entry.path(), fs::read(entry.path()).unwrap_or_default()));
        }
    }
    found.sort();
    found
}

fn prepares(image: &Image) {
    let before = tree_of(&image.at("root"));
    let (status, text) = image.run(true);
    assert_eq!(status, 1, "{text}");
    assert!(text.contains("desired.json: missing") && text.contains("not enabled"), "{text}");
    assert_eq!(tree_of(&image.at("root")), before, "a check changes nothing");
    image.log();
    let (status, text) = image.run(false);
    assert_eq!((status, text.as_str()), (0, ""));
    assert_eq!(image.run(true), (0, "nothing is missing\n".to_owned()));
}

#[test]
fn ubuntu() {
    let image = Image::new(GenerateTarget::ImageUbuntu, &full());
    prepares(&image);
    let log = image.log();
    assert_eq!(log, ["update-grub", "update-initramfs -u -k all"]);
    let grub = image.read("boot/grub/grub.cfg");
    assert!(grub.contains(" intel_iommu=on iommu=pt\n"), "{grub}");
    assert!(image.read("etc/modprobe.d/sriov-rdma.conf").contains("netns_mode=0"));
    image.put("boot/grub/grub.cfg", "\tlinux /vmlinuz ro intel_iommu=on iommu=pt2\n");
    let (status, text) = image.run(true);
    assert_eq!(status, 1);
    assert!(text.contains("iommu=pt: missing") && !text.contains("intel_iommu=on: mis"), "{text}");
}

#[test]
fn rhel() {
    let image = Image::new(GenerateTarget::ImageRhel, &full());
    prepares(&image);
    let expected = [
        "grubby --info=ALL",
        "grubby --update-kernel=ALL --args=intel_iommu=on",
        "grubby --info=ALL",
        "grubby --update-kernel=ALL --args=iommu=pt",
        "dracut -f --regenerate-all",
        "grubby --info=ALL",
        "grubby --info=ALL",
    ];
    assert_eq!(image.log(), expected);
    image.run(false);
    let again: Vec<String> = image.log();
    assert_eq!(again, ["grubby --info=ALL", "grubby --info=ALL", "dracut -f --regenerate-all"]);
}

#[test]
fn a_deployed_ostree_host_and_an_image_build() {
    let image = Image::new(GenerateTarget::ImageOstree, &full());
    prepares(&image);
    assert_eq!(image.log(), ["dracut -f --regenerate-all"]);
    let kargs = image.read("usr/lib/bootc/kargs.d/50-sriov.toml");
    assert_eq!(kargs, "kargs = [\"intel_iommu=on\", \"iommu=pt\"]\n");

    let host = Image::new(GenerateTarget::ImageOstree, &full());
    host.put("run/ostree-booted", "");
    prepares(&host);
    let log = host.log().join("\n");
    assert!(log.contains("kargs --append-if-missing=intel_iommu=on\n"), "{log}");
    assert!(log.contains("initramfs-etc --track=/etc/modprobe.d/sriov-rdma.conf"), "{log}");
    assert!(!host.at("root/usr").exists(), "/usr of a deployed host is read-only");
}

#[test]
fn a_file_that_was_changed_shows_and_is_put_right() {
    let image = Image::new(GenerateTarget::ImageUbuntu, &GenerateOptions::default());
    prepares(&image);
    assert!(image.log().is_empty(), "nothing but files was asked for");
    let unit = "etc/systemd/system/sriov-host-guard.service";
    let good = image.read(unit);
    image.put(unit, &good.replace("30s", "40s"));
    let (status, text) = image.run(true);
    assert_eq!(status, 1);
    assert!(
        text.contains("-TimeoutStartSec=40s") && text.contains("+TimeoutStartSec=30s"),
        "{text}"
    );
    assert_eq!(image.run(false).0, 0);
    assert_eq!(image.read(unit), good);
    let path = image.at("root").join(unit);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o777)).unwrap();
    assert_eq!(image.run(true).0, 1);
    assert_eq!(image.run(false).0, 0);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o644);
}

#[test]
fn what_belongs_to_one_host_is_refused() {
    let image = Image::new(GenerateTarget::ImageUbuntu, &GenerateOptions::default());
    let refused = |word: &str| {
        for check in [true, false] {
            let (status, text) = image.run(check);
            assert!(status == 3 && text.contains(word), "{text}");
        }
        assert!(!image.at("root/etc/sriov-mlx").exists());
    };
    image.put("etc/machine-id", "0b9d8e6c2f1a4b7e8c1d3a5b7c9d1e2f\n");
    refused("machine-id");
    image.put("etc/machine-id", "uninitialized\n");
    image.put("var/lib/sriov-mlx/state.json", "{}");
    refused("state.json");
    fs::remove_file(image.at("root/var/lib/sriov-mlx/state.json")).unwrap();
    prepares(&image);
    image.put("etc/machine-id", "");
    assert_eq!(image.run(true).0, 0);
}

#[test]
fn what_is_not_understood_changes_nothing() {
    let image = Image::new(GenerateTarget::ImageRhel, &GenerateOptions::default());
    let run = |args: &[&str]| {
        let mut command = Command::new("sh");
        command.arg(image.at("out/prepare-image.sh")).args(args).output().unwrap().status.code()
    };
    assert_eq!(run(&["--chek"]), Some(2));
    assert_eq!(run(&["--root"]), Some(2));
    assert_eq!(run(&["--root", image.at("out").to_str().unwrap()]), Some(2));
}
