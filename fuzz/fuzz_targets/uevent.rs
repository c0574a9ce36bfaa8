//! Uevents of the kernel and of udev.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sriov_host::netlink::decode_uevent;

fuzz_target!(|datagram: &[u8]| {
    let _ = decode_uevent(datagram);
});
