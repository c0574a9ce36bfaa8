//! Documents as people write them: what is read, and how faults are reported.
#![cfg(feature = "serde")]
#![expect(clippy::panic, reason = "a test helper ends the test")]

use sriov_host::LinkType;
use sriov_host::config::{
    Document, DocumentKind, DriverChoice, FirmwarePolicy, NodeConfig, PfMatch, RdmaNetnsMode,
    VdpaType, VfVlan,
};
use sriov_host::document::DocumentError;

/// The contract's example, with every key.
const FULL: &str = r#"
apiVersion: sriov/v1
kind: NodeConfig
pfs:
  - match: { pci: "0000:01:00.0" }        # a comment
    numVfs: 4
    mtu: 9000
    eswitchMode: legacy
    externallyManaged: false
    vfs:
      - range: 0-1
        resourceName: res_a
        driver: default
        mac: "02:00:00:00:00:10"
        vlan: 100
        vlanQos: 3
        vlanProto: 802.1q
        spoofCheck: on
        trust: off
        linkState: auto
        minTxRateMbps: 0
        maxTxRateMbps: 200
        mtu: 1500
        nodeGuid: "00:02:c9:03:00:5d:e1:10"
        portGuid: "0002:c903:005d:e110"
      - range: 2
        driver: vfio-pci
        vlan: 0
        isRdma: true
        vdpaType: vhost
  - match: { vendor: 15b3, device: 15e0 }
    vfs: [{ range: "0", driver: none }]
rdma: { netnsMode: exclusive }
firmware:
  - match: { pci: "0000:3b:00.0" }
    policy: { atLeast: 16 }
    linkType: eth
kernelArgs: { add: ["iommu=pt"], remove: [] }
"#;

fn config(pfs: &str) -> String {
    format!("apiVersion: sriov/v1\nkind: NodeConfig\npfs:\n{pfs}")
}

fn group(keys: &str) -> String {
    config(&format!(
        "  - match: {{ pci: 0000:01:00.0 }}\n    numVfs: 4\n    vfs:\n      - {keys}\n"
    ))
}

fn fault(text: &str) -> DocumentError {
    match Document::parse(text) {
        Ok(document) => panic!("accepted: {document:?}\n{text}"),
        Err(error) => error,
    }
}

#[test]
fn reads_every_key() {
    let config = NodeConfig::parse(FULL).unwrap();
    let pf = &config.pfs[0];
    assert_eq!(pf.matches, PfMatch::Pci("0000:01:00.0".parse().unwrap()));
    assert_eq!(pf.num_vfs.unwrap().get(), 4);
    assert_eq!(pf.mtu.unwrap().get(), 9000);
    let group = &pf.vfs[0];
    assert_eq!((group.spoof_check, group.trust), (Some(true), Some(false)));
    assert_eq!(group.driver, Some(DriverChoice::Default));
    assert_eq!(group.vlan.unwrap().id().unwrap().get(), 100);
    assert_eq!(group.max_tx_rate.unwrap().mbps(), 200);
    assert_eq!(group.node_guid, group.port_guid);
    let group = &pf.vfs[1];
    assert_eq!(group.range.to_string(), "2");
    assert_eq!(group.vlan, Some(VfVlan::Untagged));
    assert_eq!(group.vdpa_type, Some(VdpaType::Vhost));
    assert!(group.is_rdma && group.mac.is_none() && group.trust.is_none());
    let PfMatch::Id { vendor, device } = &config.pfs[1].matches else { panic!("an id") };
    assert_eq!((vendor.to_string(), device.unwrap().get()), ("15b3".to_owned(), 0x15e0));
    assert_eq!(config.pfs[1].vfs[0].driver, Some(DriverChoice::Unbound));
    assert_eq!(config.rdma.unwrap().netns_mode, RdmaNetnsMode::Exclusive);
    assert_eq!(config.firmware[0].policy, FirmwarePolicy::AtLeast(16.into()));
    assert_eq!(config.kernel_args.unwrap().add, ["iommu=pt"]);
}

#[test]
fn canonical_forms_read_the_same() {
    let config = NodeConfig::parse(FULL).unwrap();
    assert_eq!(NodeConfig::parse(&config.to_yaml().unwrap()).unwrap(), config);
    assert_eq!(NodeConfig::parse(&config.to_json().unwrap()).unwrap(), config);
    insta::assert_snapshot!("canonical_yaml", config.to_yaml().unwrap());
}

#[test]
fn switches_are_words_or_booleans() {
    for (word, on) in [("on", true), ("off", false), ("true", true), ("\"off\"", false)] {
        let config = NodeConfig::parse(&group(&format!("{{ range: 0, trust: {word} }}"))).unwrap();
        assert_eq!(config.pfs[0].vfs[0].trust, Some(on), "{word}");
    }
}

/// The entry of a VF range: code, key, line and the message of each fault.
const GROUP_FAULTS: &[(&str, &str)] = &[
    ("{ range: 0, vlan: 4095 }", "H003 pfs[0].vfs[0].vlan 7 4095 is not a VLAN id"),
    ("{ range: 0, vlan: 70000 }", "H003 pfs[0].vfs[0].vlan 7 70000 is not a VLAN id"),
    ("{ range: 0, vlan: -1 }", "H003 pfs[0].vfs[0].vlan 7 -1 is not a VLAN id"),
    (
        "{ range: 0, vlan: ten }",
        "H003 pfs[0].vfs[0].vlan 7 expected a whole number, found the text \"ten\"",
    ),
    (
        "{ range: 0, vlan: \"10\" }",
        "H003 pfs[0].vfs[0].vlan 7 expected a whole number, found the text \"10\"",
    ),
    (
        "{ range: 0, vlan: 1, vlanQos: 8 }",
        "H003 pfs[0].vfs[0].vlanQos 7 \"8\" is not a VLAN priority",
    ),
    ("{ range: 0, vlanQos: 1 }", "H003 pfs[0].vfs[0].vlanQos 7 needs vlan"),
    ("{ range: 0, vlanProto: 802.1ad }", "H003 pfs[0].vfs[0].vlanProto 7 needs vlan"),
    (
        "{ range: 0, vlna: 1 }",
        "H002 pfs[0].vfs[0].vlna 7 unknown key, accepted here: range, resourceName, driver",
    ),
    ("{ range: 0, trust: maybe }", "H003 pfs[0].vfs[0].trust 7 expected on or off"),
    (
        "{ range: 0, mac: 01:00:00:00:00:01 }",
        "H003 pfs[0].vfs[0].mac 7 01:00:00:00:00:01 is not a unicast",
    ),
    (
        "{ range: 0, mac: \"00:00:00:00:00:00\" }",
        "H003 pfs[0].vfs[0].mac 7 00:00:00:00:00:00 is not a unicast",
    ),
    (
        "{ range: 0-1, mac: fe:ff:ff:ff:ff:ff }",
        "H003 pfs[0].vfs[0].mac 7 fe:ff:ff:ff:ff:ff and the 1",
    ),
    ("{ range: 0, nodeGuid: \"0000:0000:0000:0000\" }", "H003 pfs[0].vfs[0].nodeGuid 7 00:00"),
    ("{ range: 0-1, portGuid: \"ffff:ffff:ffff:fffe\" }", "H003 pfs[0].vfs[0].portGuid 7 ff:ff"),
    (
        "{ range: 0, minTxRateMbps: 3, maxTxRateMbps: 2 }",
        "H003 pfs[0].vfs[0].minTxRateMbps 7 3 is more than",
    ),
    ("{ range: 0, mtu: 0 }", "H003 pfs[0].vfs[0].mtu 7 \"0\" is not an MTU"),
    ("{ range: 0, driver: ../x }", "H003 pfs[0].vfs[0].driver 7 \"../x\" is not a driver name"),
    ("{ range: 3-4 }", "H006 pfs[0].vfs[0].range 7 3-4 reaches beyond numVfs: 4"),
    ("{ range: 2-1 }", "H003 pfs[0].vfs[0].range 7 \"2-1\" is not a VF range"),
    ("{ range: -1 }", "H003 pfs[0].vfs[0].range 7 \"-1\" is not a VF range"),
    ("{ driver: none }", "H003 pfs[0].vfs[0].range 7 is missing"),
    ("{ range: 0-2 }\n      - range: 2", "H005 pfs[0].vfs[1].range 8 2 overlaps 0-2"),
    (
        "{ range: 0 }\n    numVfs: 5",
        "H001 pfs[0].numVfs 8 the key stands there twice, first in line 5",
    ),
];

/// What follows `pfs:`: code, key, line and the message of each fault.
const PF_FAULTS: &[(&str, &str)] = &[
    ("  - match: {}\n", "H003 pfs[0].match 4 matches nothing"),
    ("  - match: { device: 1021 }\n", "H003 pfs[0].match 4 device needs vendor"),
    ("  - match: { pci: 0000:01:00.0, name: eth0 }\n", "H003 pfs[0].match 4 only one of"),
    ("  - numVfs: 1\n", "H003 pfs[0].match 4 is missing"),
    ("  - match: { pci: 01:00.0 }\n", "H003 pfs[0].match.pci 4 \"01:00.0\" is not a PCI address"),
    (
        "  - match: { pci: 0000:01:00.0 }\n  - match: { pci: \"0000:01:00.0\" }\n",
        "H008 pfs[1].match 5 pci 0000:01:00.0 is matched",
    ),
    (
        "  - match: { name: a }\n    numVfs: 65536\n",
        "H003 pfs[0].numVfs 5 65536 is not a whole number from 0 to 65535",
    ),
    (
        "  - match: { name: a }\n    eswitchMode: on\n",
        "H003 pfs[0].eswitchMode 5 \"on\" is not an eswitch mode",
    ),
    ("  a: 1\n", "H003 pfs 4 expected a list, found a mapping"),
    (
        "  - match: { name: a }\n    externallyManaged: \"true\"\n",
        "H003 pfs[0].externallyManaged 5 expected true or false, found the text \"true\"",
    ),
    (
        "  - match: { name: a }\n    linkType: eth\n",
        "H002 pfs[0].linkType 5 unknown key, accepted here: match, numVfs, mtu, eswitchMode",
    ),
    ("  - 1\n", "H003 pfs[0] 4 expected a mapping, found 1"),
    (
        "  []\nfirmware: [{ match: { name: a }, policy: { atLeast: 1, exactly: 1 } }]",
        "H003 firmware[0].policy 5 exactly one of",
    ),
    (
        "  []\nfirmware: [{ match: { name: a }, policy: { unmanaged: false } }]",
        "H003 firmware[0].policy 5 unmanaged and",
    ),
    (
        "  []\nfirmware: [{ match: { name: a }, policy: { shrink: 1 } }]",
        "H002 firmware[0].policy.shrink 5 unknown key, accepted here: atLeast, exactly, unmanaged",
    ),
    (
        "  []\nkernelArgs: { add: [a b] }",
        "H003 kernelArgs.add[0] 5 \"a b\" is not one kernel argument",
    ),
    (
        "  []\nkernelArgs: { add: [a, b], remove: [b] }",
        "H003 kernelArgs.add[1] 5 is to be added and removed",
    ),
    ("  []\nrdma: { netnsMode: private }", "H003 rdma.netnsMode 5 \"private\" is not an RDMA"),
];

/// Whole texts: code, key, line and the message of each fault.
const TEXT_FAULTS: &[(&str, &str)] = &[
    ("kind: NodeConfig\napiVersion: sriov/v2\n", "H004 apiVersion 2 expected sriov/v1"),
    ("kind: NodeConfig\n", "H004 apiVersion 1 expected sriov/v1, found nothing"),
    ("apiVersion: sriov/v1\nkind: Pod\n", "H004 kind 2 expected NodeConfig or"),
    ("pfs: []\n", "H004 kind 1 expected NodeConfig or"),
    (
        "{\n  \"apiVersion\": \"sriov/v1\",\n\t\"kind\": \"NodeConfig\",\n  \"pfss\": []\n}",
        "H002 pfss 4 unknown key",
    ),
    ("[1, 2]", "H001  1 expected a mapping, found a list"),
    ("just text", "H001  1 expected a mapping, found the text"),
    ("a: [1\nb: }", "H001  2"),
    ("a: 1\n---\nb: 2\n", "H001  3 a second document"),
    ("\0\u{1}ELF", "H001  1 a control character"),
    ("a: *b\n", "H001  1 "),
    ("a: &a [*a]\n", "H001 a[0] 1 an alias of a value that contains it"),
    ("a: !!python/object x\n", "H001 a 1 tags are not known"),
    ("? [a]\n: 1\n", "H001  1 a key has to be text"),
];

fn check_fault(text: &str, wanted: &str) {
    let error = fault(text);
    let code = error.code().trim_start_matches("SRIOV-");
    let line = error.line().unwrap_or_default();
    let found = format!("{code} {} {line} {}", error.key(), error.message());
    assert!(found.starts_with(wanted), "wanted {wanted}\n found {found}\n{text}");
}

#[test]
fn faults_name_code_key_and_line() {
    for (keys, wanted) in GROUP_FAULTS {
        check_fault(&group(keys), wanted);
    }
    for (pfs, wanted) in PF_FAULTS {
        check_fault(&config(pfs), wanted);
    }
    for (text, wanted) in TEXT_FAULTS {
        check_fault(text, wanted);
    }
}

#[test]
fn empty_documents_are_refused() {
    for text in ["", "\n", "# nothing\n", "---\n", "null", "~"] {
        assert_eq!(fault(text).to_string(), "the document is empty", "{text:?}");
    }
}

#[test]
fn suggests_what_was_meant() {
    let error = fault(&group("{ range: 0, spoofchk: on }"));
    assert_eq!(error.help(), Some("did you mean `spoofCheck`?"));
    assert_eq!(error.column(), Some(21));
}

#[test]
fn rates_at_their_bounds_fit() {
    for rates in ["minTxRateMbps: 2, maxTxRateMbps: 2", "minTxRateMbps: 3, maxTxRateMbps: 0"] {
        let parsed = NodeConfig::parse(&group(&format!("{{ range: 0, {rates} }}")));
        assert!(parsed.is_ok(), "{rates}: {parsed:?}");
    }
}

#[test]
fn columns_count_from_one() {
    assert_eq!(fault("a: }").column(), Some(4));
    assert_eq!(fault("é: \u{1}").column(), Some(4));
    assert_eq!(fault("{\"kind\": \"Pod\"}").column(), Some(10));
}

#[test]
fn json_escapes_mean_what_json_says() {
    let text = r#"{"apiVersion": "sriov\/v1", "kind": "NodeConfig", "pfs": [{"match": {"name": "a"},
        "vfs": [{"range": "0", "resourceName": "\u00e9\ud83d\ude00\t\"\\"}]}]}"#;
    let config = NodeConfig::parse(text).unwrap();
    assert_eq!(config.pfs[0].vfs[0].resource_name.as_deref(), Some("é😀\t\"\\"));
}

#[test]
fn aliases_are_read_and_keep_their_line() {
    let text = config(
        "  - match: { name: a }\n    vfs: &groups\n      - { range: 0, vlan: 5 }\n\
         \x20 - match: { name: b }\n    vfs: *groups\n",
    );
    let parsed = NodeConfig::parse(&text).unwrap();
    assert_eq!(parsed.pfs[0].vfs, parsed.pfs[1].vfs);
}

#[test]
fn a_node_state_is_read() {
    let text = r#"{"apiVersion": "sriovnetwork.openshift.io/v1", "kind": "SriovNetworkNodeState",
        "metadata": {"name": "worker-0", "annotations": {"a.b/c": "d"}},
        "spec": {
          "bridges": {"ovs": [{"name": "br-0000_3b_00.0"}]},
          "system": {"rdmaMode": "exclusive", "other": 1},
          "interfaces": [
            {"pciAddress": "0000:3b:00.0", "name": "ens1f0np0", "numVfs": 4, "mtu": 9000,
             "linkType": "ETH", "eSwitchMode": "switchdev", "vfGroups": [
              {"resourceName": "a", "deviceType": "netdevice", "vfRange": "ens1f0np0#0-1",
               "policyName": "p", "mtu": 1500, "isRdma": true, "vdpaType": "virtio"},
              {"resourceName": "b", "deviceType": "vfio-pci", "vfRange": "2-3"}]},
            {"pciAddress": "0000:3b:00.1", "numVfs": 2, "mtu": 0, "eSwitchMode": "", "linkType": "ib",
             "externallyManaged": true, "vfGroups": [{"resourceName": "c"}]},
            {"pciAddress": "0000:5e:00.0", "linkType": "", "vfGroups": null}]},
        "status": {"syncStatus": "Succeeded"}}"#;
    let Document { config, kind, notes } = Document::parse(text).unwrap();
    assert_eq!(kind, DocumentKind::NodeState);
    assert_eq!(notes, ["spec.bridges: 1 OVS bridges are left out"]);
    let links: Vec<_> = config.pfs.iter().map(|pf| pf.link_type).collect();
    assert_eq!(links, [Some(LinkType::Ether), Some(LinkType::Infiniband), None]);
    insta::assert_snapshot!("node_state", config.to_yaml().unwrap());
    assert_eq!(NodeConfig::parse(text).unwrap_err().code(), "SRIOV-H004");
}

#[test]
fn faults_of_a_node_state_name_its_own_keys() {
    let state = |interface: &str| {
        format!(
            "apiVersion: sriovnetwork.openshift.io/v1\nkind: SriovNetworkNodeState\nspec:\n  \
             interfaces:\n  - pciAddress: 0000:3b:00.0\n    numVfs: 2\n{interface}"
        )
    };
    let cases = [
        ("    vfGroups: [{ vfRange: 0-2 }]\n", "H006 spec.interfaces[0].vfGroups[0].vfRange 7"),
        (
            "    vfGroups: [{ vfRange: \"pf#1\" }]\n",
            "H003 spec.interfaces[0].vfGroups[0].vfRange 7",
        ),
        ("    vfGroups: [{ vfRange: a#b#0-1 }]\n", "H003 spec.interfaces[0].vfGroups[0].vfRange 7"),
        ("    eSwitchMode: hub\n", "H003 spec.interfaces[0].eSwitchMode 7"),
        ("    linkType: vpi\n", "H003 spec.interfaces[0].linkType 7"),
        ("  - pciAddress: 0000:3b:00.0\n", "H008 spec.interfaces[1].pciAddress 7"),
        ("  - pciAddress: 3b:00.0\n", "H003 spec.interfaces[1].pciAddress 7"),
        ("  system: { rdmaMode: foo }\n", "H003 spec.system.rdmaMode 7"),
    ];
    for (interface, wanted) in cases {
        let error = fault(&state(interface));
        let code = error.code().trim_start_matches("SRIOV-");
        let found = format!("{code} {} {}", error.key(), error.line().unwrap());
        assert_eq!(found, wanted, "{error}");
    }
}
