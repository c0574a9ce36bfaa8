codes! {
    VFS_NOT_READY = "SRIOV-H070", "VFs were not ready in time" {
        "The deadline passed before every VF reached its last stage. The message names each late VF \
         and the stage it is stuck in; the others are ready."
        causes:
            "Stage `pci` or `missing`: the PF's driver is still creating VFs, or made fewer."
            "Stage `driver`: no driver claims the VF. Its module is missing, or `sriov_drivers_autoprobe` is 0."
            "Stage `netdev`: the driver's probe is slow or failed; up to a second for each VF is normal."
            "Stage `settled`: udev has not finished, because a rule is slow or udev is not running."
            "The VF's netdev was taken into another network namespace meanwhile."
        help:
            "Wait again: progress extends the deadline, and `sriovctl wait` shows the stages."
            "`dmesg` tells about failed probes; `udevadm settle` and `udevadm monitor` about slow rules."
            "Load the VF driver (`iavf`, `igbvf`, `mlx5_core`, ...) if the stage is `driver`."
    }
    FILE_ACCESS_FAILED = "SRIOV-H080", "a file of the host could not be used" {
        "Reading or writing below `/sys`, `/proc`, `/etc` or the state directory failed. The message \
         names the file, and for a write the value."
        causes:
            "The device vanished in between: a driver reload, a reset, a hot unplug."
            "`/sys` is mounted read-only, as in unprivileged containers (EROFS)."
            "`--root` points to a place where the host is not mounted."
            "The disk is full or its file system has become read-only (ENOSPC, EROFS)."
        help:
            "The errno below the message says which; try `cat` or `ls` on the same path."
            "In a container mount the host's `/sys` and `/run` writable, and pass `--root`."
    }
    PERMISSION_DENIED = "SRIOV-H081", "permission was denied" {
        "The kernel refused access (EPERM or EACCES)."
        causes:
            "Not root, or without CAP_NET_ADMIN and CAP_SYS_ADMIN."
            "A container that is not privileged, or in a user namespace of its own: devlink and RDMA settings need the initial one."
            "SELinux or AppArmor forbids it."
            "Kernel lockdown forbids access to PCI configuration space, which firmware tools need."
        help:
            "Run as root on the host, or in a privileged pod."
            "`ausearch -m avc -ts recent` shows refusals of SELinux."
            "`cat /sys/kernel/security/lockdown` shows the lockdown mode in brackets."
    }
    NETLINK_FAILED = "SRIOV-H082", "a netlink request failed" {
        "The kernel did not answer a request of rtnetlink, devlink or RDMA as it should: no socket, a \
         broken answer, or an error that means neither \"no\" nor \"not there\"."
        causes:
            "The protocol is not available: its module is missing or was not loaded (EPROTONOSUPPORT)."
            "Too much was under way and the socket's buffer overflowed (ENOBUFS)."
            "The kernel under-sized its answer for many VFs (EMSGSIZE)."
            "The device was removed while it was asked about (ENODEV)."
        help:
            "The causes below the message have the errno and, where the kernel gave one, its text."
            "Run again; if it stays, `-v` logs each request."
    }
    EVENTS_UNAVAILABLE = "SRIOV-H083", "kernel events cannot be received" {
        "The socket for device events could not be opened. Waiting falls back to looking again at \
         intervals, or is refused where only events would do."
        causes:
            "The process is in a user namespace that receives no device events."
            "A seccomp profile of the container forbids netlink sockets."
            "The kernel was built without them."
        help:
            "Run in the host's network namespace, without a seccomp profile that filters `socket`."
    }
    MACHINE_INVALID = "SRIOV-H090", "the description of the simulated machine is wrong" {
        "The file given to `--sim` does not describe a machine that could exist. The message names the \
         key and its line."
        causes:
            "A key or value that is not known; the same grammar rules hold as for other documents."
            "Two devices with one address, or names that collide."
            "A number of VFs whose addresses would leave the PCI bus."
        help:
            "Start from `--sim demo`, the built-in machine, and change it step by step."
    }
    SIM_STATE_UNREADABLE = "SRIOV-H091", "the simulator's state file cannot be used" {
        "The file given to `--sim-state` exists, and it is not the saved state of this machine."
        causes:
            "It was saved for another machine description."
            "It was saved by another version, or edited."
            "Another file was named by mistake; it is not overwritten."
        help:
            "Delete the file to start again from the machine's description."
            "Name another file for each machine."
    }
    INTERNAL = "SRIOV-H099", "an internal rule was broken" {
        "The software found itself in a state that its own rules exclude, and stopped before doing \
         harm. This is a defect of the software, not of the host."
        causes:
            "A defect of this software that its tests did not find."
            "A kernel that behaves in a way nobody has seen before."
        help:
            "Report it with the output of `sriovctl version`, the command line and the log with `-v`."
            "Run `sriovctl list` to see the state the host is in."
    }
}
