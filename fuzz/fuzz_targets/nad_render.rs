//! JSON text from a field of a network to the stored config, and networks from documents.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sriov_nad::json::{self, Scanner};
use sriov_nad::names::NetworkKind;
use sriov_nad::render::{RenderOptions, render};
use sriov_nad::spec::{Network, NetworkSpec, SriovNetworkSpec};

/// Text that can be formatted keeps its value, and is not changed by formatting it again.
fn formatted(text: &str) {
    let mut scanner = Scanner::new(text);
    let scanned = scanner.try_for_each(|event| event.map(drop)).and_then(|()| scanner.finish());
    let Ok(stored) = json::format(text) else {
        assert!(scanned.is_err() || text.len() > 1000, "only long or deep text gets too long");
        return;
    };
    assert!(scanned.is_ok());
    assert_eq!(json::format(&stored).as_ref(), Ok(&stored));
    assert!(json::same_value(text, &stored) && json::same_config(&stored, text));
}

/// The same text in every field that takes text.
fn in_every_field(text: &str) {
    let set = || Some(text.to_owned());
    let template = "apiVersion: sriovnetwork.openshift.io/v1\nkind: SriovNetwork\n\
                    metadata: { name: net, namespace: shop }\nspec: {}";
    let mut network = Network::parse(template).expect("a sound network");
    for field in 0..4 {
        let mut spec =
            SriovNetworkSpec { resource_name: Some("cx6".to_owned()), ..Default::default() };
        match field {
            0 => spec.ipam = set(),
            1 => spec.capabilities = set(),
            2 => spec.meta_plugins = set(),
            _ => spec.log_file = set(),
        }
        network.spec = Ok(NetworkSpec::Sriov(Box::new(spec)));
        if let Ok(nad) = render(&network, &RenderOptions::default()) {
            assert_eq!(json::format(&nad.config).as_ref(), Ok(&nad.config));
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    formatted(text);
    in_every_field(text);
    let _ = Network::parse(text).map(|network| render(&network, &RenderOptions::default()));
    if let Ok(value) = serde_json::from_str(text) {
        for kind in NetworkKind::ALL {
            let network = Network::from_value(kind, &value);
            let _ = network.map(|network| render(&network, &RenderOptions::default()));
        }
    }
});
