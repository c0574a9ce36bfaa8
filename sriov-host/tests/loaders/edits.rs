//! Edits, on copies of the roots.

use std::time::Duration;

use sriov_host::boot::{BootError, Bootloader, BootloaderKind, KernelArg, probe};
use sriov_host::decorate::{Call, Recorder};
use sriov_host::seam::{Files, HostPath};
use sriov_host::sim::{Machine, SimHost};

use crate::support::{edit, simulated, text};

const DEADLINE: Duration = Duration::from_mins(1);

fn staged(loader: &dyn Bootloader, host: &SimHost) -> String {
    let staged = loader.staged(host).unwrap().unwrap();
    let args: Vec<&str> = staged.line.args().iter().map(KernelArg::as_str).collect();
    args.join(" ")
}

#[test]
fn grub_gets_a_drop_in_and_the_file_of_the_administrator_stays() {
    let host = simulated("debian-12");
    let loader = probe(&host).unwrap();
    let foreign = text(&host, "etc/default/grub");
    loader.stage(&host, &edit(&["intel_iommu=on", "iommu=pt"], &["quiet"]), DEADLINE).unwrap();
    assert_eq!(
        staged(&*loader, &host),
        "root=UUID=8d8e1c0e-6a0f-4a3b-9b55-2c6d7f0a1e11 ro console=tty0 console=ttyS0,115200n8 \
         intel_iommu=on iommu=pt"
    );
    assert_eq!(text(&host, "etc/default/grub"), foreign);

    // A later edit keeps the earlier ones, and may take them back.
    loader.stage(&host, &edit(&["pci=realloc", "quiet"], &["iommu=pt"]), DEADLINE).unwrap();
    assert_eq!(
        staged(&*loader, &host),
        "root=UUID=8d8e1c0e-6a0f-4a3b-9b55-2c6d7f0a1e11 ro console=tty0 console=ttyS0,115200n8 \
         intel_iommu=on pci=realloc quiet"
    );
}

#[test]
fn the_same_edit_writes_no_file_a_second_time() {
    let host = Recorder::new(simulated("ubuntu-24.04"));
    let loader = probe(&host).unwrap();
    let wanted = edit(&["iommu=pt"], &[]);
    loader.stage(&host, &wanted, DEADLINE).unwrap();
    assert_eq!(host.count(Call::WriteFile), 1);
    let first = text(host.host(), "etc/default/grub.d/zz-sriov.cfg");
    loader.stage(&host, &wanted, DEADLINE).unwrap();
    assert_eq!(host.count(Call::WriteFile), 1);
    assert_eq!(text(host.host(), "etc/default/grub.d/zz-sriov.cfg"), first);
    // The program may not have been run after the file was written: it is run again.
    assert_eq!(host.count(Call::RunTool), 2);
}

#[test]
fn a_drop_in_of_somebody_else_is_left_alone() {
    let host = simulated("debian-12");
    let path = HostPath::new("etc/default/grub.d/zz-sriov.cfg");
    host.write_file(&path, b"GRUB_CMDLINE_LINUX=mine\n").unwrap();
    let error = probe(&host).unwrap().stage(&host, &edit(&["a"], &[]), DEADLINE).unwrap_err();
    assert!(matches!(error, BootError::Malformed { line: 1, .. }), "{error}");
    assert_eq!(text(&host, path.as_str()), "GRUB_CMDLINE_LINUX=mine\n");
}

#[test]
fn arguments_that_grub_would_interpret_are_refused() {
    let host = Recorder::new(simulated("debian-12"));
    let loader = probe(&host).unwrap();
    for arg in ["a=$x", "a=b;c", "a={b}", "a=`x`", "a='b'", "a=b\\c", "a=\"b\"", "a=b&"] {
        let error = loader.stage(&host, &edit(&[arg], &[]), DEADLINE).unwrap_err();
        assert!(matches!(error, BootError::Unsupported { .. }), "{arg}: {error}");
    }
    assert_eq!(host.mutations(), 0);
}

#[test]
fn grubby_is_run_once_and_keeps_what_has_the_same_key() {
    let host = Recorder::new(simulated("rhel-9"));
    let loader = probe(&host).unwrap();
    // Two arguments of one key are there already.
    let wanted = edit(&["rd.lvm.lv=rhel/data", "iommu=pt"], &["ro", "absent"]);
    let error = loader.stage(&host, &wanted, DEADLINE).unwrap_err();
    assert!(matches!(error, BootError::Unsupported { .. }), "a slash is sed's: {error}");

    let wanted = edit(&["rd.lvm.lv=data", "iommu=pt"], &["ro", "absent"]);
    let error = loader.stage(&host, &wanted, DEADLINE).unwrap_err();
    assert!(matches!(error, BootError::Unsupported { .. }), "kept ones have a slash: {error}");
    assert_eq!(host.mutations(), 0);

    loader
        .stage(&host, &edit(&["crashkernel=512M", "iommu=pt"], &["ro", "absent"]), DEADLINE)
        .unwrap();
    assert_eq!(
        host.lines(),
        ["run-tool /usr/sbin/grubby --update-kernel=ALL \
          --args=crashkernel=1G-4G:192M,4G-64G:256M,64G-:512M crashkernel=512M iommu=pt \
          --remove-args=ro -> ok"]
    );
    assert_eq!(
        staged(&*loader, host.host()),
        "root=/dev/mapper/rhel-root resume=/dev/mapper/rhel-swap rd.lvm.lv=rhel/root \
         rd.lvm.lv=rhel/swap skew_tick=1 nohz=on \
         crashkernel=1G-4G:192M,4G-64G:256M,64G-:512M crashkernel=512M iommu=pt"
    );
    // grubby itself keeps the file for kernels to come.
    assert!(text(host.host(), "etc/default/grub").contains("iommu=pt\""));
}

#[test]
fn grubby_does_not_take_out_what_only_begins_alike() {
    let host = simulated("rhel-9");
    let loader = probe(&host).unwrap();
    loader.stage(&host, &edit(&["iommu=pt", "nohz"], &[]), DEADLINE).unwrap_err();
    loader.stage(&host, &edit(&["iommu"], &[]), DEADLINE).unwrap();
    loader.stage(&host, &edit(&["iommu=pt"], &[]), DEADLINE).unwrap();
    assert!(staged(&*loader, &host).ends_with(" iommu iommu=pt"));
    let error = loader.stage(&host, &edit(&[], &["iommu"]), DEADLINE).unwrap_err();
    assert_eq!(
        error.to_string(),
        "grubby cannot be used for iommu: it would take out iommu=pt, too"
    );
    loader.stage(&host, &edit(&[], &["iommu", "iommu=pt"]), DEADLINE).unwrap();
    assert!(!staged(&*loader, &host).contains("iommu"));
}

#[test]
fn rpm_ostree_is_asked_while_a_deployment_is_staged() {
    let host = simulated("fedora-coreos");
    let loader = probe(&host).unwrap();
    loader.stage(&host, &edit(&["intel_iommu=on"], &["iommu=pt"]), DEADLINE).unwrap();
    let read = loader.staged(&host).unwrap().unwrap();
    assert_eq!(read.source, "rpm-ostree kargs");
    let line = staged(&*loader, &host);
    assert!(
        line.ends_with("boot=UUID=1b2c3d4e-7f80-4a1b-9c2d-3e4f5a6b7c8d intel_iommu=on"),
        "{line}"
    );
    // The entry is written when the machine is shut down.
    assert!(
        !text(&host, "boot/loader/entries/ostree-2-fedora-coreos.conf").contains("intel_iommu")
    );
    host.reboot();
    let read = loader.staged(&host).unwrap().unwrap();
    assert_eq!(read.source, "/boot/loader/entries/ostree-2-fedora-coreos.conf:3");
    assert!(staged(&*loader, &host).ends_with("intel_iommu=on"));
}

#[test]
fn kernel_install_makes_the_entries_anew_from_a_file_that_keeps_the_rest() {
    let host = Recorder::new(simulated("arch-systemd-boot"));
    let loader = probe(&host).unwrap();
    loader.stage(&host, &edit(&["iommu=pt"], &["quiet"]), DEADLINE).unwrap();
    assert_eq!(
        text(host.host(), "etc/kernel/cmdline"),
        "root=UUID=0aa5b0a8-64c5-4e62-9b2e-0c6a2f6b8d11 rw \
         systemd.machine_id=7c9f8e3a1b2d4c5e9f60718293a4b5c6 iommu=pt\n"
    );
    assert_eq!(host.count(Call::RunTool), 2);
    assert!(staged(&*loader, host.host()).ends_with("iommu=pt"));
    // From now on the file counts, whatever an entry says.
    host.write_file(&HostPath::new("etc/kernel/cmdline"), b"root=x  my=own\tiommu=pt\n").unwrap();
    loader.stage(&host, &edit(&["a", "iommu=pt"], &[]), DEADLINE).unwrap();
    assert_eq!(text(host.host(), "etc/kernel/cmdline"), "root=x my=own iommu=pt a\n");
}

#[test]
fn the_firmware_may_name_another_entry_than_loader_conf() {
    let host = simulated("arch-systemd-boot");
    let loader = probe(&host).unwrap();
    let source = || loader.staged(&host).unwrap().map(|staged| staged.source);
    let variable = |name: &str, text: &str| {
        let path = format!("sys/firmware/efi/efivars/{name}-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f");
        let units = text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes);
        let bytes: Vec<u8> = [7, 0, 0, 0].into_iter().chain(units).collect();
        host.write_file(&HostPath::new(path), &bytes).unwrap();
    };
    let entry = |release: &str| {
        Some(format!("/efi/loader/entries/7c9f8e3a1b2d4c5e9f60718293a4b5c6-{release}.conf:7"))
    };
    assert_eq!(source(), entry("6.10.2-arch1-1"));
    variable("LoaderEntryDefault", "7c9f8e3a1b2d4c5e9f60718293a4b5c6-6.9.7-arch1-1.conf");
    assert_eq!(source(), entry("6.9.7-arch1-1"));
    variable("LoaderEntryOneShot", "7c9f8e3a1b2d4c5e9f60718293a4b5c6-6.10.2-arch1-1.conf");
    assert_eq!(source(), entry("6.10.2-arch1-1"));
    // What was started last is not in a file that can be read here.
    variable("LoaderEntryOneShot", "@saved");
    assert_eq!(source(), None);
}

/// Each machine of the simulator: found out, edited, restarted.
#[test]
fn every_simulated_machine_runs_with_what_was_staged() {
    for (loader, kind) in [
        ("grub", BootloaderKind::Grub),
        ("grubby", BootloaderKind::Grubby),
        ("rpm-ostree", BootloaderKind::RpmOstree),
        ("systemd-boot", BootloaderKind::SystemdBoot),
    ] {
        let machine = Machine::from_yaml(&format!("boot: {{ loader: {loader} }}")).unwrap();
        let host = SimHost::new(&machine).unwrap();
        let found = probe(&host).unwrap();
        assert_eq!(found.kind(), kind, "{loader}");
        let before = staged(&*found, &host);
        assert!(before.contains("root=/dev/sda1 ro"), "{loader}: {before}");
        found.stage(&host, &edit(&["iommu=pt"], &["quiet"]), DEADLINE).unwrap();
        host.reboot();
        assert_eq!(probe(&host).unwrap().kind(), kind, "{loader}, later");
        let running = sriov_host::seam::Sysfs::read(&host, &HostPath::new("proc/cmdline")).unwrap();
        let words: Vec<&str> = running.split_whitespace().collect();
        assert!(words.contains(&"iommu=pt") && !words.contains(&"quiet"), "{loader}: {running}");
    }
}
