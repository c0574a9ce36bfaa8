//! Attributes, nested as deep as they go.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sriov_host::netlink::Attributes;

fn walk(attributes: Attributes<'_>, depth: u8) {
    for attribute in attributes.flatten() {
        let _ = (attribute.u8(), attribute.u16(), attribute.u32(), attribute.u64());
        let _ = attribute.text();
        if depth > 0 {
            walk(attribute.attributes(), depth - 1);
        }
    }
}

fuzz_target!(|bytes: &[u8]| walk(Attributes::new(bytes, 0), 8));
