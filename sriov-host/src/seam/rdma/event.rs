use crate::{IfIndex, RdmaDeviceName, RdmaIndex};

/// Why [`RdmaEvents::next`](super::RdmaEvents::next) returned.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum RdmaWake {
    /// Something happened.
    Event(RdmaEvent),
    /// Events were lost (ENOBUFS): look at everything again.
    Lost,
    /// Nothing happened in time.
    TimedOut,
}

/// Something that happened to an RDMA device.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RdmaEvent {
    /// What.
    pub kind: RdmaEventKind,
    /// To which device.
    pub device: RdmaIndex,
    /// Its name at that time, if told.
    pub name: Option<RdmaDeviceName>,
    /// The port it is about, if one.
    pub port: Option<u32>,
    /// The number of the netdev it is about, if one.
    pub netdev: Option<IfIndex>,
}

/// The kinds of events. Linux 6.12 tells no renames.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum RdmaEventKind {
    /// The device appeared.
    Registered,
    /// The device is gone.
    Unregistered,
    /// A port got its netdev.
    NetdevAttached,
    /// A port lost its netdev.
    NetdevDetached,
    /// The device has another name.
    Renamed,
    /// A port's netdev has another name.
    NetdevRenamed,
    /// A number that this version does not know.
    Other(u8),
}
