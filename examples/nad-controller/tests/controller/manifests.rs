//! The manifests fit the program: the CRDs allow what is rendered, the roles allow what is done.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::{Map, Value, json};
use sriov_host::document;
use sriov_nad::names::{GROUP, NetworkKind};
use sriov_nad::render::{RenderOptions, render};
use sriov_nad::spec::Network;

const CRDS: &str = include_str!("../../deploy/crds.yaml");
const RBAC: &str = include_str!("../../deploy/rbac.yaml");
const DEPLOYMENT: &str = include_str!("../../deploy/deployment.yaml");
const NAMESPACE: &str = include_str!("../../deploy/namespace.yaml");

fn objects(text: &str) -> Vec<Value> {
    document::read_all(text).unwrap().iter().map(|object| object.read().unwrap()).collect()
}

fn find(text: &str, kind: &str) -> Value {
    objects(text).into_iter().find(|object| object["kind"] == kind).unwrap()
}

fn crd(plural: &str) -> Value {
    let is = |crd: &Value| crd["spec"]["names"]["plural"] == plural;
    objects(CRDS).into_iter().find(is).unwrap_or_else(|| panic!("no CRD {plural}"))
}

fn schema(crd: &Value) -> &Value {
    &crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
}

#[test]
fn the_crds_are_those_of_the_operator() {
    for kind in NetworkKind::ALL {
        let crd = crd(kind.plural());
        assert_eq!(crd["metadata"]["name"], format!("{}.{GROUP}", kind.plural()));
        let spec = &crd["spec"];
        assert_eq!((&spec["group"], &spec["scope"]), (&json!(GROUP), &json!("Namespaced")));
        assert_eq!(spec["names"]["kind"], kind.as_str());
        let version = &spec["versions"][0];
        assert_eq!(version["subresources"], json!({ "status": {} }));
        let columns = version["additionalPrinterColumns"].as_array().unwrap();
        let names: Vec<_> = columns.iter().map(|column| &column["name"]).collect();
        assert_eq!(names, ["Ready", "Age"]);
        let schema = schema(&crd);
        assert_eq!(schema["properties"]["spec"]["required"], json!(["resourceName"]));
        let conditions = &schema["properties"]["status"]["properties"]["conditions"];
        assert_eq!(conditions["x-kubernetes-list-type"], "map");
        assert_eq!(conditions["x-kubernetes-list-map-keys"], json!(["type"]));
    }
    let nad = crd("network-attachment-definitions");
    assert_eq!(nad["metadata"]["name"], "network-attachment-definitions.k8s.cni.cncf.io");
    assert_eq!(schema(&nad)["properties"]["spec"]["properties"]["config"]["type"], "string");
}

/// The field at `path` that rendering complains of, with this spec.
fn complaint(kind: NetworkKind, spec: &Map<String, Value>) -> Option<String> {
    let object = json!({
        "apiVersion": format!("{GROUP}/v1"), "kind": kind.as_str(),
        "metadata": { "name": "net", "namespace": "shop" },
        "spec": spec,
    });
    // By way of the strict reader, which knows every field there is.
    let network = Network::parse(&object.to_string()).unwrap();
    render(&network, &RenderOptions::default()).err().map(|error| error.path().to_owned())
}

fn with(field: &str, value: Value) -> Map<String, Value> {
    let mut spec = Map::new();
    spec.insert("resourceName".to_owned(), "cx6".into());
    spec.insert(field.to_owned(), value);
    spec
}

#[test]
fn the_crds_allow_what_rendering_allows() {
    let mut checked = 0;
    for kind in NetworkKind::ALL {
        let crd = crd(kind.plural());
        let fields = schema(&crd)["properties"]["spec"]["properties"].as_object().unwrap();
        for (field, rule) in fields {
            let complains = |value: Value| complaint(kind, &with(field, value)).is_some();
            for word in rule["enum"].as_array().into_iter().flatten() {
                assert!(!complains(word.clone()), "{kind} {field}: {word}");
                assert!(complains(json!("other")), "{kind} {field}");
                checked += 1;
            }
            for (bound, step) in [("minimum", -1), ("maximum", 1)] {
                if let Some(limit) = rule[bound].as_i64() {
                    assert!(!complains(limit.into()), "{kind} {field}: {limit}");
                    assert!(complains((limit + step).into()), "{kind} {field}: {limit}");
                    checked += 1;
                }
            }
        }
    }
    assert_eq!(checked, 3 + 2 + 2 + 4 + 2 + 2 + 1 + 1 + 6 + 3 + 2, "every enum and range");
}

#[test]
fn every_field_of_a_crd_is_read() {
    for kind in NetworkKind::ALL {
        let crd = crd(kind.plural());
        for field in schema(&crd)["properties"]["spec"]["properties"].as_object().unwrap().keys() {
            // Null is unset for each of them, and an unknown field would be an error.
            assert_eq!(
                complaint(kind, &with(field, Value::Null)),
                match field.as_str() {
                    "resourceName" => Some("spec.resourceName".to_owned()),
                    _ => None,
                }
            );
        }
    }
}

#[test]
fn every_field_that_is_read_is_in_its_crd() {
    let text =
        |fields: &[&str]| fields.iter().map(|&field| field.to_owned()).collect::<BTreeSet<_>>();
    let all = ["networkNamespace", "resourceName", "capabilities", "ipam", "metaPlugins"];
    let sriov = [
        "linkState",
        "vlan",
        "vlanQoS",
        "vlanProto",
        "spoofChk",
        "trust",
        "minTxRate",
        "maxTxRate",
        "logLevel",
        "logFile",
    ];
    let ovs = ["bridge", "vlan", "mtu", "trunk", "interfaceType"];
    for (kind, own) in [
        (NetworkKind::Sriov, &sriov[..]),
        (NetworkKind::Ib, &["linkState"]),
        (NetworkKind::Ovs, &ovs),
    ] {
        let crd = crd(kind.plural());
        let fields = schema(&crd)["properties"]["spec"]["properties"].as_object().unwrap();
        let found: BTreeSet<_> = fields.keys().cloned().collect();
        assert_eq!(found, text(&[&all[..], own].concat()), "{kind}");
    }
}

#[test]
fn the_deployment_is_bound_to_its_roles() {
    let deployment = find(DEPLOYMENT, "Deployment");
    let pod = &deployment["spec"]["template"]["spec"];
    let account = find(RBAC, "ServiceAccount");
    let namespace = find(NAMESPACE, "Namespace")["metadata"]["name"].clone();
    assert_eq!(pod["serviceAccountName"], account["metadata"]["name"]);
    for object in [&deployment, &account] {
        assert_eq!(object["metadata"]["namespace"], namespace);
    }
    for binding in ["ClusterRoleBinding", "RoleBinding"] {
        let subject = &find(RBAC, binding)["subjects"][0];
        assert_eq!(subject["name"], account["metadata"]["name"]);
        assert_eq!(subject["namespace"], namespace);
    }
    let selector = &deployment["spec"]["selector"]["matchLabels"];
    assert_eq!(selector, &deployment["spec"]["template"]["metadata"]["labels"]);
}

#[test]
fn the_container_can_do_nothing_but_its_work() {
    let pod = find(DEPLOYMENT, "Deployment")["spec"]["template"]["spec"].clone();
    assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
    let container = &pod["containers"][0];
    let context = &container["securityContext"];
    assert_eq!(context["readOnlyRootFilesystem"], true);
    assert_eq!(context["allowPrivilegeEscalation"], false);
    assert_eq!(context["capabilities"], json!({ "drop": ["ALL"] }));
    for probe in ["livenessProbe", "readinessProbe"] {
        assert_eq!(container[probe]["httpGet"]["port"], container["ports"][0]["name"]);
    }
    assert!(container["resources"]["requests"].is_object());
}

#[test]
fn the_container_starts_with_options_that_exist() {
    let pod = find(DEPLOYMENT, "Deployment")["spec"]["template"]["spec"].clone();
    let container = &pod["containers"][0];
    let help = Command::new(env!("CARGO_BIN_EXE_nad-controller")).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    for arg in container["args"].as_array().unwrap() {
        let name = arg.as_str().unwrap().split('=').next().unwrap();
        assert!(help.contains(&format!("{name} <")), "{name}: {help}");
    }
    for env in container["env"].as_array().unwrap() {
        let name = env["name"].as_str().unwrap();
        assert!(help.contains(&format!("[env: {name}=")), "{name}: {help}");
    }
}

/// The rules of all roles.
pub(crate) fn rules() -> Vec<Value> {
    let roles = ["ClusterRole", "Role"].map(|kind| find(RBAC, kind));
    roles.iter().flat_map(|role| role["rules"].as_array().unwrap().clone()).collect()
}

#[test]
fn nothing_is_allowed_by_wildcard() {
    for rule in rules() {
        for key in ["apiGroups", "resources", "verbs"] {
            let entries = rule[key].as_array().unwrap();
            assert!(!entries.is_empty() && !entries.contains(&json!("*")), "{rule}");
        }
    }
}
