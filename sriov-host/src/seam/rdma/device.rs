use crate::seam::RawAttribute;
use crate::{Guid, IfIndex, IfName, RdmaDeviceName, RdmaIndex};

/// An RDMA device. What the kernel did not report is `None`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RdmaDevice {
    /// Its number, which names do not change.
    pub index: RdmaIndex,
    /// Its name, which udev may still change.
    pub name: RdmaDeviceName,
    /// What it is.
    pub node_type: Option<RdmaNodeType>,
    /// The protocol of its first port: `ib`, `roce`, `iw`, `opa` or `usnic`.
    pub protocol: Option<String>,
    /// The version of its firmware.
    pub firmware: Option<String>,
    /// Its node GUID; all zero is reported as it is.
    pub node_guid: Option<Guid>,
    /// The GUID of the card it is on.
    pub sys_image_guid: Option<Guid>,
    /// `IB_DEVICE_*` capability bits.
    pub capabilities: Option<u64>,
    /// Adaptive interrupt moderation.
    pub adaptive_moderation: Option<bool>,
    /// Its ports, by number. Empty for switches.
    pub ports: Vec<RdmaPort>,
    /// Attributes, and values of known attributes, that this version does not know.
    pub unknown: Vec<RawAttribute>,
}

/// A port of an RDMA device.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RdmaPort {
    /// Its number, from 1.
    pub number: u32,
    /// Its logical state.
    pub state: Option<PortState>,
    /// Its physical state.
    pub physical_state: Option<PhysicalState>,
    /// Its netdev, if that is in the caller's namespace.
    pub netdev: Option<(IfIndex, IfName)>,
    /// `IB_PORT_*` capability bits; InfiniBand only.
    pub capabilities: Option<u64>,
    /// The subnet prefix; InfiniBand only.
    pub subnet_prefix: Option<u64>,
    /// The local identifier; InfiniBand only.
    pub lid: Option<u32>,
    /// The local identifier of the subnet manager; InfiniBand only.
    pub sm_lid: Option<u32>,
    /// The mask of the local identifier; InfiniBand only.
    pub lmc: Option<u8>,
    /// Attributes, and values of known attributes, that this version does not know.
    pub unknown: Vec<RawAttribute>,
}

macro_rules! kernel_numbers {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $number:literal, $word:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$of])* $variant,)+
            /// A number that this version does not know.
            Other(u8),
        }

        impl $name {
            /// From the kernel's number.
            pub const fn from_kernel(number: u8) -> Self {
                match number {
                    $($number => Self::$variant,)+
                    other => Self::Other(other),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    $(Self::$variant => f.pad($word),)+
                    Self::Other(number) => f.pad(&format!("unknown ({number})")),
                }
            }
        }
    };
}

kernel_numbers! {
    /// What an RDMA device is, in the words of iproute2.
    RdmaNodeType {
        /// A channel adapter: InfiniBand and RoCE NICs.
        ChannelAdapter = 1, "ca";
        /// A switch.
        Switch = 2, "switch";
        /// A router.
        Router = 3, "router";
        /// An iWARP NIC.
        Rnic = 4, "rnic";
        /// A Cisco usNIC.
        Usnic = 5, "usnic";
        /// A Cisco usNIC over UDP.
        UsnicUdp = 6, "usnic_udp";
        /// None of these.
        Unspecified = 7, "unspecified";
    }
}

kernel_numbers! {
    /// The logical state of a port.
    PortState {
        /// No change is asked for; not a state of its own.
        Nop = 0, "NOP";
        /// No link.
        Down = 1, "DOWN";
        /// A link, waiting for the subnet manager.
        Init = 2, "INIT";
        /// Configured, not yet active.
        Armed = 3, "ARMED";
        /// Working.
        Active = 4, "ACTIVE";
        /// Active, with a link that has just failed.
        ActiveDefer = 5, "ACTIVE_DEFER";
    }
}

kernel_numbers! {
    /// The physical state of a port.
    PhysicalState {
        /// Asleep.
        Sleep = 1, "SLEEP";
        /// Looking for a peer.
        Polling = 2, "POLLING";
        /// Disabled.
        Disabled = 3, "DISABLED";
        /// Training the link.
        Training = 4, "ARMED";
        /// A link.
        LinkUp = 5, "LINK_UP";
        /// Recovering from errors.
        ErrorRecovery = 6, "LINK_ERROR_RECOVER";
        /// Under test.
        PhyTest = 7, "PHY_TEST";
    }
}
