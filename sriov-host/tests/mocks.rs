//! The mocks of the seams are usable from outside. This project's own tests use the simulator.

#![cfg(feature = "mock")]

use std::time::Duration;

use sriov_host::seam::{
    Clock, HostPath, MockClock, MockDevlink, MockFiles, MockSysfs, MockUevents, MockVfLink, Sysfs,
};

#[test]
fn a_mock_answers_what_it_was_told() {
    let mut sysfs = MockSysfs::new();
    sysfs.expect_read().returning(|path| Ok(path.to_string()));
    assert_eq!(sysfs.read(&HostPath::new("sys/x")).unwrap(), "/sys/x");
    let mut clock = MockClock::new();
    clock.expect_now().return_const(Duration::from_secs(7));
    assert_eq!(clock.now(), Duration::from_secs(7));
}

#[test]
fn every_seam_has_a_mock() {
    let _ = (MockVfLink::new(), MockDevlink::new(), MockFiles::new(), MockUevents::new());
}
