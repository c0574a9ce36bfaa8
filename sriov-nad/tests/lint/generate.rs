//! Random objects.

use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Keys that rules look at, so that random JSON says something now and then.
const KEYS: [&str; 24] = [
    "type",
    "plugins",
    "name",
    "cniVersion",
    "vlan",
    "vlanQoS",
    "vlanProto",
    "min_tx_rate",
    "max_tx_rate",
    "spoofchk",
    "link_state",
    "capabilities",
    "mac",
    "ipam",
    "trunk",
    "minID",
    "maxID",
    "id",
    "metadata",
    "annotations",
    "spec",
    "config",
    "resourceName",
    "networkNamespace",
];

const WORDS: [&str; 10] =
    ["sriov", "ib-sriov", "ovs", "rdma", "tuning", "on", "802.1ad", "0.3.0", "", "a b"];

pub(crate) fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        prop_oneof![-2..5000_i64, any::<i64>()].prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(&WORDS[..]).prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 6, |inner| {
        let key = prop_oneof![
            4 => prop::sample::select(&KEYS[..]).prop_map(str::to_owned),
            1 => ".{0,4}",
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..8)
                .prop_map(|members| Value::from(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

pub(crate) fn nad(config: &str, annotation: &str) -> Value {
    json!({
        "apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition",
        "metadata": { "name": "fast", "namespace": "shop", "annotations": {
            "k8s.v1.cni.cncf.io/resourceName": annotation,
            "sriovnetwork.openshift.io/owner-ref": annotation } },
        "spec": { "config": config },
    })
}

/// A network of any kind, of which every field is in order by itself.
pub(crate) fn network() -> impl Strategy<Value = Value> {
    prop_oneof![sriov(), ib(), ovs()]
}

fn text(of: &'static [&'static str]) -> impl Strategy<Value = Option<Value>> {
    option::of(prop::sample::select(of).prop_map(Value::from))
}

fn number(below: i64) -> impl Strategy<Value = Option<Value>> {
    option::of((0..below).prop_map(Value::from))
}

fn common(kind: &'static str) -> impl Strategy<Value = (Value, Map<String, Value>)> {
    let name = "[a-z0-9]([a-z0-9.]{0,8}[a-z0-9])?"
        .prop_filter("a sound name", |name| sriov_nad::names::is_dns_subdomain(name));
    let capabilities = text(&[r#"{"mac": true}"#, r#"{"ips": false, "x": true}"#, " "]);
    let ipam = text(&["{}", r#"{"type": "static", "a": [1.50, "b c"]}"#, r#"{"x": null}"#]);
    let meta = text(&[
        r#"{"type": "tuning"}"#,
        r#"{"type": "vrf", "vrfname": "blue"}, {"type": "rdma"}"#,
        "[]",
    ]);
    let fields = ("[a-z][a-z0-9_-]{0,8}[a-z0-9]", capabilities, ipam, meta);
    (name, fields).prop_map(move |(name, (resource, capabilities, ipam, meta))| {
        let object = json!({
            "apiVersion": "sriovnetwork.openshift.io/v1", "kind": kind,
            "metadata": { "name": name, "namespace": "shop" },
        });
        let spec = fields_of([
            ("resourceName", Some(resource.into())),
            ("capabilities", capabilities),
            ("ipam", ipam),
            ("metaPlugins", meta),
        ]);
        (object, spec)
    })
}

fn fields_of<const N: usize>(fields: [(&str, Option<Value>); N]) -> Map<String, Value> {
    let set = fields.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    set.collect()
}

fn with_spec(
    (mut object, mut spec): (Value, Map<String, Value>),
    more: Map<String, Value>,
) -> Value {
    spec.extend(more);
    object["spec"] = spec.into();
    object
}

fn sriov() -> impl Strategy<Value = Value> {
    let switches = (text(&["on", "off", ""]), text(&["on", "off"]), text(&["auto", "disable"]));
    let rates = (number(5), number(5));
    let logging = (text(&["debug", ""]), text(&["/var/log/x", "x", "/a/../b"]));
    let vlan = (number(4095), number(8), text(&["802.1q", "802.1AD"]));
    (common("SriovNetwork"), switches, rates, logging, vlan).prop_map(
        |(common, (spoof, trust, link), (min, max), (level, file), (vlan, qos, proto))| {
            let more = fields_of([
                ("spoofChk", spoof),
                ("trust", trust),
                ("linkState", link),
                ("minTxRate", min),
                ("maxTxRate", max),
                ("logLevel", level),
                ("logFile", file),
                ("vlan", vlan),
                ("vlanQoS", qos),
                ("vlanProto", proto),
            ]);
            with_spec(common, more)
        },
    )
}

fn ib() -> impl Strategy<Value = Value> {
    (common("SriovIBNetwork"), text(&["auto", "enable"]))
        .prop_map(|(common, link)| with_spec(common, fields_of([("linkState", link)])))
}

fn ovs() -> impl Strategy<Value = Value> {
    let trunk = (number(4096), number(4096), number(4096)).prop_map(|(min, max, id)| {
        Value::from(fields_of([("minID", min), ("maxID", max), ("id", id)]))
    });
    let trunk = option::of(prop::collection::vec(trunk, 0..3).prop_map(Value::from));
    let words = (text(&["br0", ""]), text(&["dpdk"]));
    (common("OVSNetwork"), words, number(4096), number(9000), trunk).prop_map(
        |(common, (bridge, interface), vlan, mtu, trunk)| {
            let more = fields_of([
                ("bridge", bridge),
                ("interfaceType", interface),
                ("vlan", vlan),
                ("mtu", mtu),
                ("trunk", trunk),
            ]);
            with_spec(common, more)
        },
    )
}
