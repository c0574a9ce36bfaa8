//! The script that prepares an image.

use std::fmt::Write;

use sriov_host::seam::HostPath;

use super::kernel_args::spaced;
use super::model::{GenerateOptions, GenerateTarget, GeneratedFile};

const PREPARE: &str = include_str!("templates/prepare.sh");
const IN_ROOT: &str = include_str!("templates/in-root.sh");

/// What a distribution needs for kernel arguments, and for what its initramfs has in it.
struct Variant {
    kernel_args: &'static str,
    initramfs: &'static str,
}

const UBUNTU: Variant = Variant {
    kernel_args: include_str!("templates/ubuntu.sh"),
    initramfs: include_str!("templates/ubuntu-initramfs.sh"),
};

const RHEL: Variant = Variant {
    kernel_args: include_str!("templates/rhel.sh"),
    initramfs: include_str!("templates/rhel-initramfs.sh"),
};

const OSTREE: Variant = Variant {
    kernel_args: include_str!("templates/ostree.sh"),
    initramfs: include_str!("templates/ostree-initramfs.sh"),
};

/// The tree below `rootfs`, and the script beside it.
pub(super) fn files(
    target: GenerateTarget,
    tree: Vec<GeneratedFile>,
    options: &GenerateOptions,
) -> Vec<GeneratedFile> {
    let script = script(target, &tree, options);
    let below = |file: GeneratedFile| {
        let path = HostPath::new("rootfs").join(file.path.as_str());
        GeneratedFile { path, ..file }
    };
    let mut files: Vec<GeneratedFile> = tree.into_iter().map(below).collect();
    files.push(GeneratedFile {
        path: HostPath::new("prepare-image.sh"),
        mode: 0o755,
        content: script,
    });
    files
}

fn script(target: GenerateTarget, tree: &[GeneratedFile], options: &GenerateOptions) -> String {
    let variant = match target {
        GenerateTarget::ImageRhel => RHEL,
        GenerateTarget::ImageOstree => OSTREE,
        _ => UBUNTU,
    };
    let mut list = String::new();
    for file in tree {
        // The paths are ours, and plain. Below /usr a deployed host cannot be written.
        let path = file.path.as_str();
        let deployed = if path.starts_with("usr/") { DEPLOYED } else { "" };
        let _ = writeln!(list, "{deployed}place {:o} {path}", file.mode);
    }
    let mut body = String::new();
    if !options.kernel_args.is_empty() || options.rdma_mode.is_some() {
        body.push_str(IN_ROOT);
    }
    if !options.kernel_args.is_empty() {
        let _ = writeln!(body, "\nset -- {}", spaced(&options.kernel_args));
        body.push_str(variant.kernel_args.trim_start_matches('\n'));
    }
    if options.rdma_mode.is_some() {
        body.push_str(variant.initramfs);
    }
    PREPARE
        .replace("@FILES@\n", &list)
        .replace("@BODY@\n", &body)
        .replace("@VARIANT@", &target.to_string())
}

const DEPLOYED: &str = "[ -e \"$root/run/ostree-booted\" ] || ";
