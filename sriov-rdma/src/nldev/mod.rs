//! The codec of `NETLINK_RDMA`, client nldev: bytes to the vocabulary and back, without I/O.
//!
//! Requests are built for [`Netlink`](sriov_host::netlink::Netlink), which adds the sequence number;
//! the decoders take the payload of a message. They are total: any bytes give a value or a
//! [`Malformed`](sriov_host::netlink::Malformed). An attribute that is absent stays `None`, and what
//! this version does not know is kept in `unknown`.
//!
//! ```
//! use sriov_host::NetnsMode;
//! use sriov_rdma::nldev::{decode_settings, system_get};
//!
//! assert_eq!(system_get().to_bytes(1)?.len(), 16); // nldev has no family header
//! let settings = decode_settings(&[5, 0, 66, 0, 1, 0, 0, 0]).unwrap();
//! assert_eq!(settings.netns_mode, Some(NetnsMode::Shared));
//! assert_eq!(settings.monitor, None, "not told, which is not off");
//! # Ok::<(), sriov_host::seam::NetlinkFault>(())
//! ```

mod counter;
mod device;
mod event;
mod field;
mod number;
mod port;
mod request;
mod settings;
mod usage;

pub use counter::decode_counters;
pub(crate) use device::is_unfit_name;
pub use device::{DeviceEntry, decode_device};
pub use event::decode_event;
pub use number::NOTIFY_GROUP;
pub use port::decode_port;
pub use request::{
    counter_get, device_dump, device_move, device_rename, link_add, link_delete, owner_dumps,
    port_dump, port_get, system_get, system_set, usage_get,
};
pub use settings::decode_settings;
pub use usage::{decode_owners, decode_usage};
