//! Input that a text template damages, drops or refuses: here it means what it says.

use serde_json::{Value, json};
use sriov_nad::names::NetworkKind::{Ib, Ovs, Sriov};
use sriov_nad::names::{NetworkKind, ResourcePrefix};
use sriov_nad::render::{RenderOptions, render};
use sriov_nad::spec::{Meta, Network, NetworkSpec, SriovNetworkSpec};

use crate::support::{nad, named, network};

fn config(kind: NetworkKind, spec: &str) -> Value {
    serde_json::from_str(&nad(&network(kind, &format!("resourceName: cx6, {spec}"))).config)
        .unwrap()
}

/// B15: a template in YAML takes these for numbers, truth values or nothing.
#[test]
fn names_are_text_whatever_yaml_takes_them_for() {
    for name in ["123", "1e3", "0777", "0o7", "0x1f", "true", "on", "y", "no", "null", "1.5"] {
        let nad = nad(&named(Sriov, "'2024'", &format!("'{name}'"), "resourceName: '1'"));
        let object = serde_json::to_value(&nad).unwrap();
        assert_eq!(object["metadata"]["name"], json!(name));
        assert_eq!(object["metadata"]["namespace"], json!("2024"));
        assert!(nad.config.contains(&format!("\n    \"name\": \"{name}\",\n")), "{}", nad.config);
    }
}

/// B16: what stands inside a JSON string is kept.
#[test]
fn space_and_quotes_inside_json_strings_are_kept() {
    let ipam = r#"{"type": "a  b", "it''s": "'single' \t", "é\u00e9": "日\u2028"}"#;
    let nad = nad(&network(Ovs, &format!("resourceName: cx6, ipam: {ipam:?}")));
    for token in [r#""a  b""#, r#""it''s""#, r#""'single' \t""#, r#""é\u00e9": "日\u2028""#] {
        assert!(nad.config.contains(token), "{token} is not in {}", nad.config);
    }
}

/// B5: no text of a field reaches beyond its own value.
#[test]
fn a_field_cannot_add_members_of_its_own() {
    let file = "/tmp/a\",\"ipam\":{\"type\":\"x\"},\"b\":\"\\\n\r\t\x08\0{{ .Foo }}\x7f<&>'é";
    let spec = SriovNetworkSpec {
        resource_name: Some("cx6".to_owned()),
        log_file: Some(file.to_owned()),
        ..SriovNetworkSpec::default()
    };
    let network = Network {
        spec: Ok(NetworkSpec::Sriov(Box::new(spec))),
        ..network(Sriov, "resourceName: cx6")
    };
    let config = nad(&network).config;
    let value: Value = serde_json::from_str(&config).unwrap();
    assert_eq!((&value["logFile"], &value["ipam"]), (&json!(file), &json!({})));
    // Only what has to be escaped is.
    let spelled = r#"\"b\":\"\\\n\r\t\u0008\u0000{{ .Foo }}"#.to_owned() + "\x7f<&>'é\"";
    assert!(config.contains(&spelled), "{config}");
    for (field, key) in [("bridge", "bridge"), ("interfaceType", "interface_type")] {
        let value = self::config(Ovs, &format!(r#"{field}: "a\"b\\ \n""#));
        assert_eq!(value[key], json!("a\"b\\ \n"));
    }
}

#[test]
fn space_alone_is_unset() {
    for kind in NetworkKind::ALL {
        for space in ["", " ", r"\n\t ", r"\u00a0\u3000\u0085"] {
            let spec = format!(
                "resourceName: cx6, ipam: \"{space}\", capabilities: \"{space}\", \
                 metaPlugins: \"{space}\""
            );
            assert_eq!(nad(&network(kind, &spec)), nad(&network(kind, "resourceName: cx6")));
        }
    }
    let unset = "spoofChk: '', trust: '', linkState: '', vlanProto: '', logLevel: '', logFile: '', \
                 networkNamespace: '', vlan: null, minTxRate: null";
    assert_eq!(
        nad(&network(Sriov, &format!("resourceName: cx6, {unset}"))),
        nad(&network(Sriov, "resourceName: cx6"))
    );
}

#[test]
fn meta_plugins_may_be_an_array() {
    let list = config(Sriov, r#"metaPlugins: '{"type":"a"},{"type":"b"}'"#);
    assert_eq!(list, config(Sriov, r#"metaPlugins: ' [ {"type":"a"} , {"type":"b"} ]'"#));
    assert_eq!(list["plugins"][2], json!({ "type": "b" }));
    assert_eq!(config(Ib, "metaPlugins: ' [ ] '"), config(Ib, ""));
}

#[test]
fn zero_and_unset_differ_where_the_plugins_tell_them_apart() {
    let sriov = config(Sriov, "minTxRate: 0, maxTxRate: 0, vlan: 0, vlanQoS: 0");
    assert_eq!((&sriov["min_tx_rate"], &sriov["max_tx_rate"]), (&json!(0), &json!(0)));
    assert_eq!(config(Sriov, "").get("min_tx_rate"), None);
    let ovs = config(Ovs, "vlan: 0, mtu: 0, trunk: []");
    assert_eq!(ovs, config(Ovs, ""));
    assert_eq!(config(Ovs, "trunk: [{ id: 0 }, {}]")["trunk"], json!([{ "id": 0 }, {}]));
}

#[test]
fn fields_that_contradict_each_other_are_the_linters_business() {
    let value = config(Sriov, "minTxRate: 9, maxTxRate: 1, vlanQoS: 3, vlanProto: 802.1ad");
    assert_eq!((&value["min_tx_rate"], &value["max_tx_rate"]), (&json!(9), &json!(1)));
    assert_eq!((&value["vlan"], &value["vlanQoS"]), (&json!(0), &json!(3)));
}

#[test]
fn the_resource_name_stands_behind_the_type_if_asked_for() {
    let options = RenderOptions {
        resource_prefix: "nvidia.com".parse::<ResourcePrefix>().unwrap(),
        embed_resource_name: true,
    };
    let embedded = "\"type\": \"ib-sriov\",\nINDENT\"resourceName\": \"nvidia.com/cx6\",\n";
    for (spec, indent) in [("", 4), (", metaPlugins: '{}'", 12)] {
        let network = network(Ib, &format!("resourceName: cx6{spec}"));
        let nad = render(&network, &options).unwrap();
        let embedded = embedded.replace("INDENT", &" ".repeat(indent));
        assert!(nad.config.contains(&embedded), "{}", nad.config);
        assert_eq!(nad.resource_name, "nvidia.com/cx6");
        assert!(!self::nad(&network).config.contains("resourceName"));
    }
}

#[test]
fn only_a_network_of_the_same_namespace_owns_by_reference() {
    let with_uid = |spec: &str| {
        let meta = Meta { uid: "u1".to_owned(), ..Meta::default() };
        Network { meta, ..network(Sriov, &format!("resourceName: cx6, {spec}")) }
    };
    for spec in ["", "networkNamespace: shop"] {
        let object = serde_json::to_value(nad(&with_uid(spec))).unwrap();
        let reference = json!([{
            "apiVersion": "sriovnetwork.openshift.io/v1", "kind": "SriovNetwork",
            "name": "net", "uid": "u1",
        }]);
        assert_eq!(object["metadata"]["ownerReferences"], reference);
    }
    let elsewhere = nad(&with_uid("networkNamespace: other"));
    assert_eq!((elsewhere.owner_uid.as_ref(), elsewhere.key.namespace.as_str()), (None, "other"));
    assert_eq!(nad(&network(Sriov, "resourceName: cx6")).owner_uid, None);
}

#[test]
fn the_object_has_what_the_engine_owns_and_nothing_else() {
    let nad = nad(&network(Sriov, "resourceName: cx6"));
    let text = serde_json::to_string(&nad).unwrap();
    let order = ["apiVersion", "kind", "metadata", "name", "namespace", "annotations", "spec"];
    let places = order.map(|key| text.find(&format!("\"{key}\":")).unwrap());
    assert!(places.is_sorted(), "{text}");
    let object: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(object, nad.to_value());
    assert_eq!(
        object,
        json!({
            "apiVersion": "k8s.cni.cncf.io/v1",
            "kind": "NetworkAttachmentDefinition",
            "metadata": {
                "name": "net",
                "namespace": "shop",
                "annotations": {
                    "k8s.v1.cni.cncf.io/resourceName": "openshift.io/cx6",
                    "sriovnetwork.openshift.io/owner-ref":
                        "SriovNetwork.sriovnetwork.openshift.io/shop/net",
                },
            },
            "spec": { "config": nad.config },
        })
    );
}
