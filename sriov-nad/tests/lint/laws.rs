//! What holds for any input.

use proptest::prelude::*;
use serde_json::{Value, json};
use sriov_nad::lint::{Facts, Finding, Input, Options, Severity, lint, sarif};
use sriov_nad::names::ResourcePrefix;
use sriov_nad::render::{RenderOptions, render};
use sriov_nad::spec::Network;

use super::cases;
use super::generate::{any_json, nad, network};

#[test]
fn the_order_is_that_of_the_objects_then_of_rules_and_paths() {
    for case in cases::all() {
        let found = case.lint();
        let names: Vec<_> = case.input.subjects().iter().map(|s| s.name().to_owned()).collect();
        let at = |object: &str| names.iter().position(|name| name == object).unwrap();
        let keys: Vec<_> =
            found.iter().map(|f| (at(&f.object), f.id, &f.path, &f.message)).collect();
        assert!(keys.is_sorted(), "{keys:?}");
        assert_eq!(found, case.lint());
    }
}

#[test]
fn an_unknown_fact_raises_nothing() {
    for case in cases::all() {
        let known = case.lint();
        let unknown = lint(&case.input, &Facts::default(), &Options::default());
        // Without the facts an earlier link may be the answer, but nothing new is said of a NAD.
        let new = unknown.iter().filter(|f| f.id != "NAD041" && !known.contains(f));
        assert_eq!(new.count(), 0, "{unknown:#?}\n{known:#?}");
    }
}

fn facts() -> Facts {
    Facts::parse(
        "{ allocatable: { openshift.io/cx6: 2 }, policies: [], namespaces: [], rdmaMode: shared }",
    )
    .unwrap()
}

fn options() -> Options {
    Options {
        resource_prefix: Some(ResourcePrefix::default()),
        operator_namespace: Some("shop".to_owned()),
    }
}

fn all_about(values: &[Value]) -> Vec<Finding> {
    let input = Input::from_values(values).unwrap();
    let findings = lint(&input, &facts(), &options());
    assert_eq!(findings, lint(&input, &facts(), &options()));
    assert!(sarif(&findings, "x.yaml").is_object());
    findings
}

/// What a network can be accepted with and still fail at pod start: its fields contradict each
/// other, or its name cannot be referenced.
const ACROSS_FIELDS: [&str; 5] = ["NAD013", "NAD016", "NAD018", "NAD021", "NAD031"];

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in ".{0,200}") {
        if let Ok(input) = Input::parse(&text) {
            lint(&input, &facts(), &options());
        }
        let _ = Facts::parse(&text);
    }

    #[test]
    fn any_config_and_any_annotation_can_be_looked_at(
        config in prop_oneof![".{0,80}", any_json().prop_map(|json| json.to_string())],
        annotation in "[a-z./ \"\\[{,@-]{0,30}",
    ) {
        let pod = json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": { "name": "p", "namespace": "shop", "annotations": {
                "k8s.v1.cni.cncf.io/networks": annotation, } },
            "spec": {},
        });
        all_about(&[nad(&config, &annotation), pod]);
    }

    #[test]
    fn any_object_is_read_or_refused(mut object in any_json(), kind in 0..5_usize) {
        let kinds = ["NetworkAttachmentDefinition", "SriovNetwork", "SriovIBNetwork", "OVSNetwork", "Pod"];
        let versions = ["k8s.cni.cncf.io/v1", "sriovnetwork.openshift.io/v1"];
        if let Some(object) = object.as_object_mut() {
            let version = match kind { 0 => versions[0], 4 => "v1", _ => versions[1] };
            object.insert("apiVersion".to_owned(), version.into());
            object.insert("kind".to_owned(), kinds[kind].into());
            object.entry("metadata").or_insert_with(|| json!({ "name": "a" }));
        }
        if let Ok(input) = Input::from_values([&object]) {
            lint(&input, &facts(), &options());
        }
    }

    #[test]
    fn a_network_that_renders_fails_only_across_its_fields(value in network()) {
        let found = lint(&Input::from_values([&value]).unwrap(), &Facts::default(), &options());
        let errors = found.iter().filter(|found| found.severity == Severity::Error);
        for error in errors {
            prop_assert!(ACROSS_FIELDS.contains(&error.id), "{error:?}");
        }
    }

    #[test]
    fn a_network_and_its_nad_are_told_the_same(value in network()) {
        let kind = value["kind"].as_str().and_then(sriov_nad::names::NetworkKind::from_name);
        let network = Network::from_value(kind.unwrap(), &value).unwrap();
        let nad = render(&network, &RenderOptions::default()).unwrap().to_value();
        let ids = |value: &Value| {
            let found = lint(&Input::from_values([value]).unwrap(), &Facts::default(), &options());
            found.into_iter().map(|f| (f.id, f.severity, f.message)).collect::<Vec<_>>()
        };
        let (network, nad) = (ids(&value), ids(&nad));
        // Paths have other names, so the order within a rule may differ.
        prop_assert_eq!(sorted(network), sorted(nad));
    }
}

fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort();
    list
}
