//! What is invalid, field for field: the error names it.

use sriov_nad::FieldErrorKind::{self, Invalid, Json, Missing};
use sriov_nad::names::NetworkKind::{self, Ib, Ovs, Sriov};
use sriov_nad::names::{NetworkKey, ResourcePrefix};
use sriov_nad::spec::Network;

use crate::support::{error, nad, network};

#[track_caller]
fn refused(kind: NetworkKind, spec: &str, path: &str, fault: FieldErrorKind, words: &str) {
    let spec = format!("resourceName: cx6, {spec}");
    let error = error(&network(kind, &spec));
    assert_eq!((error.path(), error.kind()), (path, fault), "{kind} {spec}: {error}");
    assert!(error.to_string().contains(words), "{words:?} is not in {error}");
}

/// The network with another name or namespace than a document could give it.
fn called(namespace: &str, name: &str) -> Network {
    let network = network(Ib, "resourceName: cx6");
    Network { key: NetworkKey::new(Ib, namespace, name), ..network }
}

#[test]
fn names_and_namespaces() {
    let long = "a".repeat(254);
    for name in ["", ".inf", "A", "a_b", "a b", "a/b", "é", "a\"b", "-a", "a.", &long] {
        let error = error(&called("shop", name));
        assert_eq!((error.path(), error.kind()), ("metadata.name", Invalid), "{name:?}");
    }
    nad(&called("shop", &"a".repeat(253)));
    nad(&called("2024", "a.b-c.0"));
    let long = "a".repeat(64);
    for namespace in ["", "a.b", "A", "a: b", "\"", &long] {
        let error = error(&called(namespace, "net"));
        assert_eq!((error.path(), error.kind()), ("metadata.namespace", Invalid), "{namespace:?}");
    }
    for namespace in ["'a: b'", "a.b", "A", "' '", &long] {
        let spec = format!("networkNamespace: {namespace}");
        refused(Sriov, &spec, "spec.networkNamespace", Invalid, "not a DNS-1123 label");
    }
}

#[test]
fn resources() {
    for prefix in ["", "a/b", "A", "openshift.io/", "a b"] {
        let error = prefix.parse::<ResourcePrefix>().unwrap_err();
        assert_eq!((error.path(), error.kind()), ("resource_prefix", Invalid), "{prefix:?}");
    }
    for kind in NetworkKind::ALL {
        for unset in ["", "resourceName: ''", "resourceName: null"] {
            let error = error(&network(kind, unset));
            assert_eq!((error.path(), error.kind()), ("spec.resourceName", Missing), "{unset:?}");
        }
        for name in ["a #b", "_a", "a-", "a.b", "openshift.io/a", " ", &"a".repeat(64)] {
            let error = error(&network(kind, &format!("resourceName: {name:?}")));
            assert_eq!((error.path(), error.kind()), ("spec.resourceName", Invalid), "{name:?}");
        }
    }
}

#[test]
fn json_texts() {
    for kind in NetworkKind::ALL {
        for field in ["ipam", "capabilities"] {
            let path = format!("spec.{field}");
            for (text, offset) in [
                ("[]", 0),
                ("null", 0),
                (r#"\"text\""#, 0),
                ("foo", 0),
                ("{} {}", 3),
                ("{},", 2),
                (r#"  {\"a\": \"\t\"}"#, 9),
                (r#"{\"a\": 'b'}"#, 6),
                ("\u{a0}{}", 0),
            ] {
                let words = format!(" at byte {offset}");
                refused(kind, &format!("{field}: \"{text}\""), &path, Json, &words);
            }
        }
        for (text, offset) in [
            ("{},", 3),
            (",{}", 0),
            ("{},,{}", 3),
            ("[[{}]]", 1),
            ("[{}],{}", 4),
            ("{},[{}]", 3),
            ("{} {}", 3),
            ("[1]", 1),
            ("null", 0),
            ("{type:rdma}", 1),
        ] {
            let words = format!(" at byte {offset}");
            refused(kind, &format!("metaPlugins: '{text}'"), "spec.metaPlugins", Json, &words);
        }
    }
}

#[test]
fn numbers() {
    for (kind, field, bad, good) in [
        (Sriov, "vlan", [-1, 4095], [0, 4094]),
        (Sriov, "vlanQoS", [-1, 8], [0, 7]),
        (Sriov, "minTxRate", [-1, i64::MIN], [0, i64::MAX]),
        (Sriov, "maxTxRate", [-1, i64::MIN], [0, i64::MAX]),
        (Ovs, "vlan", [-1, 4096], [0, 4095]),
        (Ovs, "mtu", [-1, i64::MIN], [0, i64::MAX]),
    ] {
        for number in bad {
            let words = number.to_string();
            refused(kind, &format!("{field}: {number}"), &format!("spec.{field}"), Invalid, &words);
        }
        for number in good {
            nad(&network(kind, &format!("resourceName: cx6, {field}: {number}")));
        }
    }
    for field in ["minID", "maxID", "id"] {
        for number in [-1, 4096] {
            let spec = format!("trunk: [{{ id: 1 }}, {{ {field}: {number} }}]");
            refused(Ovs, &spec, &format!("spec.trunk[1].{field}"), Invalid, "0 to 4095");
        }
    }
}

#[test]
fn words() {
    for (kind, field, good, bad) in [
        (Sriov, "spoofChk", &["on", "off"][..], &["ON", "true", " on", "yes"][..]),
        (Sriov, "trust", &["on", "off"], &["Off", "no"]),
        (Sriov, "linkState", &["auto", "enable", "disable"], &["up", "Auto"]),
        (Ib, "linkState", &["auto", "enable", "disable"], &["down", "enabled"]),
        (Sriov, "vlanProto", &["802.1q", "802.1Q", "802.1ad", "802.1AD"], &["802.1aD", "8021q"]),
        (Sriov, "logLevel", &["panic", "error", "warning", "info", "debug"], &["INFO", "trace"]),
    ] {
        for word in bad {
            let spec = format!("{field}: '{word}'");
            refused(kind, &spec, &format!("spec.{field}"), Invalid, &good.join(", "));
        }
        for word in good {
            let spec = format!("resourceName: cx6, {field}: '{word}'");
            let config = nad(&network(kind, &spec)).config;
            assert!(config.contains(&format!("\": \"{word}\",\n")), "{config}");
        }
    }
}

#[test]
fn a_value_of_another_type_is_an_error_of_its_field() {
    let value = serde_json::json!({
        "metadata": { "name": "net", "namespace": "shop" },
        "spec": { "resourceName": "cx6", "vlan": "100" },
    });
    let error = error(&Network::from_value(Sriov, &value).unwrap());
    assert_eq!((error.path(), error.kind()), ("spec.vlan", Invalid));
}

#[test]
fn the_key_of_an_error_leads_to_its_line() {
    let error = error(&network(Ovs, "resourceName: cx6, trunk: [{}, { maxID: 5000 }]"));
    assert_eq!(error.key().to_string(), "spec.trunk[1].maxID");
}
