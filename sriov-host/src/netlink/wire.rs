use std::io;
use std::time::Duration;

/// What [`Wire::recv`] received.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Received {
    /// The port that sent it; the kernel's is 0.
    pub sender: u32,
    /// How long the datagram was. More than was put into the buffer means that it was cut.
    pub length: usize,
}

/// Carries netlink datagrams: the kernel's socket, or a recording of one.
pub trait Wire: Send {
    /// The own port, which replies are addressed to.
    fn port(&self) -> u32;

    /// Sends one datagram. The kernel does the work before this returns.
    ///
    /// # Errors
    ///
    /// The system's answer.
    fn send(&mut self, datagram: &[u8]) -> io::Result<()>;

    /// Replaces what is in `buffer` by the next datagram; `None` if none arrived in time.
    ///
    /// # Errors
    ///
    /// The system's answer; `ENOBUFS` if datagrams were lost.
    fn recv(&mut self, buffer: &mut Vec<u8>, timeout: Duration) -> io::Result<Option<Received>>;
}

const _: fn(&dyn Wire) = |_| (); // stays object safe
