//! What is told of each root, from files alone.

use sriov_host::boot::{Bootloader, BootloaderKind, KernelArg, Staged, probe};
use sriov_host::decorate::Recorder;
use sriov_host::linux::LinuxHost;

use crate::support::{edit, root};

struct Told {
    kind: BootloaderKind,
    staged: Option<Staged>,
    instructions: Vec<String>,
}

/// Looks at a root; no program may be started for that.
fn look(name: &str) -> Told {
    let host = Recorder::with_reads(LinuxHost::below(root(name)));
    let loader: Box<dyn Bootloader> = probe(&host).unwrap();
    let staged = loader.staged(&host).unwrap();
    let instructions =
        loader.instructions(&host, &edit(&["intel_iommu=on", "iommu=pt"], &["quiet"]));
    // A search names a program, a run its path.
    let lines = host.lines();
    let runs = |line: &&String| line.starts_with("query-tool /") || line.starts_with("run-tool");
    assert_eq!(lines.iter().find(runs), None);
    assert!(lines.iter().any(|line| line.starts_with("read-file /")), "nothing was looked at");
    assert_eq!(host.mutations(), 0);
    Told { kind: loader.kind(), staged, instructions }
}

#[track_caller]
fn assert_staged(told: &Told, source: &str, line: &str) {
    let staged = told.staged.as_ref().unwrap();
    assert_eq!(staged.source, source);
    let args: Vec<&str> = staged.line.args().iter().map(KernelArg::as_str).collect();
    assert_eq!(args.join(" "), line);
}

#[test]
fn debian_takes_the_first_entry() {
    let told = look("debian-12");
    assert_eq!(told.kind, BootloaderKind::Grub);
    assert_staged(
        &told,
        "/boot/grub/grub.cfg:109",
        "root=UUID=8d8e1c0e-6a0f-4a3b-9b55-2c6d7f0a1e11 ro console=tty0 console=ttyS0,115200n8 quiet",
    );
    assert_eq!(
        told.instructions,
        [
            "append `intel_iommu=on iommu=pt` to GRUB_CMDLINE_LINUX in /etc/default/grub",
            "take `quiet` out of GRUB_CMDLINE_LINUX and GRUB_CMDLINE_LINUX_DEFAULT in /etc/default/grub",
            "run `update-grub`",
        ]
    );
}

#[test]
fn ubuntu_takes_the_saved_entry_of_a_submenu() {
    let told = look("ubuntu-24.04");
    assert_eq!(told.kind, BootloaderKind::Grub);
    // Which graphics mode there will be, a file cannot tell: the variable stays one.
    assert_staged(
        &told,
        "/boot/grub/grub.cfg:181",
        "root=LABEL=cloudimg-rootfs ro console=tty1 console=ttyS0 iommu=pt $vt_handoff",
    );
}

#[test]
fn rhel_takes_the_saved_entry_and_what_tuned_sets() {
    let told = look("rhel-9");
    assert_eq!(told.kind, BootloaderKind::Grubby);
    assert_staged(
        &told,
        "/boot/loader/entries/1f3c3f9d7b9e4a43a1c6b0d2f4e58a77-5.14.0-362.8.1.el9_3.x86_64.conf:5",
        "root=/dev/mapper/rhel-root ro crashkernel=1G-4G:192M,4G-64G:256M,64G-:512M \
         resume=/dev/mapper/rhel-swap rd.lvm.lv=rhel/root rd.lvm.lv=rhel/swap skew_tick=1 nohz=on",
    );
    assert_eq!(
        told.instructions,
        ["run `grubby --update-kernel=ALL '--args=intel_iommu=on iommu=pt' --remove-args=quiet`"]
    );
}

#[test]
fn coreos_takes_the_newest_deployment_although_it_has_grubby() {
    let told = look("fedora-coreos");
    assert_eq!(told.kind, BootloaderKind::RpmOstree);
    assert_staged(
        &told,
        "/boot/loader/entries/ostree-2-fedora-coreos.conf:3",
        "mitigations=auto,nosmt ignition.platform.id=metal $ignition_firstboot \
         ostree=/ostree/boot.0/fedora-coreos/9c1e9c1e9c1e9c1e9c1e9c1e9c1e9c1e9c1e9c1e9c1e9c1e9c1e9c1e9c1e9c1e/0 \
         root=UUID=9d0a2a4a-52d9-4d36-8b9f-0f1f6a2b3c4d rw rootflags=prjquota \
         boot=UUID=1b2c3d4e-7f80-4a1b-9c2d-3e4f5a6b7c8d iommu=pt",
    );
    assert_eq!(
        told.instructions,
        ["run `rpm-ostree kargs --append-if-missing=intel_iommu=on --append-if-missing=iommu=pt \
          --delete-if-present=quiet`"]
    );
}

#[test]
fn arch_takes_what_the_pattern_of_loader_conf_names() {
    let told = look("arch-systemd-boot");
    assert_eq!(told.kind, BootloaderKind::SystemdBoot);
    assert_staged(
        &told,
        "/efi/loader/entries/7c9f8e3a1b2d4c5e9f60718293a4b5c6-6.10.2-arch1-1.conf:7",
        "root=UUID=0aa5b0a8-64c5-4e62-9b2e-0c6a2f6b8d11 rw quiet \
         initrd=\\7c9f8e3a1b2d4c5e9f60718293a4b5c6\\6.10.2-arch1-1\\intel-ucode.img \
         systemd.machine_id=7c9f8e3a1b2d4c5e9f60718293a4b5c6",
    );
    assert_eq!(
        told.instructions,
        [
            "append `intel_iommu=on` to /etc/kernel/cmdline",
            "append `iommu=pt` to /etc/kernel/cmdline",
            "take `quiet` out of /etc/kernel/cmdline",
            "run `kernel-install add 6.10.2-arch1-1 /usr/lib/modules/6.10.2-arch1-1/vmlinuz`",
            "run `kernel-install add 6.9.7-arch1-1 /usr/lib/modules/6.9.7-arch1-1/vmlinuz`",
        ]
    );
}

#[test]
fn suse_reads_no_drop_in_and_is_changed_by_hand() {
    let told = look("sles-15");
    assert_eq!((told.kind, told.staged), (BootloaderKind::Manual, None));
    assert_eq!(
        told.instructions,
        [
            "append `intel_iommu=on iommu=pt` to GRUB_CMDLINE_LINUX in /etc/default/grub",
            "take `quiet` out of GRUB_CMDLINE_LINUX and GRUB_CMDLINE_LINUX_DEFAULT in /etc/default/grub",
            "run `grub2-mkconfig -o /boot/grub2/grub.cfg`",
            "restart the host",
        ]
    );
}

#[test]
fn flatcar_has_its_own_file() {
    let told = look("flatcar");
    assert_eq!((told.kind, told.staged), (BootloaderKind::Manual, None));
    let file = "/oem/grub.cfg (/usr/share/oem/grub.cfg on older releases)";
    assert_eq!(
        told.instructions,
        [
            format!(
                "append the line `set linux_append=\"$linux_append intel_iommu=on iommu=pt\"` to {file}"
            ),
            format!("take `quiet` out of `linux_append` in {file}"),
            "restart the host".to_owned(),
        ]
    );
}

#[test]
fn a_mainframe_needs_its_boot_record_written() {
    let told = look("rhel-9-s390x");
    assert_eq!((told.kind, told.staged), (BootloaderKind::Manual, None));
    assert_eq!(
        told.instructions,
        [
            "run `grubby --update-kernel=ALL '--args=intel_iommu=on iommu=pt' --remove-args=quiet`",
            "run `zipl`",
            "restart the host",
        ]
    );
}
