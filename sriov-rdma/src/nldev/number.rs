//! The kernel's numbers: `include/uapi/rdma/rdma_netlink.h`.

use sriov_host::seam::RdmaResource;

/// The multicast group of what happens to devices, for
/// [`NetlinkSocket::join`](sriov_host::netlink::NetlinkSocket::join).
#[doc(alias = "RDMA_NL_GROUP_NOTIFY")]
pub const NOTIFY_GROUP: u32 = 4;

/// The message type of a command of the client `RDMA_NL_NLDEV`.
const fn command(number: u16) -> u16 {
    (5 << 10) + number
}

pub(super) const GET: u16 = command(1);
pub(super) const SET: u16 = command(2);
pub(super) const NEWLINK: u16 = command(3);
pub(super) const DELLINK: u16 = command(4);
pub(super) const PORT_GET: u16 = command(5);
pub(super) const SYS_GET: u16 = command(6);
pub(super) const SYS_SET: u16 = command(7);
pub(super) const RES_GET: u16 = command(9);
pub(super) const STAT_GET: u16 = command(17);
pub(super) const MONITOR: u16 = command(28);

/// Padding in front of 64-bit numbers on some architectures.
pub(super) const PAD: u16 = 0;
pub(super) const DEV_INDEX: u16 = 1;
pub(super) const DEV_NAME: u16 = 2;
pub(super) const PORT_INDEX: u16 = 3;
pub(super) const CAP_FLAGS: u16 = 4;
pub(super) const FW_VERSION: u16 = 5;
pub(super) const NODE_GUID: u16 = 6;
pub(super) const SYS_IMAGE_GUID: u16 = 7;
pub(super) const SUBNET_PREFIX: u16 = 8;
pub(super) const LID: u16 = 9;
pub(super) const SM_LID: u16 = 10;
pub(super) const LMC: u16 = 11;
pub(super) const PORT_STATE: u16 = 12;
pub(super) const PORT_PHYS_STATE: u16 = 13;
pub(super) const DEV_NODE_TYPE: u16 = 14;
pub(super) const RES_SUMMARY: u16 = 15;
pub(super) const RES_SUMMARY_ENTRY: u16 = 16;
pub(super) const RES_SUMMARY_ENTRY_NAME: u16 = 17;
pub(super) const RES_SUMMARY_ENTRY_CURR: u16 = 18;
pub(super) const RES_PID: u16 = 28;
pub(super) const RES_KERN_NAME: u16 = 29;
pub(super) const NDEV_INDEX: u16 = 50;
pub(super) const NDEV_NAME: u16 = 51;
pub(super) const LINK_TYPE: u16 = 65;
pub(super) const NETNS_MODE: u16 = 66;
pub(super) const DEV_PROTOCOL: u16 = 67;
pub(super) const NET_NS_FD: u16 = 68;
pub(super) const STAT_HWCOUNTERS: u16 = 80;
pub(super) const STAT_HWCOUNTER_ENTRY: u16 = 81;
pub(super) const STAT_HWCOUNTER_ENTRY_NAME: u16 = 82;
pub(super) const STAT_HWCOUNTER_ENTRY_VALUE: u16 = 83;
pub(super) const DEV_DIM: u16 = 84;
pub(super) const COPY_ON_FORK: u16 = 93;
pub(super) const PRIVILEGED_QKEY: u16 = 96;
pub(super) const EVENT_TYPE: u16 = 102;
pub(super) const MONITOR_MODE: u16 = 103;

/// How the kernel lists who holds one kind of resource.
pub(super) struct OwnerTable {
    pub(super) resource: RdmaResource,
    pub(super) command: u16,
    /// The attribute that holds the entries.
    pub(super) table: u16,
    /// The attribute of one entry.
    pub(super) entry: u16,
}

/// All kinds that the vocabulary has.
pub(super) const OWNER_TABLES: [OwnerTable; 5] = [
    OwnerTable { resource: RdmaResource::QueuePair, command: command(10), table: 19, entry: 20 },
    OwnerTable { resource: RdmaResource::CmId, command: command(11), table: 30, entry: 31 },
    OwnerTable {
        resource: RdmaResource::CompletionQueue,
        command: command(12),
        table: 35,
        entry: 36,
    },
    OwnerTable { resource: RdmaResource::MemoryRegion, command: command(13), table: 40, entry: 41 },
    OwnerTable {
        resource: RdmaResource::ProtectionDomain,
        command: command(14),
        table: 46,
        entry: 47,
    },
];
