//! What is not there: the module, the protocol, the settings.

use super::*;

#[test]
fn nothing_is_opened_while_ib_core_is_not_loaded() {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir_all(root.path().join("sys/module/mlx5_core")).unwrap();
    let (rdma, opened) = unopened(&root);
    assert_eq!(rdma.rdma_settings().unwrap(), Availability::NotLoaded);
    assert_eq!(rdma.rdma_devices().unwrap(), Availability::NotLoaded);
    let errors = [
        rdma.rdma_usage(index()).unwrap_err(),
        rdma.rdma_counters(index(), 1).unwrap_err(),
        rdma.change_rdma(&rename(), LONG).unwrap_err(),
        rdma.watch_rdma().err().unwrap(),
    ];
    for error in errors {
        assert_eq!(error.errno(), Some(Errno::PROTONOSUPPORT), "{error}");
        assert!(!error.is_not_found());
    }
    assert_eq!(opened.load(Ordering::SeqCst), 0, "opening it would load the module");
}

#[test]
fn nothing_is_opened_while_it_cannot_be_told_whether_ib_core_is_loaded() {
    let root = tempfile::tempdir().unwrap();
    let (rdma, opened) = unopened(&root);
    let error = rdma.rdma_settings().unwrap_err();
    let source = std::error::Error::source(&error).unwrap();
    let cause = std::error::Error::source(source).unwrap();
    assert_eq!(error.to_string(), "cannot read the RDMA settings");
    assert_eq!(cause.to_string(), "cannot list /sys/module");
    assert!(rdma.rdma_devices().is_err());
    assert_eq!(opened.load(Ordering::SeqCst), 0);
}

/// The kernel that this runs on: what it has not loaded it has not loaded afterwards.
#[test]
fn the_running_kernel_is_asked_without_loading_anything() {
    let loaded = || fs::exists("/sys/module/ib_core").unwrap();
    let before = loaded();
    let settings = LinuxRdma::system().rdma_settings().unwrap();
    assert_eq!(before, loaded());
    assert_eq!(settings == Availability::NotLoaded, !before);
}

#[test]
fn a_kernel_without_the_protocol_has_no_rdma() {
    let root = loaded();
    let (rdma, opened) = unopened(&root);
    assert_eq!(rdma.rdma_settings().unwrap(), Availability::Unsupported);
    assert_eq!(rdma.rdma_devices().unwrap(), Availability::Unsupported);
    assert_eq!(opened.load(Ordering::SeqCst), 2);
    assert_eq!(rdma.rdma_usage(index()).unwrap_err().errno(), Some(Errno::PROTONOSUPPORT));
}

#[test]
fn a_kernel_older_than_the_settings_has_none() {
    let (rdma, _, _root) = play(&[|request| Message::refusal(request, 22)]);
    assert_eq!(rdma.rdma_settings().unwrap(), Availability::Unsupported);
    let (rdma, _, _root) = play(&[|request| reply(request, u8_(93, 1))]);
    let settings = rdma.rdma_settings().unwrap().available().unwrap();
    assert_eq!((settings.netns_mode, settings.copy_on_fork), (None, Some(true)));
    // Any other refusal is one.
    let (rdma, _, _root) = play(&[|request| Message::refusal(request, 1)]);
    assert_eq!(rdma.rdma_settings().unwrap_err().errno(), Some(Errno::PERM));
}

#[test]
fn settings_are_one_request() {
    let (rdma, log, _root) = play(&[|request| reply(request, u8_(66, 0))]);
    let settings = rdma.rdma_settings().unwrap().available().unwrap();
    assert_eq!(settings.netns_mode, Some(NetnsMode::Exclusive));
    assert_eq!(kinds(&log), [0x1406]);
}

#[test]
fn a_reply_without_a_message_is_an_error() {
    let (rdma, _, _root) = play(&[Message::ack]);
    let error = rdma.rdma_settings().unwrap_err();
    assert!(matches!(error.source, NetlinkFault::Malformed { .. }), "{error:?}");
}
