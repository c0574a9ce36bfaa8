//! The codec of `NETLINK_RDMA`, client nldev: bytes to the vocabulary and back, without I/O.
