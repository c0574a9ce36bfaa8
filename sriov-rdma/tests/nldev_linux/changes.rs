//! One message for each change, and changes that hang.

use super::*;

#[test]
fn each_change_is_one_message() {
    let (rdma, log, _root) = play(&[Message::ack, Message::ack, Message::ack, Message::ack]);
    let changes = [
        RdmaChange::NetnsMode(NetnsMode::Exclusive),
        rename(),
        RdmaChange::AddLink {
            name: "rxe0".parse().unwrap(),
            kind: "rxe".parse().unwrap(),
            netdev: "lo".parse().unwrap(),
        },
        RdmaChange::DeleteLink { device: index() },
    ];
    for change in &changes {
        rdma.change_rdma(change, LONG).unwrap();
    }
    let sent = log.lock().unwrap();
    let sent: Vec<_> = sent.iter().map(|m| (m.kind, m.flags, m.payload.clone())).collect();
    let link = [strz(2, "rxe0"), strz(65, "rxe"), strz(51, "lo")].concat();
    assert_eq!(
        sent,
        [
            (0x1407, 5, u8_(66, 0)),
            (0x1402, 5, [u32_(1, 7), strz(2, "mlx5_9")].concat()),
            (0x1403, 5, link),
            (0x1404, 5, u32_(1, 7)),
        ]
    );
}

#[test]
fn a_refused_change_names_its_device_and_keeps_its_errno() {
    let (rdma, _, _root) =
        play(&[|request| Message::refusal(request, 22), |request| Message::refusal(request, 16)]);
    let error = rdma.change_rdma(&rename(), LONG).unwrap_err();
    assert_eq!(error.to_string(), "cannot rename RDMA device 7 to mlx5_9");
    assert_eq!((error.device, error.errno()), (Some(index()), Some(Errno::INVAL)));
    assert!(error.is_not_found());
    let mode = RdmaChange::NetnsMode(NetnsMode::Shared);
    let error = rdma.change_rdma(&mode, LONG).unwrap_err();
    assert_eq!(error.to_string(), "cannot set the RDMA netns mode to shared");
    assert_eq!((error.device, error.errno()), (None, Some(Errno::BUSY)));
}

#[test]
fn a_deletion_that_hangs_is_still_running() {
    let (release, held) = mpsc::channel();
    let held = Arc::new(Mutex::new(held));
    let root = loaded();
    let netlink = Netlink::over(move || Ok(Box::new(Stuck(Arc::clone(&held), None))));
    let rdma = LinuxRdma::below(root.path()).over(netlink, no_events);
    let start = Instant::now();
    let change = RdmaChange::DeleteLink { device: index() };
    let error = rdma.change_rdma(&change, Duration::from_millis(30)).unwrap_err();
    assert!(error.is_still_running());
    assert_eq!((error.device, error.errno()), (Some(index()), None));
    assert!(start.elapsed() < LONG);
    drop(release);
}
