//! What a read costs, and that it leaves nothing open.

use super::*;

/// Counts what is sent and what is received.
struct Counting(Replay, Arc<AtomicUsize>, Arc<AtomicUsize>);

impl Wire for Counting {
    fn port(&self) -> u32 {
        self.0.port()
    }

    fn send(&mut self, datagram: &[u8]) -> io::Result<()> {
        self.1.fetch_add(1, Ordering::SeqCst);
        self.0.send(datagram)
    }

    fn recv(&mut self, buffer: &mut Vec<u8>, timeout: Duration) -> io::Result<Option<Received>> {
        self.2.fetch_add(1, Ordering::SeqCst);
        self.0.recv(buffer, timeout)
    }
}

/// With one system call each, on a socket whose datagrams are bounded: three.
#[test]
fn settings_are_sent_for_once_and_received_twice() {
    let root = loaded();
    let (sent, received) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
    let counts = (Arc::clone(&sent), Arc::clone(&received));
    let netlink = Netlink::over(move || {
        // The kernel's reply and its acknowledgement are datagrams of their own.
        let replay = Replay::new().answer_in_parts(|request| {
            let reply = Message::new(0x1406, u8_(66, 1)).reply_to(request);
            vec![reply, Message::ack(request)]
        });
        Ok(Box::new(Counting(replay, Arc::clone(&counts.0), Arc::clone(&counts.1))))
    });
    let rdma = LinuxRdma::below(root.path()).over(netlink, no_events);
    assert!(rdma.rdma_settings().unwrap().available().is_some());
    assert_eq!((sent.load(Ordering::SeqCst), received.load(Ordering::SeqCst)), (1, 2));
}

/// A wire that tells when it is closed.
struct Closing(Replay, mpsc::Sender<()>);

impl Wire for Closing {
    fn port(&self) -> u32 {
        self.0.port()
    }

    fn send(&mut self, datagram: &[u8]) -> io::Result<()> {
        self.0.send(datagram)
    }

    fn recv(&mut self, buffer: &mut Vec<u8>, timeout: Duration) -> io::Result<Option<Received>> {
        self.0.recv(buffer, timeout)
    }
}

impl Drop for Closing {
    fn drop(&mut self) {
        let _ = self.1.send(());
    }
}

/// An open socket keeps `ib_core` from being unloaded.
#[test]
fn one_socket_serves_a_call_and_is_closed_behind_it() {
    let root = loaded();
    let opened = Arc::new(AtomicUsize::new(0));
    let (tell, closed) = mpsc::channel();
    let count = Arc::clone(&opened);
    let netlink = Netlink::over(move || {
        count.fetch_add(1, Ordering::SeqCst);
        let replay = Replay::new()
            .answer(|request| dump(request, vec![device(1, "a", Some(1)), device(2, "b", Some(1))]))
            .answer(|request| dump(request, vec![port(1, 1)]))
            .answer(|request| dump(request, vec![port(2, 1)]));
        Ok(Box::new(Closing(replay, tell.clone())))
    });
    let rdma = LinuxRdma::below(root.path()).over(netlink, no_events);
    assert_eq!(rdma.rdma_devices().unwrap().available().unwrap().len(), 2);
    assert_eq!(opened.load(Ordering::SeqCst), 1);
    closed.recv_timeout(LONG).expect("the socket is closed while the subsystem lives on");
    drop(rdma);
}
