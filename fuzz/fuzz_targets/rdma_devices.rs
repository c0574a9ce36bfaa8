//! A device that decodes says what its bytes say: written again, it reads the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sriov_host::netlink::AttributeWriter;
use sriov_rdma::nldev::{decode_device, decode_port};

fuzz_target!(|payload: &[u8]| {
    if let Ok(entry) = decode_device(payload) {
        let mut writer = AttributeWriter::new();
        writer.u32(1, entry.device.index.get()).text(2, entry.device.name.as_str());
        if let Some(ports) = entry.ports {
            writer.u32(3, ports);
        }
        if let Some(guid) = entry.device.node_guid {
            writer.bytes(6, &guid.to_kernel().to_ne_bytes());
        }
        for raw in &entry.device.unknown {
            writer.bytes(raw.kind, &raw.payload);
        }
        let bytes = writer.finish().expect("no longer than what was read");
        let again = decode_device(&bytes).expect("written by the same rules");
        assert_eq!(again.ports, entry.ports);
        assert_eq!(again.device.index, entry.device.index);
        assert_eq!(again.device.name, entry.device.name);
        assert_eq!(again.device.node_guid, entry.device.node_guid);
        assert_eq!(again.device.unknown, entry.device.unknown);
    }
    if let Ok(port) = decode_port(payload) {
        // Half a netdev is kept; a whole one is not kept twice.
        let halves = port.unknown.iter().filter(|raw| matches!(raw.kind, 50 | 51)).count();
        assert!(halves == 0 || port.netdev.is_none());
    }
});
