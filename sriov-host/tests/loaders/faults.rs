//! What goes wrong is an error or a difference that is seen, never a success.

use std::time::Duration;

use sriov_host::boot::{BootError, BootloaderKind, probe};
use sriov_host::seam::{Files, HostPath, ToolError};
use sriov_host::sim::{SimHost, ToolFault};

use crate::support::{edit, simulated};

const DEADLINE: Duration = Duration::from_mins(1);

#[test]
fn a_tool_that_does_nothing_leaves_the_staged_arguments_as_they_were() {
    let host = SimHost::with_igb_pair();
    let loader = probe(&host).unwrap();
    let before = loader.staged(&host).unwrap();
    host.break_tool("update-grub", ToolFault::NoEffect);
    loader.stage(&host, &edit(&["iommu=pt"], &[]), DEADLINE).unwrap();
    assert_eq!(loader.staged(&host).unwrap(), before);
}

#[test]
fn a_tool_that_fails_says_so_with_its_words() {
    let host = SimHost::with_igb_pair();
    host.break_tool("update-grub", ToolFault::Fails);
    let error = probe(&host).unwrap().stage(&host, &edit(&["a"], &[]), DEADLINE).unwrap_err();
    assert_eq!(error.to_string(), "`update-grub` failed with status 1: it was told to fail");
}

#[test]
fn a_tool_that_hangs_ends_with_the_deadline() {
    let host = SimHost::with_igb_pair();
    host.break_tool("update-grub", ToolFault::Hangs);
    let error = probe(&host).unwrap().stage(&host, &edit(&["a"], &[]), DEADLINE).unwrap_err();
    assert!(
        matches!(error, BootError::Tool(ToolError::TimedOut { after: DEADLINE, .. })),
        "{error}"
    );
}

#[test]
fn a_tool_that_is_missing_makes_it_work_for_a_person() {
    for (name, tool, first) in [
        ("rhel-9", "grubby", "install grubby, which this distribution edits its entries with"),
        ("debian-12", "grub-mkconfig", "append `a` to GRUB_CMDLINE_LINUX in /etc/default/grub"),
        (
            "arch-systemd-boot",
            "kernel-install",
            "append `a` to the `options` line of each kernel's entry, as \
             /efi/loader/entries/7c9f8e3a1b2d4c5e9f60718293a4b5c6-6.10.2-arch1-1.conf:7",
        ),
        (
            "fedora-coreos",
            "rpm-ostree",
            "in the image, write `kargs = [\"a\"]` to /usr/lib/bootc/kargs.d/10-sriov.toml",
        ),
    ] {
        let host = simulated(name);
        host.break_tool(tool, ToolFault::Missing);
        let loader = probe(&host).unwrap();
        assert_eq!(loader.kind(), BootloaderKind::Manual, "{name}");
        assert_eq!(loader.instructions(&host, &edit(&["a"], &[]))[0], first, "{name}");
        let error = loader.stage(&host, &edit(&["a"], &[]), DEADLINE).unwrap_err();
        assert!(matches!(error, BootError::Manual), "{name}: {error}");
    }
}

#[test]
fn a_script_that_cannot_be_read_names_its_line() {
    let host = simulated("debian-12");
    let path = HostPath::new("boot/grub/grub.cfg");
    host.write_file(&path, b"set default=0\nmenuentry 'x {\n").unwrap();
    let error = probe(&host).unwrap().staged(&host).unwrap_err();
    assert_eq!(error.to_string(), "/boot/grub/grub.cfg:2: a quote is never closed");
}

#[test]
fn unified_kernels_and_a_loader_without_files_are_for_a_person() {
    let host = simulated("flatcar");
    host.write_file(&HostPath::new("etc/os-release"), b"ID=other\n").unwrap();
    let loader = probe(&host).unwrap();
    assert_eq!(loader.kind(), BootloaderKind::Manual);
    let told = loader.instructions(&host, &edit(&["a"], &[]));
    assert_eq!(told, ["append `a` to the kernel arguments of the boot loader", "restart the host"]);
    host.write_file(&HostPath::new("boot/EFI/Linux/linux-6.10.efi"), b"MZ").unwrap();
    let told = probe(&host).unwrap().instructions(&host, &edit(&["a"], &[]));
    assert_eq!(told[0], "append `a` to /etc/kernel/cmdline");
    assert!(told[1].starts_with("build the unified kernel image anew"), "{told:?}");
}
