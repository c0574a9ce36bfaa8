//! Moves between namespaces, and the descriptors they name.

use super::*;

/// A namespace that is looked up below a root which is not the host's.
fn own_namespace(root: &TempDir) -> Netns {
    let folder = root.path().join("run/netns");
    fs::create_dir_all(&folder).unwrap();
    std::os::unix::fs::symlink("/proc/self/ns/net", folder.join("pod")).unwrap();
    "pod".parse().unwrap()
}

fn move_to(to: Netns) -> RdmaChange {
    RdmaChange::Move { device: index(), from: None, to }
}

#[test]
fn a_move_names_the_namespace_by_a_descriptor_that_is_open() {
    let root = loaded();
    let to = own_namespace(&root);
    let (tell, told) = mpsc::channel();
    let netlink = Netlink::over(move || {
        let tell = tell.clone();
        Ok(Box::new(Replay::new().answer(move |request| {
            let head = [u32_(1, 7), nla(68, &[0; 4])].concat();
            assert_eq!(request.payload[..12], head[..12]);
            assert_eq!((request.kind, request.payload.len()), (0x1402, head.len()));
            tell.send(descriptor_target(&request.to_bytes())).unwrap();
            Message::ack(request)
        })))
    });
    let rdma = LinuxRdma::below(root.path()).over(netlink, no_events);
    rdma.change_rdma(&move_to(to), LONG).unwrap();
    let own = fs::read_link("/proc/self/ns/net").unwrap().display().to_string();
    assert_eq!(String::from_utf8(told.recv().unwrap()).unwrap(), own);
}

#[test]
fn a_move_that_hangs_keeps_its_descriptor() {
    let root = loaded();
    let to = own_namespace(&root);
    let (release, held) = mpsc::channel();
    let held = Arc::new(Mutex::new(held));
    let (tell, told) = mpsc::channel();
    let netlink = Netlink::over(move || Ok(Box::new(Stuck(Arc::clone(&held), Some(tell.clone())))));
    let rdma = LinuxRdma::below(root.path()).over(netlink, no_events);
    let error = rdma.change_rdma(&move_to(to), Duration::from_millis(50)).unwrap_err();
    assert!(error.is_still_running(), "{error:?}");
    drop(rdma);
    drop(release);
    // The thread that was left behind looks now.
    let target = String::from_utf8(told.recv_timeout(LONG).unwrap()).unwrap();
    assert!(target.starts_with("net:["), "{target}");
}

#[test]
fn a_namespace_that_cannot_be_used_is_named_and_nothing_is_sent() {
    let (rdma, log, root) = play(&[Message::ack]);
    let here = own_namespace(&root);
    let absent: Netns = "absent".parse().unwrap();
    fs::write(root.path().join("run/netns/file"), "").unwrap();
    let plain: Netns = "file".parse().unwrap();
    let cases = [
        (None, absent.clone(), &absent, Errno::NOENT),
        (Some(absent.clone()), here.clone(), &absent, Errno::NOENT),
        (Some(plain.clone()), here, &plain, Errno::INVAL),
    ];
    for (from, to, named, errno) in cases {
        let change = RdmaChange::Move { device: index(), from, to };
        let error = rdma.change_rdma(&change, LONG).unwrap_err();
        assert_eq!((error.device, error.errno()), (Some(index()), Some(errno)));
        assert!(!error.is_not_found(), "the device may well be there");
        let NetlinkFault::Namespace { netns, .. } = &error.source else { panic!("{error:?}") };
        assert_eq!(netns, named);
    }
    assert!(kinds(&log).is_empty());
}
