//! The files that a machine has from its installation, as far as its boot loader is concerned.

use super::kernel::Kernel;
use super::loader_machine::{BootMachine, LoaderKind, ToolFault};

const MACHINE_ID: &str = "0f0f0f0f0f0f4f0f8f0f0f0f0f0f0f0f";

/// The part of Debian's `grub-mkconfig` that tells it from others.
const MKCONFIG: &str = "#!/bin/sh\nset -e\nif test -f ${sysconfdir}/default/grub ; then\n  \
    . ${sysconfdir}/default/grub\nfi\nfor x in ${sysconfdir}/default/grub.d/*.cfg ; do\n  \
    if [ -e \"${x}\" ]; then\n    . \"${x}\"\n  fi\ndone\n";
const PROGRAM: &str = "#!/bin/sh\n";

impl Kernel {
    /// Installs the boot loader, before anybody looks.
    pub(super) fn install_loader(&mut self, boot: &BootMachine) {
        match boot.loader {
            LoaderKind::Grub => self.install_grub(),
            LoaderKind::Grubby => self.install_grubby(),
            LoaderKind::RpmOstree => self.install_rpm_ostree(),
            LoaderKind::SystemdBoot => self.install_systemd_boot(),
            LoaderKind::None => self.put_text("etc/os-release", "ID=unknown\n"),
        }
        for fault in &boot.faults {
            self.break_tool(&fault.tool, fault.how);
        }
    }

    pub(super) fn break_tool(&mut self, tool: &str, how: ToolFault) {
        if how == ToolFault::Missing {
            self.files.retain(|path, _| super::tools::program(path) != Some(tool));
        } else {
            self.tool_faults.insert(tool.to_owned(), how);
        }
    }

    /// What the boot loader gave to the running kernel, without what names the kernel.
    fn arguments(&self) -> String {
        let words = self.cmdline.split_whitespace();
        let words: Vec<&str> = words.filter(|word| !word.starts_with("BOOT_IMAGE=")).collect();
        words.join(" ")
    }

    fn install_grub(&mut self) {
        self.put_text(
            "etc/os-release",
            "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n",
        );
        // The device of the root and `ro` are added by grub-mkconfig itself.
        let own = |word: &&str| !word.starts_with("root=") && *word != "ro";
        let arguments = self.arguments();
        let arguments: Vec<&str> = arguments.split_whitespace().filter(own).collect();
        let defaults = format!(
            "GRUB_DEFAULT=0\nGRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX_DEFAULT=\"{}\"\n\
             GRUB_CMDLINE_LINUX=\"\"\n",
            arguments.join(" ")
        );
        self.put_text("etc/default/grub", &defaults);
        self.put_text("usr/sbin/update-grub", PROGRAM);
        self.put_text("usr/sbin/grub-mkconfig", MKCONFIG);
        self.put_text("usr/sbin/update-initramfs", PROGRAM);
        self.generate_grub_cfg("boot/grub/grub.cfg");
    }

    fn install_grubby(&mut self) {
        self.put_text(
            "etc/os-release",
            "NAME=\"Rocky Linux\"\nID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n",
        );
        let arguments = self.arguments();
        let defaults = format!(
            "GRUB_DEFAULT=saved\nGRUB_CMDLINE_LINUX=\"{arguments}\"\nGRUB_ENABLE_BLSCFG=true\n"
        );
        self.put_text("etc/default/grub", &defaults);
        self.put_text("boot/grub2/grub.cfg", "load_env\nset default=\"${saved_entry}\"\nblscfg\n");
        let id = format!("{MACHINE_ID}-{}", self.release);
        self.put_text(
            "boot/grub2/grubenv",
            &format!("# GRUB Environment Block\nsaved_entry={id}\n"),
        );
        self.put_entry(&id, "", &arguments);
        self.put_text("usr/sbin/grubby", PROGRAM);
        self.put_text("usr/bin/dracut", PROGRAM);
    }

    fn install_rpm_ostree(&mut self) {
        self.put_text("etc/os-release", "NAME=\"Fedora Linux\"\nID=fedora\nVARIANT_ID=coreos\n");
        self.put_text("run/ostree-booted", "");
        self.put_text("ostree/repo/config", "[core]\nmode=bare\n");
        self.put_text("sysroot/ostree/repo/config", "[core]\nmode=bare\n");
        self.put_text("boot/grub2/grub.cfg", "blscfg\n");
        let arguments = self.arguments();
        let arguments = format!("{arguments} ostree=/ostree/boot.1/fedora-coreos/0a1b/0");
        self.put_entry("ostree-1", "", &arguments);
        self.put_text("usr/bin/rpm-ostree", PROGRAM);
    }

    fn install_systemd_boot(&mut self) {
        self.put_text("etc/os-release", "NAME=\"Arch Linux\"\nID=arch\n");
        self.put_text("boot/loader/loader.conf", "timeout 3\n");
        self.put_text("etc/kernel/install.conf", "layout=bls\n");
        let release = self.release.clone();
        self.put_entry(&format!("{MACHINE_ID}-{release}"), "arch", &self.arguments());
        self.put_text(&format!("usr/lib/modules/{release}/vmlinuz"), "");
        self.put_text("usr/bin/kernel-install", PROGRAM);
        self.put_text("usr/bin/dracut", PROGRAM);
    }

    fn put_entry(&mut self, id: &str, sort_key: &str, options: &str) {
        let key =
            if sort_key.is_empty() { String::new() } else { format!("sort-key {sort_key}\n") };
        let release = &self.release;
        let text = format!(
            "title Linux {release}\nversion {release}\n{key}linux /vmlinuz-{release}\n\
             initrd /initramfs-{release}.img\noptions {options}\n"
        );
        self.put_text(&format!("boot/loader/entries/{id}.conf"), &text);
    }
}
