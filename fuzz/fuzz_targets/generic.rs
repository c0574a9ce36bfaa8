//! Generic netlink families and devlink.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sriov_host::netlink::{Message, decode_eswitch_mode, decode_family, decode_parameter};

fuzz_target!(|payload: &[u8]| {
    let message = Message::new(16, payload.to_vec());
    let _ = (decode_family(&message), decode_eswitch_mode(&message), decode_parameter(&message));
});
