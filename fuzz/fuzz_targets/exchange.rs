//! The request logic: whatever is answered, the request ends.
#![no_main]

use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use sriov_host::netlink::{Netlink, Replay, Request};

fuzz_target!(|input: (bool, u16, Vec<Vec<u8>>)| {
    let (dump, cut, datagrams) = input;
    let netlink = Netlink::over(move || {
        let replay = Replay::new().cut_to(cut.into());
        Ok(Box::new(datagrams.iter().cloned().fold(replay, |replay, d| replay.datagram(0, d))))
    });
    let request = if dump { Request::dump(18) } else { Request::get(18) };
    let _ = netlink.request(request, Duration::from_millis(2));
});
