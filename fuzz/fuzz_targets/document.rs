//! Documents: configurations and inventories, as YAML or JSON.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sriov_host::config::{Document, NodeConfig};
use sriov_host::document;
use sriov_host::inventory::NodeInventory;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = document::utf8(bytes) else { return };
    let _ = document::read_all(text);
    let _ = NodeInventory::parse(text);
    if let Ok(Document { config, .. }) = Document::parse(text) {
        // What was accepted can be written down, and means the same then.
        let printed = config.to_yaml().expect("a parsed text can be printed");
        assert_eq!(NodeConfig::parse(&printed).as_ref(), Ok(&config));
        let printed = config.to_json().expect("a parsed text can be printed");
        assert_eq!(NodeConfig::parse(&printed).as_ref(), Ok(&config));
    }
});
