codes! {
    STALE = "SRIOV-H040", "the host changed since the plan was made" {
        "A step found another value than the one it was planned against. It was not carried out: \
         what is there now was made by somebody else and may be in use."
        causes:
            "Another tool changed the PF meanwhile: an operator's daemon, a boot script, an administrator."
            "A driver was reloaded, or a device was reset or replugged."
            "The plan is old and was applied by hand."
        help:
            "Plan again and look at the difference before applying."
            "Find the other writer: two managers of one PF will go on disturbing each other."
    }
    VF_COUNT_REFUSED = "SRIOV-H041", "the kernel refused the number of VFs" {
        "Writing `sriov_numvfs` failed. The errno below the message tells which of the kernel's checks \
         it was."
        causes:
            "ENOMEM: no room in MMIO space or bus numbers for the VFs' BARs. The BIOS reserved too little."
            "EBUSY: another non-zero number is set already; the kernel goes from N to M only through 0."
            "ENOENT: the PF has no driver, or its driver cannot make VFs."
            "ERANGE: more than `sriov_totalvfs`, which the driver may have lowered."
            "EPERM or EINVAL from the driver: a limit of its own, or a mode in which it makes no VFs."
            "ENODEV, ENOSYS or EIO: the function depends on another one, or the card reports inconsistent numbers."
        help:
            "For ENOMEM enable SR-IOV and large BARs (`Above 4G Decoding`) in the BIOS, or boot with `pci=realloc` or `pci=assign-busses`."
            "`dmesg | tail` right after the failure has the driver's own reason."
            "For ENOENT see SRIOV-H024, for ERANGE see SRIOV-H022."
            "Somebody else may have created VFs meanwhile: plan again."
    }
    FEWER_VFS = "SRIOV-H042", "fewer VFs than asked for were enabled" {
        "The kernel accepted the number, but the read-back or the count of VFs is lower. A driver may \
         enable fewer and only mention it in the kernel log."
        causes:
            "The card ran out of a resource: queues, interrupt vectors, MAC filters."
            "Another port or PF of the card holds a part of the shared resources."
            "A VF failed to start and the driver went on with the others."
        help:
            "Look for the driver's message in `dmesg`."
            "Lower `numVfs`, or give the other ports fewer VFs."
    }
    ATTRIBUTE_REFUSED = "SRIOV-H043", "the kernel refused a VF attribute" {
        "The PF's driver refused a value for one VF. Attributes before it were set and stay; the other \
         VFs are done and reported."
        causes:
            "EINVAL: the value does not fit the hardware, or a rate was set while the PF's link is down (igb)."
            "EOPNOTSUPP: the driver does not have the attribute, or not in the present eswitch mode."
            "EPROTONOSUPPORT: the driver knows no 802.1ad tags."
            "EINVAL for a VF that does not exist any more."
            "EPERM: no CAP_NET_ADMIN over the PF's network namespace."
        help:
            "For rates bring the PF's link up, cable included, and apply again."
            "Leave out what the driver does not support; SRIOV-H026 tells how to see that beforehand."
            "Update the driver or the firmware if the card's data sheet promises the attribute."
    }
    BIND_FAILED = "SRIOV-H044", "binding a driver failed and was rolled back" {
        "The VF could not be bound to the wanted driver. `driver_override` was cleared and the previous \
         driver bound again, so that the VF is not left without one."
        causes:
            "The module of the driver is not loaded (ENODEV or ENOENT)."
            "The driver's probe failed: vfio-pci without an IOMMU answers EINVAL."
            "Another tool bound the VF at the same time (EBUSY)."
            "The driver does not know this model of VF."
        help:
            "`modprobe vfio-pci`, or the module of the wanted driver, and apply again."
            "`dmesg | tail` has the reason of the probe."
            "For vfio-pci check that `iommu_group` exists below the VF; see SRIOV-H045."
    }
    NO_VIABLE_IOMMU_GROUP = "SRIOV-H045", "no viable IOMMU group for vfio" {
        "vfio hands out whole IOMMU groups. The VF is in none, or shares one with a device that the \
         host itself uses."
        causes:
            "The IOMMU is off: no `intel_iommu=on` on Intel hosts, or VT-d or AMD-Vi disabled in the BIOS."
            "The slot's bridge lacks ACS, so that the VF shares a group with other functions."
            "The host is a virtual machine without a virtual IOMMU."
        help:
            "`sriovctl kargs plan --add intel_iommu=on --add iommu=pt` stages the arguments; a restart makes them work."
            "Enable VT-d or AMD-Vi, and ACS, in the BIOS."
            "`ls /sys/bus/pci/devices/ADDRESS/iommu_group/devices` lists who shares the group; use another slot if it is not alone."
    }
    STILL_RUNNING = "SRIOV-H046", "the kernel is still working on it" {
        "The deadline passed inside a call that the kernel does not let anybody cancel, not even by \
         SIGKILL. It may still succeed. Nothing else was started behind it."
        causes:
            "A virtual machine or DPDK process holds a VF through vfio: removing it waits until the holder exits."
            "A process holds the VF's RDMA device, and the driver cannot take it away."
            "The driver needs longer for this many VFs: up to a second for each."
            "The firmware or the driver hangs."
        help:
            "`fuser -v /dev/vfio/*` and `fuser -v /dev/infiniband/*` show the holders; stop them and the call ends by itself."
            "Do not start the same change again on top: it would wait behind the first."
            "Allow more time with `--timeout` where the log shows VFs still appearing."
            "If nobody holds the device and nothing moves, only a restart of the host helps."
    }
    DID_NOT_STICK = "SRIOV-H047", "a value did not stick" {
        "The kernel accepted a value, and reading it back gave another one. The step counts as failed: \
         success without effect is worse than an error."
        causes:
            "Another tool writes the same setting: NetworkManager, a CNI plugin, a udev rule."
            "The driver rounds the value or ignores it: rates are often multiples of a unit."
            "The VF was reset and took its defaults again."
            "The VF itself changed its MAC address, and the driver reports that one."
        help:
            "Compare the wanted and the found value in the message."
            "Stop the other writer: mark VFs as unmanaged in NetworkManager."
            "Take a value that the hardware can represent."
    }
    LOCKED = "SRIOV-H048", "another owner holds the lock" {
        "Another process works on the same PF or host, under the lock that all users of this library \
         take. Two at a time would destroy each other's VFs."
        causes:
            "A node agent, an operator or a second terminal is applying right now."
            "An earlier run still waits in the kernel; see SRIOV-H046."
        help:
            "The message names the owner where it is known; wait for it, or stop it."
            "The lock belongs to a process and vanishes with it: there is no file to delete."
    }
    CANCELLED = "SRIOV-H049", "the work was cancelled" {
        "The step did not run: the caller asked to stop, the time was over, or a step it builds on \
         failed. A step that was under way was finished first."
        causes:
            "Ctrl-C, or SIGTERM from systemd or the kubelet."
            "The overall deadline of the caller passed."
            "An earlier step of the same PF or VF failed, and this one makes no sense without it."
        help:
            "Apply again: what is done is compared and left alone, the rest follows."
    }
    LINK_CHANGE_REFUSED = "SRIOV-H050", "a change of the link was refused" {
        "The kernel refused the MTU, the name or the up or down state of a netdev."
        causes:
            "EINVAL or ERANGE: the MTU is more than the driver allows; a VF cannot exceed its PF."
            "EBUSY: the driver changes it only while the link is down, or VFs use the present value."
            "ENODEV: the netdev vanished or moved into another network namespace."
            "EPERM: no CAP_NET_ADMIN over the network namespace."
        help:
            "`ip -d link show NAME` prints `minmtu` and `maxmtu`."
            "Set the PF's MTU first and the VFs' behind it; one document with both does it in that order."
    }
}
