//! `nad lint`: statuses, formats, and the pages of the rules.

use serde_json::json;

use crate::support::{feed, file, folder, run};

const SOUND: &str = r#"
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata:
  name: fast
  namespace: shop
  annotations: { k8s.v1.cni.cncf.io/resourceName: openshift.io/cx6 }
spec:
  config: '{ "cniVersion": "1.0.0", "name": "fast", "type": "sriov", "vlan": 100 }'
"#;

const LINT: [&str; 4] = ["nad", "lint", "-f", "-"];

#[test]
fn the_status_tells_whether_there_is_an_error() {
    let sound = feed(&LINT, SOUND).ends(0).says(&["0 errors, 0 warnings, 0 remarks in 1 object"]);
    assert_eq!(sound.stdout, "");
    let warned = feed(&LINT, SOUND.replace("\"fast\"", "\"slow\"")).ends(0);
    assert!(warned.says(&["0 errors, 1 warning,"]).stdout.contains("warning[NAD012]"));
    let failed = feed(&LINT, SOUND.replace("100", "5000")).ends(1).says(&["1 error, 0 warnings"]);
    let expected = "\
NetworkAttachmentDefinition shop/fast
  error[NAD015] spec.config.vlan
    5000 is outside 0 to 4094 (sriov-cni)
    help: use 0 (none) to 4094
";
    assert_eq!(failed.stdout, expected);
}

#[test]
fn findings_are_data() {
    let found = feed(&[&LINT[..], &["-o", "json"]].concat(), SOUND.replace("100", "5000")).ends(1);
    let expected = json!([{
        "id": "NAD015",
        "severity": "error",
        "object": "NetworkAttachmentDefinition shop/fast",
        "path": "spec.config.vlan",
        "message": "5000 is outside 0 to 4094",
        "consumer": "sriov-cni",
        "help": "use 0 (none) to 4094",
    }]);
    assert_eq!(found.json(), expected);
    let none = feed(&[&LINT[..], &["-o", "json"]].concat(), SOUND).ends(0);
    assert_eq!(none.json(), json!([]));
}

#[test]
fn what_is_known_of_the_cluster_counts() {
    let folder = folder("lint-facts");
    let facts = file(&folder, "facts.yaml", "allocatable: { nvidia.com/cx6: 8 }\n");
    let with = |more: &[&str]| feed(&[&LINT[..], more].concat(), SOUND);
    let found = with(&["--cluster", &facts]).ends(1);
    assert!(found.stdout.contains("error[NAD003]"), "{found:?}");
    let found = with(&["--resource-prefix", "nvidia.com"]).ends(0);
    assert!(found.stdout.contains("warning[NAD003]"), "{found:?}");
    let wrong = file(&folder, "wrong.yaml", "allocatable: {}\nrdma: shared\n");
    with(&["--cluster", &wrong]).ends(2).says(&["error[SRIOV-H002]: rdma (line 2"]);
    with(&["--resource-prefix", "Nvidia"]).ends(2);
}

#[test]
fn sarif_is_a_format_of_the_linter_alone() {
    let document = SOUND.replace("100", "5000");
    for format in [["-o", "sarif"], ["--output", "sarif"], ["--format", "sarif"]] {
        let log = feed(&[&LINT[..], &format].concat(), &document).ends(1).json();
        assert_eq!(log["version"], "2.1.0");
        assert_eq!(log["runs"][0]["results"][0]["ruleId"], "NAD015");
    }
    run(&["-o", "sarif", "explain", "NAD015"]).ends(2).says(&["only for `nad lint`"]);
}

#[test]
fn what_cannot_be_read_is_no_finding() {
    let refused = |text: &str, words: &[&str]| {
        let refused = feed(&LINT, text).ends(2).says(words);
        assert_eq!(refused.stdout, "");
    };
    refused("a: [", &["error[SRIOV-H001]"]);
    let other = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n";
    refused(
        &format!("{SOUND}---{other}").replace("---api", "---\napi"),
        &["SRIOV-H004", "ConfigMap"],
    );
    refused(&SOUND.replace("cncf.io/v1\n", "cncf.io/v2\n"), &["SRIOV-H004", "apiVersion"]);
    refused(&SOUND.replace("name: fast", "label: x"), &["metadata.name"]);
}

#[test]
fn every_rule_has_its_page() {
    let page = run(&["explain", "nad012"]).ends(0);
    assert!(page.stdout.starts_with("`NAD012`: the name in the config is another one\n"));
    let list = run(&["explain", "--list"]).ends(0);
    let listed = |id: &str| list.stdout.lines().any(|line| line.starts_with(id));
    assert!(["NAD001", "NAD044", "SRIOV-H001", "SRIOV-N001"].into_iter().all(listed));
    run(&["explain", "NAD045"]).ends(2);
}
