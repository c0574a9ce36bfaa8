sriov_host::codes! {
    SUBSYSTEM_NOT_LOADED = "SRIOV-R001", "the RDMA subsystem is not loaded" {
        "The module `ib_core` is not loaded, so there is neither a live netns mode nor a device. \
         Nothing here loads it: its load-time settings would take effect at that moment."
        causes:
            "No RDMA driver (`mlx5_ib`, `irdma`, `bnxt_re`, ...) has been loaded on this host."
            "The module is blacklisted, or not installed for the running kernel."
            "In a container: the host's `/sys` is not mounted."
        help:
            "`modprobe mlx5_ib`, or the driver of your card, loads it; `modprobe ib_core` loads it alone."
            "The persisted mode can be changed all the same; it takes effect when the module is loaded."
    }
    SUBSYSTEM_UNREADABLE = "SRIOV-R002", "the RDMA subsystem cannot be asked" {
        "A question about the RDMA subsystem, which needs no rights, was not answered as it should \
         be. What is live is not known, and nothing was decided on it."
        causes:
            "A seccomp profile of the container forbids `NETLINK_RDMA` sockets."
            "The device was removed, or moved to another namespace, while it was asked about."
            "The kernel's answer is damaged or cut off."
        help:
            "The causes below the message have the errno and, where the kernel gave one, its text."
            "`rdma system show` and `rdma dev show` of iproute2 ask the same questions."
            "`/sys/module/ib_core/parameters/netns_mode` tells the mode without netlink: Y is shared."
    }
    MODE_UNSUPPORTED = "SRIOV-R010", "the kernel has no RDMA netns mode" {
        "The running kernel does not report a netns mode of its RDMA subsystem, so it has none that \
         could be changed: every device is shared."
        causes:
            "The kernel is older than Linux 5.2."
            "RDMA drivers of a vendor replaced the kernel's own `ib_core` by an older one."
        help:
            "`modinfo ib_core` shows which module is loaded, and whether it has the parameter `netns_mode`."
            "Use a newer kernel or driver package, or leave the mode unmanaged."
    }
    MODE_BUSY = "SRIOV-R011", "other network namespaces keep the RDMA mode" {
        "The kernel changes the mode only while the initial network namespace is the only one on the \
         host (EBUSY). RDMA devices do not matter. The message names who keeps the others alive, as \
         far as it can be seen."
        causes:
            "Pods and containers run; those with the host's network do not count."
            "A systemd unit with `PrivateNetwork=yes` runs, or a sandbox of a browser."
            "A named namespace is there (`ip netns list`), also without a process in it."
            "A process has a namespace open, or a socket in it, without living there."
            "A namespace was deleted a moment ago: the kernel takes up to a second to remove it."
        help:
            "Persist the mode and boot: early in the boot no other namespace exists."
            "Otherwise end what is named, for a node drain it and stop its container runtime, and try again."
            "`lsns -t net` lists the namespaces that have processes."
    }
    MODE_NOT_PERMITTED = "SRIOV-R012", "the RDMA mode may not be changed from here" {
        "Changing the RDMA subsystem needs CAP_NET_ADMIN in the initial user namespace (EPERM). \
         Capabilities in another user namespace do not count, not even those of its root."
        causes:
            "The command does not run as root, or a container dropped the capability."
            "The container or pod has a user namespace of its own (rootless, `hostUsers: false`)."
            "SELinux or another security module forbids it."
        help:
            "Run on the host as root, or in a pod with `privileged: true` and the host's user namespace."
            "`cat /proc/self/uid_map` shows `0 0 4294967295` in the initial user namespace."
    }
    MODE_STILL_RUNNING = "SRIOV-R013", "the kernel is still changing the RDMA mode" {
        "The kernel has not answered a change of the mode within the deadline. It goes on and cannot \
         be taken back; the mode may already read as wanted."
        causes:
            "Many devices and namespaces: shared mode shows every device in every namespace."
            "A driver of a device does not return; `dmesg` shows hung tasks after two minutes."
            "The host is overloaded, or a debugger has stopped it."
        help:
            "Read the mode again later, and verify it before relying on it."
            "Do not repeat the change while it runs."
    }
    MODE_DID_NOT_STICK = "SRIOV-R014", "the RDMA mode is not what was set" {
        "The kernel accepted the change, and reading it back shows another mode."
        causes:
            "Another program changed it back in the same moment."
            "A defect of the kernel or of a vendor's `ib_core`."
        help:
            "Find the other program: `rdma system set` in boot scripts, an agent, an operator."
            "Set it once more; if it does not hold, persist the mode and boot."
    }
    MODE_INCOMPLETE = "SRIOV-R015", "the RDMA mode changed, but not completely" {
        "The mode reads as wanted, although the kernel reported an error: it switches first and shows \
         the devices in all namespaces afterwards, and does not go back when that fails."
        causes:
            "The kernel ran out of memory while it made the devices visible (ENOMEM)."
        help:
            "Devices may be missing in some namespaces; in the initial one they are all there."
            "Free memory, then set the mode to exclusive and back to shared, or boot."
    }
    MODE_REFUSED = "SRIOV-R016", "the kernel refused the RDMA mode" {
        "The kernel refused a change of the mode for a reason that is neither missing rights nor \
         another namespace."
        causes:
            "The kernel knows the mode, and not how to change it at run time (EINVAL)."
            "The kernel is out of memory (ENOMEM)."
        help:
            "The cause below the message has the kernel's errno."
            "Persist the mode and boot: the load-time parameter works where the run-time change does not."
    }
}
