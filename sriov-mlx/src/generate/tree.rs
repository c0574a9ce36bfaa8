//! The files of a host, in the order in which they are listed.

use sriov_host::NetnsMode;
use sriov_host::managed_file::ManagedFile;
use sriov_host::seam::HostPath;

use super::model::{GenerateOptions, GenerateTarget, GeneratedFile};
use super::{kernel_args, units};
use crate::provision::Desired;

const NAMES: &str = include_str!("templates/names.rules");

/// What every host gets.
pub(super) fn host(desired: &Desired, options: &GenerateOptions) -> Vec<GeneratedFile> {
    vec![
        file("etc/sriov-mlx/desired.json", desired.to_json()),
        file("etc/systemd/system/sriov-mlx-provision.service", units::provision(&options.program)),
        file("etc/systemd/system/sriov-host-guard.service", units::guard(&options.program)),
    ]
}

/// What an image gets as well, if it is wanted.
pub(super) fn image(target: GenerateTarget, options: &GenerateOptions) -> Vec<GeneratedFile> {
    let mut files = Vec::new();
    if let Some(mode) = options.rdma_mode {
        files.push(rdma(mode));
    }
    let args = &options.kernel_args;
    match target {
        GenerateTarget::ImageUbuntu if !args.is_empty() => {
            files.push(file("etc/default/grub.d/50-sriov.cfg", kernel_args::grub(args)));
        }
        GenerateTarget::ImageOstree if !args.is_empty() => {
            files.push(file("usr/lib/bootc/kargs.d/50-sriov.toml", kernel_args::bootc(args)));
        }
        _ => {}
    }
    if options.udev_names {
        files.push(file("etc/udev/rules.d/76-sriov-mlx-names.rules", NAMES.to_owned()));
    }
    files
}

/// The file that `sriov-rdma` keeps the mode in, as that crate writes it: so it stays its own.
fn rdma(mode: NetnsMode) -> GeneratedFile {
    let path = HostPath::new("etc/modprobe.d/sriov-rdma.conf");
    let options = format!("options ib_core netns_mode={}\n", mode.to_kernel());
    let content = ManagedFile::new(path.clone(), "sriov-rdma").content(&options);
    GeneratedFile { path, mode: 0o644, content }
}

fn file(path: &str, content: String) -> GeneratedFile {
    GeneratedFile { path: HostPath::new(path), mode: 0o644, content }
}
