//! Files of modprobe: every content is lines, and nothing in them is out of place.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sriov_host::modprobe::{Configuration, parse};
use sriov_host::seam::HostPath;

fuzz_target!(|bytes: &[u8]| {
    let lines = parse(bytes);
    let ends = bytes.iter().filter(|byte| **byte == b'\n').count();
    assert!(lines.iter().all(|line| (1..=ends + 1).contains(&line.number)));
    assert!(lines.is_sorted_by(|one, next| one.number < next.number));
    let path = HostPath::new("etc/modprobe.d/a.conf");
    let found = Configuration::of([(&path, bytes)]);
    let module = "ib_core".parse().expect("this is a name");
    for setting in found.settings(&module, "netns_mode") {
        assert!(lines.iter().any(|line| line.number == setting.line));
    }
    let _ = found.installs(&module);
    let _ = found.blacklisted(&module);
});
