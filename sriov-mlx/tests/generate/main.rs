//! What is generated for first boots: its bytes, and what the tools that read it say.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod golden;
mod script;
mod tools;

use std::path::Path;

use sriov_host::NetnsMode;
use sriov_mlx::generate::{
    Cpu, GenerateOptions, GenerateTarget, GeneratedFile, generate, passthrough_args,
};
use sriov_mlx::provision::Desired;

const DESIRED: &str = "
version: 1
match: [{ device_id: 101d }, { part: MCX623106AN-CDAT }]
policy: { at_least: 16 }
link_type: eth
on_reboot_required: reboot
";

pub(crate) fn desired() -> Desired {
    Desired::parse(DESIRED).unwrap()
}

/// With everything that an image can get.
pub(crate) fn full() -> GenerateOptions {
    GenerateOptions {
        kernel_args: passthrough_args(Cpu::Intel),
        rdma_mode: Some(NetnsMode::Exclusive),
        udev_names: true,
        ..GenerateOptions::default()
    }
}

pub(crate) fn options_for(target: GenerateTarget) -> GenerateOptions {
    match target {
        GenerateTarget::Systemd | GenerateTarget::CloudInit => GenerateOptions::default(),
        _ => full(),
    }
}

pub(crate) fn files(target: GenerateTarget) -> Vec<GeneratedFile> {
    generate(target, &desired(), &options_for(target)).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "what is generated is put where tools find it")]
pub(crate) fn write_below(folder: &Path, files: &[GeneratedFile]) {
    use std::os::unix::fs::PermissionsExt;
    for file in files {
        let path = file.path.below(folder);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &file.content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(file.mode)).unwrap();
    }
}
