//! What scripts and readers see, pinned.

use crate::support::{CONFIGS, MACHINES, Run, feed, run, shape};

fn pretty(value: &serde_json::Value) -> String {
    serde_json::to_string_pretty(value).unwrap()
}

fn on(machine: &str, args: &[&str]) -> Run {
    let machine = format!("{MACHINES}/{machine}.yaml");
    run(&[&["--sim", &machine, "-o", "json"], args].concat())
}

#[test]
fn list() {
    let list = on("pod-held", &["list", "--vf-attrs"]).ends(0).json();
    // The second PF has VFs, the first one has not.
    insta::assert_snapshot!("list", pretty(&shape(&list["pfs"][1])));
    let envelope = [&list["apiVersion"], &list["kind"], &list["problems"]];
    assert_eq!(envelope, [&"sriov/v1".into(), &"NodeInventory".into(), &serde_json::json!([])]);
    let text = run(&["--sim", &format!("{MACHINES}/pod-held.yaml"), "list"]).ends(0);
    insta::assert_snapshot!("list_text", text.stdout);
}

#[test]
fn plan() {
    let wanted = crate::support::config("{ match: { pci: '0000:3b:00.0' }, numVfs: 2 }");
    let machine = format!("{MACHINES}/pod-held.yaml");
    let plan = feed(&["--sim", &machine, "plan", "-f", "-", "-o", "json"], &wanted).ends(10);
    insta::assert_snapshot!("plan", plan.stdout);
    let text = feed(&["--sim", &machine, "plan", "-f", "-"], &wanted).ends(10);
    insta::assert_snapshot!("plan_text", text.stdout);
}

#[test]
fn apply() {
    let wanted = format!("{CONFIGS}/igb-two-ranges.yaml");
    let applied = on("slow-udev", &["apply", "-f", &wanted]).ends(0).json();
    insta::assert_snapshot!("apply", pretty(&shape(&applied)));
    let steps = applied["steps"].as_array().unwrap().iter();
    let text = |step: &serde_json::Value, key: &str| step[key].as_str().unwrap().to_owned();
    let steps = steps.map(|step| format!("{:<8} {}", text(step, "outcome"), text(step, "action")));
    insta::assert_snapshot!("apply_steps", steps.collect::<Vec<_>>().join("\n"));
}

#[test]
fn verify() {
    let wanted = format!("{CONFIGS}/igb-two-ranges.yaml");
    insta::assert_snapshot!("verify", on("slow-udev", &["verify", "-f", &wanted]).ends(1).stdout);
}

#[test]
fn wait() {
    let args = ["wait", "--pf", "ens1f0np0", "--vfs", "1"];
    let found = on("pod-held", &args).ends(0).json();
    insta::assert_snapshot!("wait", pretty(&shape(&found)));
    assert_eq!((&found["ready"], &found["vfs"][0]["stage"]), (&true.into(), &"ready".into()));
}

#[test]
fn doctor() {
    let checks = on("pod-held", &["doctor"]).json();
    assert_eq!(pretty(&shape(&checks[0])).lines().count(), 6, "{checks}");
    let ids = checks.as_array().unwrap().iter().map(|check| check["id"].as_str().unwrap());
    insta::assert_snapshot!("doctor_ids", ids.collect::<Vec<_>>().join("\n"));
}

#[test]
fn explain_and_version() {
    let code = run(&["explain", "h021", "-o", "json"]).ends(0).json();
    assert_eq!(code["id"], "SRIOV-H021");
    assert!(code["causes"].as_array().unwrap().len() > 1 && code["help"].is_array());
    let list = run(&["explain", "--list"]).ends(0).stdout;
    let all = run(&["explain", "--list", "-o", "json"]).ends(0).json();
    assert_eq!(list.lines().count(), all.as_array().unwrap().len());
    let known = |line: &str| {
        ["SRIOV-H", "SRIOV-R", "SRIOV-M", "SRIOV-N", "NAD"]
            .iter()
            .any(|crate_| line.starts_with(crate_))
    };
    assert!(list.lines().all(known), "{list}");
    assert_eq!(run(&["explain", "n003", "-o", "json"]).ends(0).json()["id"], "SRIOV-N003");
    let version = run(&["version", "-o", "json"]).ends(0).json();
    let number = env!("CARGO_PKG_VERSION");
    assert_eq!(version, serde_json::json!({ "version": number, "commit": null }));
}

#[test]
fn demo_is_a_story_that_ends_well() {
    let told = run(&["demo"]).ends(0);
    assert_eq!(told.stderr, "");
    insta::assert_snapshot!("demo", told.stdout);
    assert_eq!(run(&["demo"]).stdout, told.stdout, "the same every time");
    assert_eq!(run(&["demo", "--color", "always", "--no-color"]).ends(0).stdout, told.stdout);
    let chapters = run(&["demo", "-o", "json"]).ends(0).json();
    assert_eq!(chapters.as_array().unwrap().len(), 16);
    let keys: Vec<_> = chapters[0].as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["command", "result", "story", "title"]);
}
