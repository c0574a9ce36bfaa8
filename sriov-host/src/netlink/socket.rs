use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use netlink_sys::{Socket, SocketAddr};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::sockopt::{RcvBuf, RcvBufForce};
use nix::sys::socket::{MsgFlags, setsockopt};

use super::receive::{Calls, Room, receive};
use super::{Received, Wire};

/// The netlink protocols in use here.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Protocol {
    /// `NETLINK_ROUTE`: links and their VFs.
    Route,
    /// `NETLINK_KOBJECT_UEVENT`: device events.
    KobjectUevent,
    /// `NETLINK_GENERIC`: devlink.
    Generic,
    /// `NETLINK_RDMA`. Opening it makes the kernel load `ib_core`.
    Rdma,
}

impl Protocol {
    pub(super) const fn number(self) -> isize {
        match self {
            Self::Route => 0,
            Self::KobjectUevent => 15,
            Self::Generic => 16,
            Self::Rdma => 20,
        }
    }

    /// RDMA has no attribute that grows beyond a dump's buffer; a list of VFs does.
    const fn room(self) -> Room {
        match self {
            Self::Rdma => Room::AtMost(2 * DUMP_BUFFER),
            Self::Route | Self::KobjectUevent | Self::Generic => Room::AsAnnounced(DUMP_BUFFER),
        }
    }
}

/// The kernel sizes the parts of a dump by the largest buffer it has seen, up to this.
const DUMP_BUFFER: usize = 32 * 1024;

/// A netlink socket of the kernel, in the namespace of the thread that opened it.
#[derive(Debug)]
pub struct NetlinkSocket {
    socket: Socket,
    port: u32,
    room: Room,
}

impl NetlinkSocket {
    /// Opens and binds a socket, with extended acknowledgements.
    ///
    /// # Errors
    ///
    /// The system's answer: `EPROTONOSUPPORT` if the kernel has no such protocol.
    pub fn open(protocol: Protocol) -> io::Result<Self> {
        let mut socket = Socket::new(protocol.number())?;
        let port = socket.bind_auto()?.port_number();
        make_room(&socket);
        // Both are comforts of Linux ≥ 4.12; without them the replies still make sense.
        for set in [socket.set_ext_ack(true), socket.set_cap_ack(true)] {
            if let Err(error) = set {
                tracing::debug!(%error, "no extended acknowledgements");
            }
        }
        Ok(Self { socket, port, room: protocol.room() })
    }

    /// Listens to a multicast group as well, by its number: what is sent to it arrives between the
    /// replies.
    ///
    /// # Errors
    ///
    /// The system's answer. The kernel accepts groups that nothing is ever sent to.
    pub fn join(&mut self, group: u32) -> io::Result<()> {
        self.socket.add_membership(group)
    }
}

/// A reply counts against the receive buffer, and on Linux 6.1 one with a thousand VFs fills
/// the usual 208 KiB: what follows it, the acknowledgement, would be lost (ENOBUFS).
fn make_room(socket: &Socket) {
    const ROOM: usize = 4 << 20;
    // Beyond the system's limit with CAP_NET_ADMIN, else up to it.
    let forced = setsockopt(socket, RcvBufForce, &ROOM);
    if forced.is_err()
        && let Err(error) = setsockopt(socket, RcvBuf, &ROOM)
    {
        tracing::debug!(%error, "the receive buffer keeps its size");
    }
}

impl Wire for NetlinkSocket {
    fn port(&self) -> u32 {
        self.port
    }

    fn send(&mut self, datagram: &[u8]) -> io::Result<()> {
        let kernel = SocketAddr::new(0, 0);
        retry(|| self.socket.send_to(datagram, &kernel, 0)).map(|_| ())
    }

    fn recv(&mut self, buffer: &mut Vec<u8>, timeout: Duration) -> io::Result<Option<Received>> {
        receive(&self.socket, self.room, buffer, timeout)
    }
}

impl Calls for Socket {
    fn peek(&self) -> io::Result<usize> {
        let flags = MsgFlags::MSG_PEEK | MsgFlags::MSG_TRUNC | MsgFlags::MSG_DONTWAIT;
        let mut scratch = [0; 4];
        retry(|| self.recv_from(&mut scratch.as_mut_slice(), flags.bits()))
            .map(|(length, _)| length)
    }

    fn take(&self, buffer: &mut Vec<u8>) -> io::Result<Received> {
        let flags = (MsgFlags::MSG_TRUNC | MsgFlags::MSG_DONTWAIT).bits();
        let (length, sender) = retry(|| self.recv_from(buffer, flags))?;
        Ok(Received { sender: sender.port_number(), length })
    }

    fn wait(&self, timeout: Duration) -> io::Result<bool> {
        Ok(readable(&[self.as_fd()], timeout)?.contains(&true))
    }
}

/// Repeats a call that a signal interrupted.
fn retry<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// Which of the sockets can be read, or have failed; none of them after the timeout.
///
/// A signal ends the wait early, as if the time were over.
pub(crate) fn readable(sockets: &[BorrowedFd<'_>], timeout: Duration) -> io::Result<Vec<bool>> {
    // Rounded up: a wait of 0.4 ms must not become a busy loop.
    let millis = timeout.as_nanos().div_ceil(1_000_000);
    let timeout = PollTimeout::try_from(millis).unwrap_or(PollTimeout::MAX);
    let mut polled: Vec<_> = sockets.iter().map(|fd| PollFd::new(*fd, PollFlags::POLLIN)).collect();
    match poll(&mut polled, timeout) {
        Ok(_) | Err(Errno::EINTR) => {}
        Err(errno) => return Err(errno.into()),
    }
    Ok(polled.iter().map(|fd| fd.any().unwrap_or(false)).collect())
}
