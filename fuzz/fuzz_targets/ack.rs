//! Acknowledgements with extended attributes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sriov_host::netlink::{Messages, decode_ack};

fuzz_target!(|datagram: &[u8]| {
    for message in Messages::new(datagram).flatten() {
        let _ = decode_ack(&message);
    }
});
