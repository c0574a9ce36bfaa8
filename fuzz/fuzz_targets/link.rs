//! Link messages and link notifications.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sriov_host::netlink::{Message, decode_link, decode_link_notice};

fuzz_target!(|payload: &[u8]| {
    let _ = decode_link(payload);
    let _ = decode_link_notice(&Message::new(16, payload.to_vec()));
});
