use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use super::{Message, Messages, Received, Wire};

type Answer = Box<dyn FnMut(&Message) -> Vec<Vec<u8>> + Send>;

/// A wire that plays a script instead of asking the kernel.
///
/// Each request takes the next answer of the script; a request behind the last answer is never
/// answered. Datagrams queued beforehand come first, as they are.
///
/// ```
/// use sriov_host::netlink::{Message, Netlink, Replay, Request};
/// # use std::time::Duration;
/// let netlink = Netlink::over(|| {
///     Ok(Box::new(Replay::new().answer(|request| Message::refusal(request, 95))))
/// });
/// let refused = netlink.request(Request::get(19), Duration::from_secs(1)).unwrap_err();
/// assert_eq!(refused.to_string(), "the kernel answered EOPNOTSUPP");
/// ```
#[derive(Default)]
pub struct Replay {
    script: VecDeque<Answer>,
    queue: VecDeque<(u32, io::Result<Vec<u8>>)>,
    limit: Option<usize>,
}

impl Replay {
    /// The port that the wire claims to have.
    pub const PORT: u32 = 4711;

    /// A wire that never answers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers the next request with one datagram; none if it is empty.
    ///
    /// The request is given with the wire's port in it, so that
    /// [`Message::reply_to`] addresses the reply.
    #[must_use]
    pub fn answer(self, mut answer: impl FnMut(&Message) -> Vec<u8> + Send + 'static) -> Self {
        self.answer_in_parts(move |request| vec![answer(request)])
    }

    /// Answers the next request with several datagrams.
    #[must_use]
    pub fn answer_in_parts(
        mut self,
        answer: impl FnMut(&Message) -> Vec<Vec<u8>> + Send + 'static,
    ) -> Self {
        self.script.push_back(Box::new(answer));
        self
    }

    /// Queues a datagram from a port, whatever is asked. The kernel's port is 0.
    #[must_use]
    pub fn datagram(mut self, sender: u32, bytes: Vec<u8>) -> Self {
        self.queue.push_back((sender, Ok(bytes)));
        self
    }

    /// Queues an error of the socket.
    #[must_use]
    pub fn failure(mut self, error: io::Error) -> Self {
        self.queue.push_back((0, Err(error)));
        self
    }

    /// Cuts every datagram to this length, as a buffer that is too small does.
    #[must_use]
    pub const fn cut_to(mut self, limit: usize) -> Self {
        self.limit = Some(limit);
        self
    }
}

impl std::fmt::Debug for Replay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Replay")
            .field("answers", &self.script.len())
            .field("queue", &self.queue)
            .finish_non_exhaustive()
    }
}

impl Wire for Replay {
    fn port(&self) -> u32 {
        Self::PORT
    }

    fn send(&mut self, datagram: &[u8]) -> io::Result<()> {
        for message in Messages::new(datagram) {
            let message =
                message.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
            let request = Message { port: Self::PORT, ..message };
            let parts = self.script.pop_front().map(|mut answer| answer(&request));
            let parts = parts.into_iter().flatten().filter(|bytes| !bytes.is_empty());
            self.queue.extend(parts.map(|bytes| (0, Ok(bytes))));
        }
        Ok(())
    }

    fn recv(&mut self, buffer: &mut Vec<u8>, timeout: Duration) -> io::Result<Option<Received>> {
        buffer.clear();
        let Some((sender, datagram)) = self.queue.pop_front() else {
            // Nothing else will arrive: wait for nothing, in the time it takes.
            let (_sender, receiver) = std::sync::mpsc::channel::<()>();
            let _ = receiver.recv_timeout(timeout);
            return Ok(None);
        };
        let datagram = datagram?;
        let kept = self.limit.unwrap_or(usize::MAX).min(datagram.len());
        buffer.extend_from_slice(datagram.get(..kept).unwrap_or_default());
        Ok(Some(Received { sender, length: datagram.len() }))
    }
}
