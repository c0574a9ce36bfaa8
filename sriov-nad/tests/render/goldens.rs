//! The cases of the operator's own tests (sriov-network-operator: `api/v1/helper_test.go`,
//! `controllers/*network_controller_test.go`), compact.

use sriov_nad::json;
use sriov_nad::names::NetworkKind::{self, Ib, Ovs, Sriov};

use crate::support::{error, nad, named};

const HOST_LOCAL: &str = r#"{"type":"host-local","subnet":"10.56.217.0/24","rangeStart":"10.56.217.171","rangeEnd":"10.56.217.181","routes":[{"dst":"0.0.0.0/0"}],"gateway":"10.56.217.1"}"#;

/// Checks the whole NAD of a network; the config is given without its first two members.
#[track_caller]
fn check(kind: NetworkKind, cr: [&str; 2], spec: &str, resource: &str, target: &str, config: &str) {
    let [namespace, name] = cr;
    let nad = nad(&named(kind, namespace, name, spec));
    let config = format!(r#"{{"cniVersion":"1.0.0","name":"{name}",{config}}}"#);
    assert_eq!(nad.config, json::format(&config).unwrap());
    assert_eq!(nad.resource_name, format!("openshift.io/{resource}"));
    assert_eq!((nad.key.namespace.as_str(), nad.key.name.as_str()), (target, name));
    let token = format!("{kind}.sriovnetwork.openshift.io/{namespace}/{name}");
    assert_eq!(nad.owner.owner_token(), token);
    assert_eq!(nad.owner_uid, None);
}

#[track_caller]
fn rendering(kind: NetworkKind, spec: &str, config: &str) {
    let spec = format!("networkNamespace: testnamespace, resourceName: testresource, {spec}");
    check(kind, ["ns", "test"], &spec, "testresource", "testnamespace", config);
}

#[track_caller]
fn controller(kind: NetworkKind, name: &str, spec: &str, target: &str, config: &str) {
    let spec = format!("resourceName: resource_1, {spec}");
    let cr = ["openshift-sriov-network-operator", name];
    check(kind, cr, &spec, "resource_1", target, config);
}

const VRF: &str =
    r#"metaPlugins: "\n\t\t{\n\t\t\t\"type\": \"vrf\",\n\t\t\t\"vrfname\": \"blue\"\n\t\t}\n""#;

#[test]
fn rendering_cases() {
    rendering(Sriov, "", r#""type":"sriov","vlan":0,"vlanQoS":0,"ipam":{}"#);
    let chain = |main: &str| format!(r#""plugins":[{main},{{"type":"vrf","vrfname":"blue"}}]"#);
    rendering(Sriov, VRF, &chain(r#"{"type":"sriov","vlan":0,"vlanQoS":0,"ipam":{}}"#));
    rendering(Ib, VRF, &chain(r#"{"type":"ib-sriov","ipam":{}}"#));
    rendering(Ovs, "", r#""type":"ovs","ipam":{}"#);
    let with_mtu = format!("mtu: 1500, {VRF}");
    rendering(Ovs, &with_mtu, &chain(r#"{"type":"ovs","mtu":1500,"ipam":{}}"#));
    rendering(
        Ovs,
        r#"capabilities: '{"foo": "bar"}', bridge: test, vlan: 100, mtu: 1500, interfaceType: netdev,
           trunk: [{ id: 120 }, { minID: 500, maxID: 550 }], ipam: '{"type": "foo"}'"#,
        r#""type":"ovs","capabilities":{"foo":"bar"},"bridge":"test","vlan":100,"mtu":1500,"trunk":[{"id":120},{"minID":500,"maxID":550}],"interface_type":"netdev","ipam":{"type":"foo"}"#,
    );
    let foo = named(Ib, "ns", "test", "resourceName: testresource, capabilities: foo");
    assert_eq!(error(&foo).path(), "spec.capabilities");
}

#[test]
fn controller_cases() {
    let home = "openshift-sriov-network-operator";
    let ipam = format!("ipam: '{HOST_LOCAL}'");
    controller(
        Sriov,
        "test-0",
        &format!("{ipam}, vlan: 100, vlanQoS: 5, vlanProto: 802.1ad, logLevel: info"),
        home,
        &format!(
            r#""type":"sriov","vlan":100,"vlanQoS":5,"vlanProto":"802.1ad","logLevel":"info","ipam":{HOST_LOCAL}"#
        ),
    );
    controller(
        Sriov,
        "test-2",
        &format!("{ipam}, spoofChk: 'on', logLevel: info"),
        home,
        &format!(
            r#""type":"sriov","vlan":0,"spoofchk":"on","vlanQoS":0,"logLevel":"info","ipam":{HOST_LOCAL}"#
        ),
    );
    controller(
        Sriov,
        "test-5",
        &format!("{ipam}, logLevel: debug, logFile: /tmp/tmpfile"),
        home,
        &format!(
            r#""type":"sriov","vlan":0,"vlanQoS":0,"logLevel":"debug","logFile":"/tmp/tmpfile","ipam":{HOST_LOCAL}"#
        ),
    );
    controller(
        Ib,
        "ib-test-3",
        "networkNamespace: default, linkState: enable",
        "default",
        r#""type":"ib-sriov","link_state":"enable","ipam":{}"#,
    );
    controller(Ovs, "test", "vlan: 200", home, r#""type":"ovs","vlan":200,"ipam":{}"#);
}
