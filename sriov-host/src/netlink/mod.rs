//! Netlink: one transport for four protocols, and codecs from bytes to the vocabulary.
//!
//! [`Netlink`] sends a [`Request`] and returns the kernel's [`Reply`], with a deadline: the kernel
//! works inside `sendto()`, so every request runs on a thread of its own and can end as
//! [`NetlinkFault::StillRunning`](crate::seam::NetlinkFault::StillRunning). The bytes go through a
//! [`Wire`]: the kernel's socket, or [`Replay`] in tests.
//!
//! The codecs (`decode_*`, [`encode_vf_changes`]) do no I/O and are total: any bytes give a value
//! or a [`Malformed`], within bounds that the bytes themselves set.
//!
//! ```
//! use sriov_host::netlink::{Message, Netlink, Replay, Request};
//! use std::time::Duration;
//!
//! // RTM_GETLINK answered with one message of type RTM_NEWLINK and an ACK.
//! let netlink = Netlink::over(|| {
//!     Ok(Box::new(Replay::new().answer(|request| {
//!         [Message::new(16, vec![0; 16]).reply_to(request), Message::ack(request)].concat()
//!     })))
//! });
//! let request = Request::get(18).header(&[0; 16]);
//! let reply = netlink.request(request, Duration::from_secs(1))?;
//! assert_eq!(reply.messages[0].kind, 16);
//! # Ok::<(), sriov_host::seam::NetlinkFault>(())
//! ```

mod ack;
mod across;
mod attribute;
mod devlink;
mod events;
mod exchange;
mod generic;
mod link;
mod malformed;
mod message;
mod namespace;
mod parameter;
mod pool;
mod receive;
mod replay;
mod request;
mod socket;
mod uevent;
mod vf_attrs;
mod vf_change;
mod vf_list;
mod wire;
mod worker;
mod writer;

pub use ack::{Ack, decode_ack};
pub use across::Crossing;
pub use attribute::{Attribute, Attributes};
pub use devlink::{decode_eswitch_mode, eswitch_get, eswitch_set};
pub(crate) use events::{EventSocket, Heard, Notice};
pub use exchange::Reply;
pub use generic::{decode_family, family_get};
pub use link::{decode_link, decode_link_notice, link_dump, link_get, link_set};
pub(crate) use link::{is_unfit_name, link_index};
pub use malformed::Malformed;
pub use message::{Message, Messages};
pub use parameter::{decode_parameter, parameter_get, parameter_set};
pub use pool::Netlink;
pub use replay::Replay;
pub use request::Request;
pub(crate) use socket::readable;
pub use socket::{NetlinkSocket, Protocol};
pub use uevent::decode_uevent;
pub use vf_change::encode_vf_changes;
pub use vf_list::{decode_vfs, vf_dump, vf_get};
pub use wire::{Received, Wire};
pub use writer::AttributeWriter;
