//! The SARIF log: a snapshot, and what the schema requires.

use serde_json::Value;
use sriov_nad::lint::{Facts, Input, Options, lint, sarif};

const STREAM: &str = "
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata: { name: fast, namespace: shop }
spec: { config: '{ \"cniVersion\": \"1.0.0\", \"name\": \"fast\", \"type\": \"sriov\", \"resourceName\": \"a/b\" }' }
---
apiVersion: sriovnetwork.openshift.io/v1
kind: OVSNetwork
metadata: { name: slow, namespace: shop }
spec: { resourceName: cx6, vlan: 100, mtu: -1 }
";

fn log() -> Value {
    let input = Input::parse(STREAM).unwrap();
    sarif(&lint(&input, &Facts::default(), &Options::default()), "networks/nads.yaml")
}

#[test]
fn the_log_is_as_it_was() {
    let expected: Value = serde_json::from_str(include_str!("log.sarif.json")).unwrap();
    let mut found = log();
    let driver = &mut found["runs"][0]["tool"]["driver"];
    driver["version"] = "x".into();
    for rule in driver["rules"].as_array_mut().unwrap() {
        // The pages have a test of their own.
        rule["help"]["markdown"] = "x".into();
        rule["fullDescription"]["text"] = "x".into();
    }
    assert!(found == expected, "{}", serde_json::to_string_pretty(&found).unwrap());
}

/// What sarif-schema-2.1.0.json requires of the objects that are used here.
#[test]
fn required_members_are_there() {
    let log = log();
    assert_eq!(log["version"], "2.1.0");
    for run in log["runs"].as_array().unwrap() {
        let driver = &run["tool"]["driver"];
        assert!(driver["name"].is_string());
        let rules = driver["rules"].as_array().unwrap();
        for rule in rules {
            assert!(rule["id"].is_string());
            for member in ["shortDescription", "fullDescription", "help"] {
                assert!(rule[member]["text"].is_string(), "{member}");
            }
        }
        for result in run["results"].as_array().unwrap() {
            assert!(result["message"]["text"].is_string());
            let level = result["level"].as_str().unwrap();
            assert!(["none", "note", "warning", "error"].contains(&level));
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"]);
            for location in result["locations"].as_array().unwrap() {
                let artifact = &location["physicalLocation"]["artifactLocation"];
                assert_eq!(artifact["uri"], "networks/nads.yaml");
            }
        }
    }
}

#[test]
fn without_findings_it_is_a_log_all_the_same() {
    let log = sarif(&[], "x");
    assert_eq!(log["runs"][0]["results"], serde_json::json!([]));
}
