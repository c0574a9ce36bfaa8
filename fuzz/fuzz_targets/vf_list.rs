//! VF lists: never longer than announced, never more than the bytes can hold.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sriov_host::netlink::decode_vfs;

fuzz_target!(|payload: &[u8]| {
    if let Ok(list) = decode_vfs(payload) {
        assert!(list.vfs.len() <= list.announced as usize);
        assert!(list.vfs.len() * 44 <= payload.len());
        assert!(list.vfs.capacity() * 44 <= payload.len());
        assert!(!list.wrapped || payload.len() > 65_535);
    }
});
