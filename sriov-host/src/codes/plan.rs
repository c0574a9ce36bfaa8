codes! {
    NO_PF_MATCHES = "SRIOV-H020", "no PF matches an entry" {
        "An entry of the document describes a PF that this host does not have, or that cannot be \
         seen from here. The other entries are planned."
        causes:
            "The document was written for another host: slots differ between machines."
            "The netdev was renamed, or is in another network namespace, and the entry matches by name or MAC."
            "The card is missing on the PCI bus: not seated, disabled in the BIOS, or failed."
            "The entry names a VF or another function of the card instead of the PF."
        help:
            "Run `sriovctl list` and compare addresses, names and MAC addresses."
            "Match by `pci`; it works without a netdev and survives renames."
            "`dmesg | grep -i pci` shows whether the kernel found the card at all."
    }
    IN_USE = "SRIOV-H021", "something would be destroyed that is in use" {
        "The plan destroys or rebinds VFs that somebody uses. The kernel has no such protection: it \
         would take a netdev out of a running pod without asking, and block for as long as a virtual \
         machine holds a VF. So a guard refuses first; nothing has been changed."
        causes:
            "A pod or container has the VF's netdev in its network namespace (guard `foreign-netns`)."
            "A virtual machine or DPDK process holds the VF open through vfio (guard `vfio-holder`)."
            "A process has the VF's RDMA device open (guard `rdma-user`)."
            "The VF's netdev is a port of a bond or bridge (guard `port`)."
            "The host's default route leaves through the PF or VF (guard `default-route`)."
        help:
            "The message names the VF, the guard and, where it can be seen, the process."
            "Drain the node, or stop the pod or virtual machine, and plan again."
            "If the loss is intended, allow the guard by its name; the others stay in force."
            "Changing the number of VFs always destroys all of them: plan it together with a drain."
    }
    TOO_MANY_VFS = "SRIOV-H022", "more VFs than the device has" {
        "`numVfs` is more than the device offers in `sriov_totalvfs`. The kernel would answer ERANGE."
        causes:
            "The firmware is set to fewer VFs (`NUM_OF_VFS` on NVIDIA cards)."
            "The PF's driver lowers the number: igb offers 7 of the 8 that the hardware has."
            "The driver is not bound, so its own limit is not known yet."
            "Ports of one card share a total in firmware, and the other port takes its part."
        help:
            "`cat /sys/bus/pci/devices/ADDRESS/sriov_totalvfs` shows the limit that holds now."
            "Raise the number in firmware (`sriovctl mlx plan`) and restart or reset as it says."
            "Otherwise lower `numVfs`."
    }
    NO_SRIOV_CAPABILITY = "SRIOV-H023", "the device has no SR-IOV capability" {
        "The device does not announce SR-IOV on the PCI bus: it has no `sriov_totalvfs`, so it cannot \
         have VFs as it is now."
        causes:
            "SR-IOV is disabled in the card's firmware (`SRIOV_EN` on NVIDIA cards)."
            "SR-IOV is disabled in the BIOS, for the slot or for the whole machine."
            "The model has none, or the function is a VF itself."
            "The host is a virtual machine and the hypervisor hides the capability."
        help:
            "`lspci -vvs ADDRESS` shows whether there is a `Single Root I/O Virtualization` capability."
            "Enable SR-IOV in the BIOS (often `SR-IOV Support` or `SR-IOV Global Enable`), also VT-d or AMD-Vi."
            "On NVIDIA cards plan the firmware first: `sriovctl mlx plan`."
    }
    PF_NOT_USABLE = "SRIOV-H024", "the PF has no driver or no netdev here" {
        "VFs are made by the PF's driver, and their attributes are set through the PF's netdev. One \
         of the two is missing in the caller's network namespace."
        causes:
            "No driver is bound: its module is missing, blacklisted, or failed to probe (the kernel answers ENOENT)."
            "The PF is bound to vfio-pci or another user-space driver."
            "The PF's netdev was moved into another network namespace: `net/` is there and empty."
            "The command runs in a container without the host's network namespace."
        help:
            "`readlink /sys/bus/pci/devices/ADDRESS/driver` and `dmesg` show the driver and its complaint."
            "Load the driver, or bind the PF to it, and plan again."
            "Run in the host's network namespace (`hostNetwork: true` in a pod)."
    }
    EXTERNAL_PF_DIFFERS = "SRIOV-H025", "an externally managed PF is not as wanted" {
        "The document says that somebody else manages this PF. It is compared and never written, and \
         the comparison found a difference."
        causes:
            "The manager of the PF has not run yet, or made fewer VFs than the document needs."
            "The two configurations disagree: MTU or eswitch mode."
            "The PF is managed by nobody any more, and the flag was left in the document."
        help:
            "Change it where the PF is managed: the NetworkManager profile, nmstate, systemd-networkd or the boot script."
            "More VFs than asked for satisfy; fewer do not."
            "Remove `externallyManaged` if this tool is to manage the PF."
    }
    ATTRIBUTE_UNSUPPORTED = "SRIOV-H026", "the driver does not have this attribute" {
        "The document sets a VF attribute that this PF's driver does not report, so it can neither be \
         compared nor trusted to be set."
        causes:
            "The driver does not implement it: igb has no link state, no minimum rate and no 802.1ad."
            "The PF is in switchdev mode, where VLAN and rates go through the representors."
            "GUIDs can only be set through an InfiniBand (IPoIB) PF."
            "`trust` or RSS queries need a newer driver."
        help:
            "Leave the key out of the document for this model of card."
            "`sriovctl list --vf-attrs` prints `null` for what the driver does not report."
    }
    ATTRIBUTES_NOT_OBSERVED = "SRIOV-H027", "the inventory has no VF attributes" {
        "The plan was made from a recorded inventory without `attrs`, and the document sets \
         attributes. Without the present values there is nothing to compare."
        causes:
            "The inventory was taken by `sriovctl list` without `--vf-attrs`."
            "The netdev of the PF was in another network namespace when the inventory was taken."
        help:
            "Record it again with `sriovctl list --vf-attrs -o json`."
            "Or plan on the host itself, without `--observed`."
    }
    ESWITCH_FIXED = "SRIOV-H028", "the eswitch mode cannot be changed here" {
        "The document wants another eswitch mode than the PF has, and it cannot be switched from here."
        causes:
            "The driver has no eswitch in devlink: the mode can only be legacy."
            "VFs are there or in use; several drivers switch only without VFs."
            "The kernel refuses: IPsec offload, traps, bonding or a firmware reset in progress (EOPNOTSUPP, EBUSY)."
            "Multi-port or socket-direct cards refuse for one of their functions (EPERM)."
        help:
            "`devlink dev eswitch show pci/ADDRESS` shows whether the driver has an eswitch."
            "Remove the VFs first, change the mode, and create them again; a plan with both does it in that order."
            "Leave `eswitchMode` out where the card has only one mode."
    }
    STATE_UNREADABLE = "SRIOV-H029", "the present state could not be read" {
        "A part of the host's state that the decision depends on could not be read. It is unknown, \
         which is not the same as absent, so nothing is planned for it."
        causes:
            "Permission: without CAP_NET_ADMIN the eswitch mode and some attributes cannot be read."
            "The device vanished while it was read: a driver reload or a reset was under way."
            "A reader of `sriov_numvfs` waits for a writer: VFs are being created or removed right now."
            "The driver returned an error for one VF, or fewer VFs than it has."
        help:
            "The causes below the message name the file or request and the kernel's errno."
            "Run as root in the host's namespaces, and again when nobody else changes the PF."
    }
}
