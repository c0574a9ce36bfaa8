//! What holds for every network. Strategies are boxed, or their trees outgrow a test's stack.

use proptest::option::of;
use proptest::prelude::*;
use sriov_nad::json::{MAX_BYTES, MAX_DEPTH, format, same_value};
use sriov_nad::names::{NetworkKey, NetworkKind};
use sriov_nad::render::{RenderOptions, render};
use sriov_nad::spec::{
    IbNetworkSpec, Network, NetworkSpec, OvsNetworkSpec, SriovNetworkSpec, Trunk,
};

use crate::support::{error, nad, network};

/// Good and bad alike.
fn name() -> BoxedStrategy<String> {
    prop_oneof![6 => "[a-z0-9]([a-z0-9-]{0,5}[a-z0-9])?", 1 => any::<String>()].boxed()
}

fn resource() -> BoxedStrategy<Option<String>> {
    prop_oneof![6 => "[a-zA-Z0-9]([a-zA-Z0-9_-]{0,5}[a-z0-9])?".prop_map(Some), 1 => of(any::<String>())].boxed()
}

fn json() -> BoxedStrategy<Option<String>> {
    let text = prop_oneof![
        Just(r#"{"type": "static", "addresses": [{"address": "10.0.0.1/24"}], "n": 1.50}"#),
        Just(r#"{"a":{"\u00e9":[[],{}," x  y "]},"a":1E3}"#),
        Just("{ }"),
        Just(" \t"),
    ];
    let text = text.prop_map(str::to_owned);
    of(prop_oneof![8 => text, 1 => "[{}\\[\\],:\"a1 ]{0,6}", 1 => any::<String>()]).boxed()
}

fn number() -> BoxedStrategy<Option<i64>> {
    of(prop_oneof![8 => 0..8_i64, 2 => 0..4096_i64, 1 => any::<i64>()]).boxed()
}

fn word(words: &'static [&'static str]) -> BoxedStrategy<Option<String>> {
    let known = prop::sample::select(words).prop_map(str::to_owned);
    of(prop_oneof![8 => known, 1 => any::<String>()]).boxed()
}

fn sriov() -> BoxedStrategy<SriovNetworkSpec> {
    let names = (resource(), of(name()), of(any::<String>()));
    let texts = (json(), json(), json());
    let numbers = (number(), number(), number(), number());
    let words = (
        word(&["on", "off", ""]),
        word(&["on", "off"]),
        word(&["auto", "enable"]),
        word(&["802.1q", "802.1AD"]),
        word(&["info", "debug", ""]),
    );
    let all = (names, texts, numbers, words);
    all.prop_map(|(names, texts, numbers, words)| SriovNetworkSpec {
        resource_name: names.0,
        network_namespace: names.1,
        log_file: names.2,
        capabilities: texts.0,
        ipam: texts.1,
        meta_plugins: texts.2,
        vlan: numbers.0,
        vlan_qos: numbers.1,
        min_tx_rate: numbers.2,
        max_tx_rate: numbers.3,
        spoof_chk: words.0,
        trust: words.1,
        link_state: words.2,
        vlan_proto: words.3,
        log_level: words.4,
    })
    .boxed()
}

fn ovs() -> BoxedStrategy<OvsNetworkSpec> {
    let trunk = (number(), number(), number());
    let trunk = trunk.prop_map(|(min_id, max_id, id)| Trunk { min_id, max_id, id });
    let trunk = of(prop::collection::vec(trunk, 0..3));
    let names = (resource(), of(any::<String>()), of(any::<String>()));
    let texts = (json(), json(), json());
    let all = (names, texts, (number(), number()), trunk);
    all.prop_map(|(names, texts, numbers, trunk)| OvsNetworkSpec {
        resource_name: names.0,
        network_namespace: None,
        bridge: names.1,
        interface_type: names.2,
        capabilities: texts.0,
        ipam: texts.1,
        meta_plugins: texts.2,
        vlan: numbers.0,
        mtu: numbers.1,
        trunk,
    })
    .boxed()
}

fn ib() -> BoxedStrategy<IbNetworkSpec> {
    sriov()
        .prop_map(|spec| IbNetworkSpec {
            resource_name: spec.resource_name,
            network_namespace: spec.network_namespace,
            capabilities: spec.capabilities,
            ipam: spec.ipam,
            link_state: spec.link_state,
            meta_plugins: spec.meta_plugins,
        })
        .boxed()
}

fn any_network() -> impl Strategy<Value = Network> {
    let spec = prop_oneof![
        sriov().prop_map(|spec| NetworkSpec::Sriov(Box::new(spec))),
        ib().prop_map(|spec| NetworkSpec::Ib(Box::new(spec))),
        ovs().prop_map(|spec| NetworkSpec::Ovs(Box::new(spec))),
    ];
    (spec, name(), name()).prop_map(|(spec, namespace, name)| Network {
        key: NetworkKey { kind: spec.kind(), namespace, name },
        spec: Ok(spec),
        ..network(NetworkKind::Ib, "")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_network_renders_or_a_field_is_named(network in any_network(), embed in any::<bool>()) {
        let options = RenderOptions { embed_resource_name: embed, ..RenderOptions::default() };
        match render(&network, &options) {
            Ok(nad) => {
                prop_assert_eq!(&format(&nad.config).unwrap(), &nad.config, "the stored form");
                let value: serde_json::Value = serde_json::from_str(&nad.config).unwrap();
                prop_assert_eq!(&value["name"], &serde_json::json!(network.key.name));
                let main = value.get("plugins").map_or(&value, |plugins| &plugins[0]);
                prop_assert_eq!(&main["type"], &serde_json::json!(network.key.kind.plugin()));
                prop_assert_eq!(main.get("resourceName").is_some(), embed);
            }
            Err(error) => {
                let path = error.path();
                prop_assert!(path.starts_with("spec.") || path.starts_with("metadata."), "{}", path);
                prop_assert_eq!(error.offset().is_some(), error.code() == "SRIOV-N003");
            }
        }
    }

    #[test]
    fn what_a_field_holds_arrives_unchanged(ipam in json(), capabilities in json()) {
        let spec = SriovNetworkSpec {
            resource_name: Some("cx6".to_owned()),
            ipam: ipam.clone(),
            capabilities: capabilities.clone(),
            ..SriovNetworkSpec::default()
        };
        let spec = Ok(NetworkSpec::Sriov(Box::new(spec)));
        let network = Network { spec, ..network(NetworkKind::Sriov, "") };
        let Ok(nad) = render(&network, &RenderOptions::default()) else { return Ok(()) };
        let set = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let capabilities = set(capabilities).map_or(String::new(), |it| format!(r#""capabilities":{it},"#));
        let ipam = set(ipam).unwrap_or_else(|| "{}".to_owned());
        let expected = format!(
            r#"{{"cniVersion":"1.0.0","name":"net","type":"sriov","vlan":0,"vlanQoS":0,{capabilities}"ipam":{ipam}}}"#
        );
        prop_assert_eq!(&format(&expected).unwrap(), &nad.config);
        prop_assert!(same_value(&expected, &nad.config));
    }
}

/// A short field cannot cost much memory, however deep it is.
#[test]
fn depth_is_limited_by_what_it_costs() {
    let spec = |field: &str, depth: usize| {
        let arrays = "[".repeat(depth - 1) + &"]".repeat(depth - 1);
        network(NetworkKind::Ovs, &format!("resourceName: cx6, {field}: '{{\"a\": {arrays}}}'"))
    };
    for field in ["ipam", "capabilities", "metaPlugins"] {
        assert!(nad(&spec(field, 1000)).config.len() < MAX_BYTES);
        let long = error(&spec(field, MAX_DEPTH));
        assert_eq!((long.path(), long.offset()), (format!("spec.{field}").as_str(), None));
        assert!(long.message().contains("16 MiB"), "{long}");
    }
    let deep = error(&spec("metaPlugins", MAX_DEPTH + 1));
    assert_eq!((deep.path(), deep.offset()), ("spec.metaPlugins", Some(6 + MAX_DEPTH - 1)));
}
