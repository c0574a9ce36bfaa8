//! Every case is a YAML file below `cases/`: what is expected, then the objects.
//!
//! The first document has `expect`, the findings in order, each as `id severity kind
//! namespace/name path` and, if one likes, a part of the message; and optionally `facts` and
//! `options`. The folder is the rule the case is about.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use sriov_host::document;
use sriov_nad::lint::{Facts, Finding, Input, Options, lint, rules};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    expect: Vec<String>,
    #[serde(default)]
    facts: Option<Value>,
    #[serde(default)]
    options: Option<Value>,
}

pub(crate) struct Case {
    path: PathBuf,
    expect: Vec<String>,
    pub(crate) input: Input,
    pub(crate) facts: Facts,
    pub(crate) options: Options,
}

impl Case {
    fn read(path: PathBuf) -> Self {
        let text = fs::read_to_string(&path).unwrap();
        let (head, objects) = text.split_once("---\n").unwrap();
        let head: Head = document::read_one(head)
            .and_then(|head| head.read())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let facts =
            head.facts.map_or(Ok(Facts::default()), |facts| Facts::parse(&facts.to_string()));
        let option = |key: &str| Some(head.options.as_ref()?.get(key)?.as_str()?.to_owned());
        let options = Options {
            resource_prefix: option("resourcePrefix").map(|text| text.parse().unwrap()),
            operator_namespace: option("operatorNamespace"),
        };
        let input =
            Input::parse(objects).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self { expect: head.expect, input, facts: facts.unwrap(), options, path }
    }

    fn folder(&self) -> String {
        let folder = self.path.parent().and_then(Path::file_name).unwrap();
        folder.to_str().unwrap().to_owned()
    }

    pub(crate) fn lint(&self) -> Vec<Finding> {
        lint(&self.input, &self.facts, &self.options)
    }

    /// What differs between what is expected and what is found.
    fn difference(&self) -> Option<String> {
        let found = self.lint();
        let matches = |found: &Finding, expected: &str| {
            let place = place(found);
            expected.strip_prefix(&place).is_some_and(|rest| {
                rest.is_empty()
                    || rest.strip_prefix(' ').is_some_and(|part| found.message.contains(part))
            })
        };
        let equal = found.len() == self.expect.len()
            && found.iter().zip(&self.expect).all(|(found, expected)| matches(found, expected));
        (!equal).then(|| {
            let found: Vec<_> =
                found.iter().map(|f| format!("{} {}", place(f), f.message)).collect();
            format!("{}:\n  expected {:#?}\n  found {found:#?}", self.path.display(), self.expect)
        })
    }
}

fn place(finding: &Finding) -> String {
    format!("{} {} {} {}", finding.id, finding.severity, finding.object, finding.path)
}

pub(crate) fn all() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lint/cases");
    let list = |folder: &Path| {
        let mut paths: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths
    };
    list(&root).iter().flat_map(|folder| list(folder)).map(Case::read).collect()
}

#[test]
fn every_case_is_found_as_expected() {
    let wrong: Vec<_> = all().iter().filter_map(Case::difference).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_case_that_fails_and_one_that_does_not() {
    let mut seen: BTreeMap<String, [bool; 2]> = BTreeMap::new();
    for case in all() {
        let bad = case.expect.iter().any(|expected| expected.starts_with(&case.folder()));
        seen.entry(case.folder()).or_default()[usize::from(bad)] = true;
    }
    for rule in rules::all() {
        let cases = seen.get(rule.id).copied().unwrap_or_default();
        assert_eq!(cases, [true, true], "{}: one that does not, one that fails", rule.id);
    }
}

#[test]
fn findings_have_a_severity_their_rule_announces() {
    for finding in all().iter().flat_map(Case::lint) {
        let Some(rule) = rules::find(finding.id) else { continue };
        let known = finding.severity == rule.severity || Some(finding.severity) == rule.also;
        assert!(known, "{finding:?}");
    }
}

#[test]
fn every_severity_of_a_rule_has_a_case() {
    let found: Vec<_> = all().iter().flat_map(Case::lint).map(|f| (f.id, f.severity)).collect();
    for rule in rules::all() {
        for severity in [Some(rule.severity), rule.also].into_iter().flatten() {
            assert!(found.contains(&(rule.id, severity)), "{} {severity}", rule.id);
        }
    }
}
