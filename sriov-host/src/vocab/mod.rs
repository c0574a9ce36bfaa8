//! The vocabulary: newtypes with one grammar each.
//!
//! Text is parsed once, at the door, by `FromStr`; `Display` is canonical and parses back to the
//! same value; serde goes through both. Nothing here touches the host.

#[macro_use]
mod text;

mod driver;
mod errno;
#[macro_use]
mod eswitch;
mod guid;
mod ifname;
mod mac;
mod mtu;
mod netns;
mod pci;
mod rate;
mod rdma;
mod vf;
mod vlan;

pub use driver::{DriverName, ModuleName};
pub use errno::Errno;
pub use eswitch::{EswitchMode, LinkType, VfLinkState};
pub use guid::Guid;
pub use ifname::{IfIndex, IfName};
pub use mac::MacAddr;
pub use mtu::Mtu;
pub use netns::Netns;
pub use pci::{PciAddress, PciId};
pub use rate::TxRate;
pub use rdma::{NetnsMode, RdmaDeviceName, RdmaIndex};
pub use text::InvalidText;
pub use vf::{VfCount, VfIndex, VfRange};
pub use vlan::{VlanId, VlanProto, VlanQos, VlanTag};
