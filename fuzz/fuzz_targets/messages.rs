//! Framing: what is walked can be written again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sriov_host::netlink::Messages;

fuzz_target!(|datagram: &[u8]| {
    for message in Messages::new(datagram).flatten() {
        let bytes = message.to_bytes();
        assert_eq!(Messages::new(&bytes).next(), Some(Ok(message)));
    }
});
