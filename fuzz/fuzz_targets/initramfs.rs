//! Images of an initramfs: no input is a panic, and none that ends too early lacks a module.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sriov_host::initramfs::{Contains, contains_in};
use sriov_host::seam::HostPath;

fuzz_target!(|bytes: &[u8]| {
    let (path, module) = (HostPath::new("boot/initrd"), "ib_core".parse().expect("this is a name"));
    let whole = contains_in(bytes, &path, &module);
    // A second look sees the same.
    assert_eq!(contains_in(bytes, &path, &module), whole);
    if let Contains::No { .. } = whole {
        let found = contains_in(bytes.get(..bytes.len() / 2).unwrap_or_default(), &path, &module);
        assert!(!matches!(found, Contains::Yes { .. }), "what the whole lacks, its half has");
    }
});
