use std::collections::BTreeMap;

/// What is allocated on an RDMA device.
///
/// An idle device is not at zero: `ib_core` itself holds a few objects of devices with a GSI queue
/// pair.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RdmaUsage {
    /// How many of each kind: `pd`, `cq`, `qp`, `cm_id`, `mr`, `ctx`, `srq`, and newer ones.
    pub counts: BTreeMap<String, u64>,
    /// Who holds queue pairs, completion queues and the like, as far as it is told.
    pub owners: Vec<RdmaOwner>,
}

/// Who holds a resource: a process, or a part of the kernel.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct RdmaOwner {
    /// What is held.
    pub resource: RdmaResource,
    /// The process, in the caller's pid namespace; `None` if it is not visible there.
    pub pid: Option<u32>,
    /// The kernel's user, as `ib_core` or `nvme-rdma`; `None` for processes.
    pub kernel: Option<String>,
}

/// The kinds of resources whose owners the kernel tells.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum RdmaResource {
    /// A queue pair.
    QueuePair,
    /// An identifier of the connection manager.
    CmId,
    /// A completion queue.
    CompletionQueue,
    /// A memory region.
    MemoryRegion,
    /// A protection domain.
    ProtectionDomain,
}

/// A hardware counter of a port.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RdmaCounter {
    /// Its name, as `rx_write_requests`.
    pub name: String,
    /// Its value.
    pub value: u64,
}
