//! The kernel's own announcements, heard without the product.

use std::os::fd::{AsRawFd, OwnedFd};

use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, bind, recv, socket,
};

/// A subscription to the kernel's uevents.
pub(super) struct Uevents(OwnedFd);

impl Uevents {
    pub(super) fn subscribe() -> Result<Self, String> {
        let flags = SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK;
        let protocol = SockProtocol::NetlinkKObjectUEvent;
        let fd = socket(AddressFamily::Netlink, SockType::Datagram, flags, protocol)
            .map_err(|e| format!("uevent socket: {e}"))?;
        bind(fd.as_raw_fd(), &NetlinkAddr::new(0, 1)).map_err(|e| format!("uevent bind: {e}"))?;
        Ok(Self(fd))
    }

    /// What PCI functions and netdevs have announced since the last call, as `add /devices/…`.
    ///
    /// A uevent is in the socket before the call that caused it returns.
    pub(super) fn so_far(&self) -> Result<Vec<String>, String> {
        let mut events = Vec::new();
        let mut buffer = vec![0; 8192];
        loop {
            match recv(self.0.as_raw_fd(), &mut buffer, MsgFlags::empty()) {
                Ok(length) => events.extend(buffer.get(..length).and_then(of_interest)),
                Err(Errno::EAGAIN) => return Ok(events),
                Err(e) => return Err(format!("uevents were lost: {e}")),
            }
        }
    }
}

/// Other subsystems speak up on their own, as power management does.
fn of_interest(message: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(message);
    let wanted = text.split('\0').any(|field| matches!(field, "SUBSYSTEM=pci" | "SUBSYSTEM=net"));
    let header = text.split('\0').next()?;
    wanted.then(|| header.replace('@', " "))
}
