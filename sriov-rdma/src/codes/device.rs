sriov_host::codes! {
    MOVE_NEEDS_EXCLUSIVE = "SRIOV-R030", "RDMA devices move in exclusive mode only" {
        "In shared mode every network namespace sees every RDMA device, and the kernel moves none \
         (EOPNOTSUPP)."
        causes:
            "The RDMA netns mode is shared, which is the kernel's default."
            "The kernel is too old to have another mode."
        help:
            "Set the mode first: `sriovctl rdma set --mode exclusive --persist`."
            "In shared mode nothing has to be moved for a process to use a device."
    }
    MOVE_UNSUPPORTED = "SRIOV-R031", "the driver cannot move its RDMA device" {
        "The device's driver cannot take a device away from its users, which every move does \
         (EOPNOTSUPP although the mode is exclusive)."
        causes:
            "Soft devices cannot be moved: `rdma_rxe` and `siw` do not have what it takes."
            "The driver is older than the kernel's support for moves."
        help:
            "Create soft devices in the namespace where they are needed, on a netdev that is there."
            "Use a card whose driver can (mlx5 does), or the shared mode."
    }
    DEVICE_NOT_HERE = "SRIOV-R032", "no such RDMA device in this namespace" {
        "The caller's network namespace does not see a device of this name. In exclusive mode a \
         device is seen in its own namespace only."
        causes:
            "The name is wrong, or udev has renamed the device since (`mlx5_0` to `rocep59s0`)."
            "The device was moved to another namespace before."
            "The driver was reloaded: the device is gone or has another name."
        help:
            "`sriovctl rdma devices` lists what is seen here."
            "For a device in another namespace run the command there: `ip netns exec NAME ...`."
    }
    NETNS_NOT_FOUND = "SRIOV-R033", "the target is no network namespace" {
        "The pid or path that was given as target does not lead to a network namespace (EINVAL, or \
         it does not exist)."
        causes:
            "The process has ended, or the pid is one of another pid namespace."
            "The file below `/run/netns` is not mounted: a left-over of an interrupted `ip netns add`."
            "The path is an ordinary file, or a namespace of another kind."
        help:
            "`ip netns list` and `lsns -t net` show the namespaces there are."
            "Give a pid, a path to a namespace, or a name as `ip netns` has it."
    }
    MOVE_NOT_PERMITTED = "SRIOV-R034", "the RDMA device may not be moved from here" {
        "A move needs CAP_NET_ADMIN twice (EPERM): in the initial user namespace, and in the user \
         namespace that the target belongs to."
        causes:
            "The command does not run as root on the host, or in a container with fewer rights."
            "The caller is in a user namespace of its own."
        help:
            "Run as root in the host's user namespace: it has the rights in every other one."
    }
    DEVICE_IN_USE = "SRIOV-R035", "the RDMA device is in use" {
        "Moving or removing a device throws out everybody who uses it, and the kernel does not ask. \
         So the guard `rdma-user` refuses first; nothing has been changed."
        causes:
            "A process has the device open, also if it has not allocated anything on it."
            "A part of the kernel uses it: NVMe or NFS over RDMA, IPoIB, SRP, RDS."
            "Some processes could not be looked into, and may be users."
        help:
            "The message names the users; `rdma resource show` has the same from another side."
            "End that use, or allow the guard `rdma-user` if the loss is intended."
            "Run as root with CAP_SYS_PTRACE, so that every process can be looked into."
    }
    MOVE_STILL_RUNNING = "SRIOV-R036", "the kernel is still moving the RDMA device" {
        "The kernel has not answered within the deadline. The move goes on and cannot be taken back."
        causes:
            "Users of the device are being thrown out, and their drivers take time."
            "A user in the kernel does not let go; `dmesg` shows hung tasks after two minutes."
        help:
            "Look for the device in both namespaces later; do not repeat the move meanwhile."
    }
    MOVE_DID_NOT_STICK = "SRIOV-R037", "the RDMA device is not where it was moved to" {
        "The kernel accepted the move, and the device is still seen where it came from, or is not \
         seen where it was given back to."
        causes:
            "The target is the namespace that the device is in already."
            "Another program moved it back in the same moment, or the driver was reloaded."
        help:
            "`sriovctl rdma devices` in both namespaces shows where it is."
            "`dmesg` shows whether the driver lost the device meanwhile."
    }
    MOVE_REFUSED = "SRIOV-R038", "the kernel refused to move the RDMA device" {
        "The kernel or the request failed for a reason that has no code of its own."
        causes:
            "The kernel is out of memory, or could not register the device in its new namespace."
            "The namespace file could not be opened."
        help:
            "The cause below the message has the kernel's errno."
            "Look where the device is before trying again: `sriovctl rdma devices` in both namespaces."
    }
    SAME_NAMESPACE = "SRIOV-R039", "the RDMA device is in that namespace already" {
        "The target is the caller's own namespace, where the device is. The kernel would throw out \
         all users of the device for nothing, so nothing was sent."
        causes:
            "The process that was given shares the network namespace of the caller (host network)."
            "The command runs inside the namespace that it should move the device to."
        help:
            "Give a process, path or name of another namespace."
    }
}
