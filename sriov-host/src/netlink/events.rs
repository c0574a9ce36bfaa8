use std::io::{self, IoSliceMut};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};

use netlink_sys::{Socket, SocketAddr};
use nix::cmsg_space;
use nix::errno::Errno;
use nix::sys::socket::sockopt::{PassCred, RcvBuf, RcvBufForce};
use nix::sys::socket::{
    ControlMessageOwned, MsgFlags, NetlinkAddr, UnixCredentials, recvmsg, setsockopt,
};

use super::Protocol;

/// Room for the burst of events that a few hundred VFs make.
const RECEIVE_BUFFER: usize = 8 << 20;

/// Larger than any uevent (the kernel's limit is 2 KiB, udev's 8 KiB) and link notification.
const DATAGRAM: usize = 64 << 10;

/// A socket that listens to multicast groups of one protocol.
#[derive(Debug)]
pub(crate) struct EventSocket {
    socket: Socket,
    buffer: Vec<u8>,
}

/// A datagram of a multicast group.
#[derive(Debug)]
pub(crate) struct Notice {
    /// The sending port; the kernel's is 0.
    pub(crate) sender: u32,
    /// The sending process's user, as far as the kernel says.
    pub(crate) uid: Option<u32>,
    pub(crate) bytes: Vec<u8>,
}

/// What there was to read.
#[derive(Debug)]
pub(crate) enum Heard {
    Notice(Notice),
    /// Something was dropped, or did not fit.
    Lost,
    Nothing,
}

impl EventSocket {
    /// Listens to the groups in the mask.
    pub(crate) fn open(protocol: Protocol, groups: u32) -> io::Result<Self> {
        let mut socket = Socket::new(protocol.number())?;
        setsockopt(&socket, PassCred, &true)?;
        let forced = setsockopt(&socket, RcvBufForce, &RECEIVE_BUFFER);
        // Without CAP_NET_ADMIN as much as `net.core.rmem_max` allows; losses are noticed.
        forced.or_else(|_| setsockopt(&socket, RcvBuf, &RECEIVE_BUFFER))?;
        socket.bind(&SocketAddr::new(0, groups))?;
        Ok(Self { socket, buffer: vec![0; DATAGRAM] })
    }

    /// The next datagram, without waiting.
    pub(crate) fn hear(&mut self) -> io::Result<Heard> {
        let mut control = cmsg_space!(UnixCredentials);
        let mut buffers = [IoSliceMut::new(&mut self.buffer)];
        let received = recvmsg::<NetlinkAddr>(
            self.socket.as_raw_fd(),
            &mut buffers,
            Some(&mut control),
            MsgFlags::MSG_DONTWAIT | MsgFlags::MSG_CMSG_CLOEXEC,
        );
        let (length, sender, uid, flags) = match received {
            Ok(received) => (received.bytes, received.address, uid(&received), received.flags),
            Err(Errno::EAGAIN | Errno::EINTR) => return Ok(Heard::Nothing),
            Err(Errno::ENOBUFS) => return Ok(Heard::Lost),
            Err(errno) => return Err(errno.into()),
        };
        if flags.contains(MsgFlags::MSG_TRUNC) {
            return Ok(Heard::Lost);
        }
        let bytes = self.buffer.get(..length).unwrap_or_default().to_vec();
        // Without an address it cannot be the kernel's.
        let sender = sender.map_or(u32::MAX, |address| address.pid());
        Ok(Heard::Notice(Notice { sender, uid, bytes }))
    }
}

impl AsFd for EventSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

fn uid(received: &nix::sys::socket::RecvMsg<'_, '_, NetlinkAddr>) -> Option<u32> {
    received.cmsgs().ok()?.find_map(|message| match message {
        ControlMessageOwned::ScmCredentials(credentials) => Some(credentials.uid()),
        _ => None,
    })
}
