//! The machines that the lab boots.

/// A machine, and which cases it is for.
#[derive(Debug)]
pub(crate) struct Form {
    /// As the guest knows it, and as `--form` takes it.
    pub(crate) name: &'static str,
    machine: &'static [&'static str],
    devices: &'static [[&'static str; 2]],
    append: &'static str,
}

/// Two cards, each behind a port of its own, on one wire.
const NICS: &[[&str; 2]] = &[
    ["-netdev", "hubport,id=wire1,hubid=0"],
    ["-device", "pcie-root-port,id=rp1,bus=pcie.0,chassis=1,slot=1"],
    ["-device", "igb,bus=rp1,netdev=wire1"],
    ["-netdev", "hubport,id=wire2,hubid=0"],
    ["-device", "pcie-root-port,id=rp2,bus=pcie.0,chassis=2,slot=2"],
    ["-device", "igb,bus=rp2,netdev=wire2"],
];

/// Every form, in the order they are run.
pub(crate) const FORMS: &[Form] = &[
    Form { name: "igb", machine: &["-M", "q35"], devices: NICS, append: "" },
    // The same machine again: its many short cases are kept apart from the product's.
    Form { name: "contract", machine: &["-M", "q35"], devices: NICS, append: "" },
    Form {
        name: "iommu",
        machine: &[
            "-M",
            "q35,kernel-irqchip=split",
            "-device",
            "intel-iommu,intremap=on,caching-mode=on",
        ],
        devices: NICS,
        append: "intel_iommu=on iommu=pt",
    },
    // Its cases make the RDMA devices they need, on netdevs that they make as well.
    Form { name: "rdma", machine: &["-M", "q35"], devices: &[], append: "" },
    Form { name: "netdevsim", machine: &["-M", "q35"], devices: &[], append: "" },
];

impl Form {
    /// QEMU's arguments for the hardware; the exit device gives the verdict a second channel.
    pub(crate) fn hardware(&self) -> Vec<&'static str> {
        let mut arguments = self.machine.to_vec();
        arguments.extend(["-cpu", "max", "-smp", "2", "-m", "1024", "-nodefaults"]);
        arguments.extend(["-display", "none", "-serial", "stdio", "-no-reboot"]);
        arguments.extend(["-device", "isa-debug-exit,iobase=0xf4,iosize=0x04"]);
        arguments.extend(self.devices.iter().flatten());
        arguments
    }

    /// The kernel's command line: whatever wedges the kernel must end in a panic, and a panic in
    /// the end of QEMU. Emulated idle processors may miss a wake-up on a busy host; one that keeps
    /// ticking finds its work a moment later.
    pub(crate) fn command_line(&self, filter: &str) -> String {
        format!(
            "console=ttyS0 quiet loglevel=1 nohz=off panic=-1 oops=panic softlockup_panic=1 \
             hung_task_panic=1 sysctl.kernel.hung_task_timeout_secs=60 \
             lab.form={} lab.filter={filter} {}",
            self.name, self.append
        )
    }
}
