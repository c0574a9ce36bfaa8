use serde_json::{Value, json};

use super::{Finding, Rule, Severity, rules};
use crate::codes;

/// The findings as a SARIF 2.1.0 log, which code hosts and editors show next to the file.
///
/// `artifact` is the URI of the file that was read, relative to where the reader will look for it.
///
/// ```
/// use sriov_nad::lint::{Facts, Input, Options, lint, sarif};
///
/// let input = Input::parse(
///     "{ apiVersion: k8s.cni.cncf.io/v1, kind: NetworkAttachmentDefinition, \
///        metadata: { name: fast, namespace: shop } }",
/// )?;
/// let log = sarif(&lint(&input, &Facts::default(), &Options::default()), "nads.yaml");
/// assert_eq!(log["runs"][0]["results"][0]["ruleId"], "NAD007");
/// # Ok::<(), sriov_host::document::DocumentError>(())
/// ```
pub fn sarif(findings: &[Finding], artifact: &str) -> Value {
    let mut ids: Vec<&str> = findings.iter().map(|finding| finding.id).collect();
    ids.sort_unstable();
    ids.dedup();
    let described: Vec<Value> = ids.iter().filter_map(|id| describe(id)).collect();
    let results: Vec<Value> = findings.iter().map(|found| result(found, &ids, artifact)).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": env!("CARGO_PKG_NAME"),
                "version": env!("CARGO_PKG_VERSION"),
                "rules": described,
            } },
            "results": results,
        }],
    })
}

/// A rule that has found something; a code, where no rule speaks of the field.
fn describe(id: &str) -> Option<Value> {
    if let Some(rule) = rules::find(id) {
        return Some(describe_rule(rule));
    }
    let code = codes::all().find(|code| code.id == id)?;
    Some(json!({
        "id": code.id,
        "shortDescription": { "text": code.title },
        "fullDescription": { "text": code.meaning },
        "help": { "text": code.to_string() },
        "defaultConfiguration": { "level": level(Severity::Error) },
    }))
}

fn describe_rule(rule: &Rule) -> Value {
    let meaning = rule.page.split("\n\n").nth(1).unwrap_or(rule.title).replace('\n', " ");
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": meaning },
        "help": { "text": rule.help, "markdown": rule.page },
        "defaultConfiguration": { "level": level(rule.severity) },
    })
}

fn result(found: &Finding, ids: &[&str], artifact: &str) -> Value {
    json!({
        "ruleId": found.id,
        "ruleIndex": ids.iter().position(|id| *id == found.id),
        "level": level(found.severity),
        "message": { "text": format!("{}\nHelp: {}", found.message, found.help) },
        "locations": [{
            "physicalLocation": { "artifactLocation": { "uri": artifact } },
            "logicalLocations": [{
                "name": found.path,
                "fullyQualifiedName": format!("{}: {}", found.object, found.path),
                "kind": "member",
            }],
        }],
        "properties": { "object": found.object, "consumer": found.consumer },
    })
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}
