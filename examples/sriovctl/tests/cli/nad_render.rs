//! `nad render`: the NADs of networks.

use serde_json::Value;

use crate::support::{Run, feed, run};

const CHAIN: &str = r#"apiVersion: sriovnetwork.openshift.io/v1
kind: SriovNetwork
metadata: { name: "on", namespace: shop, uid: 5c2e1f }
spec:
  resourceName: cx6
  vlan: 100
  ipam: |
    { "type": "static", "addresses": [ { "address": "10.0.0.1/24" } ] }
  metaPlugins: '{"type": "vrf", "vrfname": "blue  green"}'
"#;

const OVS: &str = "apiVersion: sriovnetwork.openshift.io/v1\nkind: OVSNetwork\n\
                   metadata: { name: '123', namespace: '2024' }\n\
                   spec: { resourceName: cx6, trunk: [{ id: 5 }] }\n";

fn render(args: &[&str], document: impl AsRef<[u8]>) -> Run {
    feed(&[&["nad", "render", "-f", "-"], args].concat(), document)
}

/// Status 2, nothing on stdout.
#[track_caller]
fn refused(document: impl AsRef<[u8]>) -> Run {
    let run = render(&[], document).ends(2);
    assert!(run.stdout.is_empty(), "{run:?}");
    run
}

#[test]
fn one_network_is_an_object() {
    let text = render(&["--resource-prefix", "nvidia.com", "--embed-resource-name"], CHAIN).ends(0);
    assert_eq!(text.stderr, "");
    insta::assert_snapshot!("nad_render", text.stdout);
    let json = render(&["-o", "json"], CHAIN).ends(0);
    insta::assert_snapshot!("nad_render_json", json.stdout);
    // The same object in every form.
    let again: Value =
        serde_saphyr::from_str(&render(&["-o", "yaml"], CHAIN).ends(0).stdout).unwrap();
    assert_eq!(again, json.json());
    let text: Value = serde_saphyr::from_str(&render(&[], CHAIN).ends(0).stdout).unwrap();
    assert_eq!(text, json.json());
}

#[test]
fn a_stream_and_a_list_are_an_array() {
    let stream = format!("{CHAIN}---\n{OVS}");
    let all = render(&["-o", "json"], &stream).ends(0).json();
    let names = |all: &Value| {
        let all = all.as_array().unwrap().iter();
        all.map(|nad| nad["metadata"]["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&all), ["on", "123"]);
    let item = r#"{ "apiVersion": "sriovnetwork.openshift.io/v1", "kind": "SriovIBNetwork",
                    "metadata": { "name": "ib", "namespace": "shop" },
                    "spec": { "resourceName": "cx7" } }"#;
    let list = format!(r#"{{ "apiVersion": "v1", "kind": "List", "items": [{item}] }}"#);
    assert_eq!(names(&render(&["-o", "json"], &list).ends(0).json()), ["ib"]);
    // As text it is a stream again.
    insta::assert_snapshot!("nad_render_stream", render(&[], &stream).ends(0).stdout);
}

#[test]
fn a_field_that_is_wrong_is_named_with_its_line() {
    let wrong = |from: &str, to: &str| {
        assert!(CHAIN.contains(from));
        refused(CHAIN.replace(from, to))
    };
    insta::assert_snapshot!("nad_render_invalid", wrong("vlan: 100", "vlanQoS: 9").stderr);
    wrong("vlan: 100", "spoofChk: 'ON'")
        .says(&["error[SRIOV-N001]: spec.spoofChk (line 6", "on, off"]);
    wrong("resourceName: cx6", "resourceName: ''")
        .says(&["error[SRIOV-N002]: spec.resourceName (line 5"]);
    wrong("\"type\": \"static\"", "type: static")
        .says(&["error[SRIOV-N003]: spec.ipam (line 8", "byte 2"]);
    wrong("\"on\"", "On").says(&["error[SRIOV-N001]: metadata.name (line 3"]);
    // Before a controller would see it: the document itself.
    wrong("vlan: 100", "vlanQos: 3")
        .says(&["error[SRIOV-H002]: spec.vlanQos (line 6", "`vlanQoS`"]);
    wrong("vlan: 100", "vlan: '100'").says(&["error[SRIOV-H003]: spec.vlan (line 6"]);
    let second = format!("{CHAIN}---\n{}", OVS.replace("id: 5", "maxID: 5000"));
    refused(second).says(&["error[SRIOV-N001]: spec.trunk[0].maxID (line 14"]);
    let list = "kind: List\napiVersion: v1\nitems:\n- apiVersion: sriovnetwork.openshift.io/v1\n  \
                kind: OVSNetwork\n  metadata: { name: a }\n  spec: {}\n";
    refused(list).says(&["error[SRIOV-N002]: items[0].spec.resourceName (line 7"]);
}

#[test]
fn other_documents_are_not_rendered() {
    refused("").says(&["error[SRIOV-H001]"]);
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\n";
    refused(format!("{CHAIN}---\n{pod}")).says(&["error[SRIOV-H004]: kind (line 12", "OVSNetwork"]);
    let other_group = CHAIN.replace("sriovnetwork.openshift.io", "example.com");
    refused(other_group).says(&["error[SRIOV-H004]: apiVersion (line 1"]);
    refused(CHAIN.replace("openshift.io/v1", "openshift.io/v2")).says(&["error[SRIOV-H004]"]);
    run(&["nad", "render", "-f", "/no/such/file"]).ends(2).says(&["error[SRIOV-H080]"]);
}

#[test]
fn options() {
    let with = |args: &[&str]| render(args, CHAIN).ends(0).stdout;
    let plain = with(&[]);
    assert_eq!(with(&["--operator-namespace", "elsewhere"]), plain);
    assert_eq!(with(&["--resource-prefix", "openshift.io"]), plain);
    assert_eq!(run(&["nad"]).ends(2).stdout, "");
    for prefix in ["", "a/b", "Upper.io"] {
        render(&["--resource-prefix", prefix], CHAIN)
            .ends(2)
            .says(&["resource_prefix", "DNS-1123"]);
    }
}
