//! Messages of nldev: every decoder, on any payload.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sriov_host::netlink::Message;
use sriov_rdma::nldev::{
    decode_counters, decode_device, decode_event, decode_owners, decode_port, decode_settings,
    decode_usage,
};

fuzz_target!(|payload: &[u8]| {
    let _ = (decode_settings(payload), decode_device(payload), decode_port(payload));
    let _ = (decode_usage(payload), decode_owners(payload), decode_counters(payload));
    let _ = decode_event(&Message::new(0x141c, payload.to_vec()));
});
